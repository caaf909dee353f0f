import CFaultVFS
import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// An environment with many rows: decided at once, gone in slices, its name taken until the last.
@Suite struct EnvironmentDeletionSliceTests {
  private struct Crowd {
    let vault: Fixture
    let maker: Caller
    let approved: AccessRequest
    let ticket: SecretBuffer
    let ids: [Int64]
    let number: Int64
  }

  static let name = "production"

  /// Three secrets of four versions, a tombstone, two variables, three requests; a row a commit.
  private func crowd(slice: Int = 1, options: StoreOptions = StoreOptions()) throws -> Crowd {
    let vault = try Fixture(options: options)
    try vault.create("development", Gate(protection: .unprotected, requesters: .any))
    try vault.create(Self.name, vault.reviewed(), secrets: ["A", "B", "C", "GONE"])
    for secret in ["A", "B", "C"] {
      for version in 2...4 { try vault.set(Self.name, secret, "\(secret) \(version)") }
    }
    _ = try vault.deleteSecret(Self.name, "GONE")
    try vault.setVariable(Self.name, "ONE", "1")
    try vault.setVariable(Self.name, "TWO", "2")
    let maker = vault.caller(Fixture.runner)
    let waiting = try (0..<2).map { _ in try vault.request(by: maker).request.id }
    let (approved, ticket) = try vault.approvedRequest(by: maker)
    vault.drain()
    vault.slice = slice
    return Crowd(
      vault: vault, maker: maker, approved: approved, ticket: ticket,
      ids: waiting + [approved.id], number: try vault.environment(Self.name).id)
  }

  /// Deletes it, and nothing more.
  private func decide(_ vault: Fixture) throws -> BatchOutcome {
    vault.engine.commit(
      [
        Command(
          caller: vault.caller(Fixture.admin),
          action: .deleteEnvironment(try EnvironmentName(Self.name)))
      ], now: vault.now)
  }

  private func expectUnknown(_ crowd: Crowd, in vault: Fixture, _ place: String = "") throws {
    let name = try EnvironmentName(Self.name)
    let unknown = Refusal.environmentUnknown(Self.name)
    let admin = vault.caller(Fixture.admin)
    let runner = vault.caller(Fixture.runner)
    let tries: [(Caller, Action)] = [
      (admin, .getEnvironment(name)), (admin, .deleteEnvironment(name)),
      (admin, try vault.editAction(Self.name) { $0.terms[\.clocks.grant] = 60_000 }),
      (admin, try vault.setAction(Self.name, "A", "anew")),
      (admin, try vault.versionAction(Self.name, "A", 1, .destroyed)),
      (admin, .deleteSecret(environment: name, name: try SecretName("A"))),
      (admin, .listSecrets(environment: name, after: nil, limit: 10)),
      (admin, .listVariables(environment: name, after: nil, limit: 10)),
      (admin, .listRequests(RequestList(environment: name, limit: 10))),
      (admin, .revokeAll(environment: name, requester: nil)),
      (runner, try vault.makes(Self.name)),
      (runner, try vault.get(Self.name, "A", of: crowd.approved.id, ticket: crowd.ticket)),
    ]
    for (caller, action) in tries {
      #expect(vault.run(caller, action).refusal == unknown, "\(place): \(action)")
    }
    guard
      case .environments(let listed, _) = vault.run(admin, .listEnvironments(after: 0, limit: 9))
    else { throw Unexpected("no list") }
    #expect(listed.map(\.environment.name.text) == ["development"], "\(place)")
    guard
      case .places(let places, _) = vault.run(
        admin,
        .getPrincipal(
          PrincipalQuery(name: .uid(Fixture.bob), current: .uid(Fixture.bob)), after: 0, limit: 9))
    else { throw Unexpected("no places") }
    #expect(places.isEmpty, "\(place)")
    for id in crowd.ids { #expect(try vault.state(id) == "cancelled", "\(place)") }
    guard case .requests(let all, _) = vault.run(admin, .listRequests(RequestList(limit: 9)))
    else { throw Unexpected("no list") }
    #expect(all.map(\.request.state.text) == ["cancelled", "cancelled", "cancelled"], "\(place)")
    #expect(vault.engine.live.ids().isEmpty, "\(place)")
  }

  @Test(.promise(.deletionCountsAtOnce))
  func `a deletion counts at once, whose rows are still to come`() throws {
    let crowd = try crowd()
    let vault = crowd.vault
    let old = try vault.environment(Self.name)
    let rows = try vault.engine.store.versionCount(environment: old.id, name: "A", after: 0)
    let outcome = try decide(vault)
    #expect(outcome.deferred[0] != nil)
    #expect(vault.engine.hasBacklog)
    // Read only, so that no slice follows: what is shown is judged by the mark alone.
    for id in crowd.ids { #expect(try vault.state(id) == "cancelled") }
    #expect(
      try crowd.ids.contains { try vault.engine.rows.request($0)?.state.isLive == true })
    #expect(try vault.engine.store.versionCount(environment: old.id, name: "A", after: 0) == rows)
    // What is left of it opens no more.
    #expect(
      try vault.engine.store.wraps(kind: 1, id: old.id, generation: 1) == [])
    #expect(
      vault.run(
        crowd.maker, .activate(request: crowd.approved.id, ticket: crowd.ticket)
      ).refusal == .gateChanged(id: crowd.approved.id))
    try expectUnknown(crowd, in: vault)
    #expect(try vault.audit().count { $0.event == .environmentDeleted } == 1)
    vault.drain()
    try expectUnknown(crowd, in: vault)
    let ends = try vault.audit().filter { $0.event == .requestCancelled }
    #expect(ends.compactMap(\.request).sorted() == crowd.ids.sorted())
    #expect(ends.allSatisfy { $0.uid == Fixture.admin })
    #expect(try vault.audit().count { $0.event == .environmentDeleted } == 1)
    try vault.restart()
    #expect(try vault.verification().isVerified)
  }

  @Test(.promise(.deletionCountsAtOnce))
  func `its name is taken until its last row is gone, and then another's`() throws {
    let crowd = try crowd()
    let vault = crowd.vault
    let old = try vault.environment(Self.name)
    _ = try decide(vault)
    let create = Action.createEnvironment(try EnvironmentName("Production"), old.gate)
    let admin = vault.caller(Fixture.admin)
    var made = vault.run(admin, create)
    var commits = 0
    while made.refusal == .environmentLeaving("Production"), commits < 100 {
      #expect(vault.engine.hasBacklog)
      made = vault.run(admin, create)
      commits += 1
    }
    #expect(commits > 15)
    guard case .environment(let answer) = made else { throw Unexpected("\(made)") }
    #expect(answer.environment.id > old.id && answer.environment.deletion == nil)
    #expect(try vault.engine.rows.secrets(answer.environment.id, after: nil, limit: 9).isEmpty)
  }

  @Test func `no commit writes more rows of it than a slice, beside the mark`() throws {
    for slice in [1, 2, 7] {
      let vault = try crowd(slice: slice).vault
      var before = vault.engine.rows.set.writes
      _ = try decide(vault)
      #expect(vault.engine.rows.set.writes - before <= slice + 1)
      while vault.engine.hasBacklog {
        before = vault.engine.rows.set.writes
        _ = vault.engine.commit([], now: vault.now)
        #expect(vault.engine.rows.set.writes - before <= slice + 1, "slice \(slice)")
      }
    }
  }

  @Test func `a small one is gone at once, and its name is free in the same batch`() throws {
    let crowd = try crowd(slice: 64)
    let vault = crowd.vault
    let outcome = try decide(vault)
    #expect(outcome.deferred.isEmpty)
    #expect(outcome.replies[0].isErased == true)
    #expect(!vault.engine.hasBacklog)
  }

  @Test
  func `acknowledged-is-durable: its answer comes with the last slice and the cut of the log`()
    throws
  {
    let crowd = try crowd()
    let vault = crowd.vault
    let records = try (1...4).map {
      Array(try #require(try vault.ciphertext(crowd.number, "B", $0)).suffix(24))
    }
    let token = try #require(try decide(vault).deferred[0])
    var late: [LateReply] = []
    while vault.engine.hasBacklog {
      #expect(late.isEmpty)
      _ = vault.engine.commit([], now: vault.now)
      late = vault.engine.lateReplies(at: vault.now)
    }
    #expect(late.map(\.token) == [token])
    guard case .environmentDeleted(let deletion)? = late.first?.reply else {
      throw Unexpected("\(late)")
    }
    #expect(
      (deletion.secrets, deletion.variables, deletion.cancelled, deletion.isErased)
        == (3, 2, 3, true))
    #expect(!vault.engine.owesReplies)
    let files = try vault.files()
    for record in records { #expect(!record.stands(in: files)) }
  }

  @Test func `whoever only reads keeps nothing that is decided from its turn`() throws {
    let vault = try crowd().vault
    _ = try decide(vault)
    var commits = 0
    while vault.engine.hasBacklog, commits < 100 {
      guard case .status = vault.run(vault.caller(Fixture.admin), .status) else {
        throw Unexpected("no status")
      }
      // What the commit thread does before it takes the next batch.
      #expect(vault.engine.owesSlice)
      _ = vault.engine.commit([], now: vault.now)
      #expect(!vault.engine.owesSlice)
      commits += 1
    }
    #expect(commits > 15 && commits < 100)
  }

  @Test func `an answer does not wait for ever: it says that nothing is erased yet`() throws {
    let vault = try crowd().vault
    let token = try #require(try decide(vault).deferred[0])
    vault.advance(VaultEngine.longestRemoval - 1)
    #expect(vault.engine.lateReplies(at: vault.now).isEmpty)
    vault.advance(1)
    let late = vault.engine.lateReplies(at: vault.now)
    #expect(late.map(\.token) == [token])
    #expect(late.map(\.reply.isErased) == [false])
    vault.drain()
    #expect(try vault.engine.rows.holder(of: EnvironmentName(Self.name)) == nil)
  }

  @Test(.promise(.deletionCountsAtOnce))
  func `a daemon that is killed after any slice goes on where it was`() throws {
    let crowd = try crowd()
    let vault = crowd.vault
    _ = try decide(vault)
    var slices = 0
    while vault.engine.hasBacklog {
      let next = try Fixture(killing: vault)
      #expect(next.engine.hasBacklog, "slice \(slices)")
      #expect(next.engine.live.ids().isEmpty)
      try expectUnknown(crowd, in: next, "slice \(slices)")
      next.drain()
      #expect(try next.engine.rows.holder(of: EnvironmentName(Self.name)) == nil)
      let ends = try next.audit().filter { $0.event == .requestCancelled }
      #expect(ends.compactMap(\.request).sorted() == crowd.ids.sorted(), "slice \(slices)")
      // The mark says on whose behalf.
      #expect(ends.allSatisfy { $0.uid == Fixture.admin && $0.account == "user1" })
      try next.restart()
      #expect(!next.engine.hasBacklog)
      #expect(try next.verification().isVerified, "slice \(slices)")
      _ = vault.engine.commit([], now: vault.now)
      slices += 1
    }
    #expect(slices > 15)
  }

  @Test(.promise(.deletionCountsAtOnce), arguments: [FAULT_FULL, FAULT_IO, FAULT_TORN].indices)
  func `a disk that fails between two slices leaves it decided, and it goes on with the disk`(
    index: Int
  ) throws {
    let fault = [FAULT_FULL, FAULT_IO, FAULT_TORN][index]
    let name = "engine-deletion-\(index)"
    let vfs = try #require(fault_vfs_create(name))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = name
    let crowd = try crowd(options: options)
    let vault = crowd.vault
    defer { vault.engine.close() }
    let token = try #require(try decide(vault).deferred[0])
    var failures = 0
    var late: [LateReply] = []
    var commits = 0
    while late.isEmpty, commits < 200 {
      commits += 1
      let rows = vault.engine.rows.set.writes
      fault_vfs_reset_counts(vfs)
      if commits % 2 == 0 {
        fault_vfs_arm(vfs, fault, 1, fault == FAULT_IO ? 5 : 100, UInt64(commits))
      }
      _ = vault.engine.commit([], now: vault.now)
      fault_vfs_disarm(vfs)
      if vault.engine.lasting.isBacklogPaused {
        failures += 1
        #expect(!vault.engine.hasBacklog)
        for id in crowd.ids { #expect(try vault.state(id) == "cancelled") }
        _ = vault.engine.commit(
          [Command(caller: vault.caller(Fixture.admin), action: .tick)], now: vault.now)
      }
      #expect(vault.engine.rows.set.writes >= rows)
      late += vault.engine.lateReplies(at: vault.now)
      vault.advance(VaultEngine.erasureInterval)
    }
    #expect(failures > 5)
    #expect(late.map(\.token) == [token])
    #expect(late.map(\.reply.isErased) == [true])
    #expect(try vault.engine.rows.holder(of: EnvironmentName(Self.name)) == nil)
    #expect(try vault.verification().isVerified)
  }

  @Test(.promise(.deletionCountsAtOnce))
  func `gate-is-sealed: nobody takes the mark of a deletion away`() throws {
    let vault = try crowd().vault
    let old = try #require(try vault.engine.store.environment(named: Self.name))
    _ = try decide(vault)
    let copy = try Fixture(killing: vault)
    copy.engine.close()
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    try SQLiteShell.run(
      copy.database,
      "UPDATE environment SET revision = \(old.revision), content = x'\(hex(old.content))', seal = x'\(hex(old.seal))' WHERE name = '\(Self.name)'"
    )
    #expect(throws: EngineFault.self) { try copy.restart() }
  }
}
