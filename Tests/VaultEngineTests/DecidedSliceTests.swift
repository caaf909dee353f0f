import CFaultVFS
import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// What one command, a tick or an ended connection decides about many rows: at once, and written in slices.
@Suite struct DecidedSliceTests {
  private func vault(slice: Int = 2) throws -> Fixture {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 1_000, perRequester: 1_000)
    try vault.restart()
    try vault.furnish()
    vault.slice = slice
    return vault
  }

  private func commit(_ vault: Fixture, _ caller: Caller, _ action: Action) -> CommandReply {
    vault.engine.commit([Command(caller: caller, action: action)], now: vault.now).replies[0]
  }

  private func rowIsLive(_ id: Int64, in vault: Fixture) throws -> Bool {
    try vault.engine.rows.request(id)?.state.isLive == true
  }

  /// What every client of a request is told of it once it has ended so.
  private func expectEnded(
    _ ids: [Int64], as state: String, _ maker: Caller, in vault: Fixture, _ place: String = ""
  ) throws {
    for id in ids { #expect(try vault.state(id) == state, "\(place): \(id)") }
    guard
      case .requests(let listed, _) = vault.run(
        vault.caller(Fixture.admin), .listRequests(RequestList(state: state, limit: 100)))
    else { throw Unexpected("no list") }
    #expect(Set(listed.map(\.request.id)).isSuperset(of: ids), "\(place)")
    #expect(Set(vault.engine.live.ids()).isDisjoint(with: ids), "\(place)")
    for id in ids.reversed() {
      #expect(
        vault.run(maker, .readGrant(request: id, ticket: nil, after: nil)).refusal != nil,
        "\(place): \(id)")
      #expect(vault.run(maker, .activate(request: id, ticket: nil)).refusal != nil, "\(place)")
    }
  }

  @Test(.promise(.endedGrantsAreClosedAtOnce), arguments: [1, 2, 16])
  func `everything that is revoked is revoked at once, whose rows are still to come`(
    slice: Int
  ) throws {
    let vault = try vault(slice: slice)
    let maker = vault.caller(Fixture.runner)
    let active = try (0..<12).map { _ in try vault.grant(by: maker).id }
    let approved = try (0..<8).map { _ in try vault.approvedRequest(by: maker).request.id }
    let waiting = try vault.request(by: maker).request.id
    let before = vault.engine.rows.set.writes
    let reply = commit(
      vault, vault.caller(Fixture.admin), .revokeAll(environment: nil, requester: nil))
    let ids = try #require(reply.revoked)
    #expect(ids == active + approved)
    #expect(vault.engine.rows.set.writes - before <= slice)
    #expect(vault.engine.hasBacklog)
    // A crash at this moment takes none of it back.
    let next = try Fixture(killing: vault)
    try expectEnded(ids, as: "revoked", next.caller(Fixture.runner), in: next, "killed")
    try expectEnded(ids, as: "revoked", maker, in: vault)
    for vault in [vault, next] {
      vault.drain()
      #expect(try !ids.contains { try rowIsLive($0, in: vault) })
      #expect(try vault.state(waiting) == "waiting")
      let revoked = try vault.audit().filter { $0.event == .requestRevoked }
      #expect(revoked.compactMap(\.request).sorted() == ids)
      #expect(revoked.allSatisfy { $0.uid == Fixture.admin })
      #expect(vault.engine.trail.head.endings.isEmpty)
      try vault.restart()
      #expect(try vault.verification().isVerified)
    }
  }

  @Test func `an exclusive environment is free once its grant is decided to end`() throws {
    let vault = try vault(slice: 1)
    try vault.create("one", vault.reviewed(exclusive: true))
    let other = vault.caller(Fixture.runner)
    _ = try (0..<5).map { _ in try vault.grant(by: other) }
    let maker = vault.caller(Fixture.runner)
    let held = try vault.grant(by: maker, environment: "one").id
    let (second, ticket) = try vault.request(by: maker, environment: "one")
    _ = vault.run(
      vault.caller(Fixture.bob),
      .approve(request: second.id, digest: second.digest, comment: ""))
    let revoke = Action.revokeAll(environment: nil, requester: .uid(Fixture.runner))
    let replies = vault.engine.commit(
      [
        Command(caller: maker, action: .cancelRequest(second.id, ticket: ticket)),
        Command(caller: vault.caller(Fixture.admin), action: revoke),
        Command(
          caller: vault.caller(Fixture.admin),
          action: .deleteEnvironment(try EnvironmentName("one"))
        ),
      ], now: vault.now
    ).replies
    #expect(try rowIsLive(held, in: vault))
    #expect(replies[2].refusal == nil)
    vault.drain()
    // Who revoked it, not who deleted its environment.
    #expect(try vault.state(held) == "revoked")
  }

  @Test(.promise(.endedGrantsAreClosedAtOnce), arguments: [1, 3, 16])
  func `somebody who is removed has nothing open at once, whose rows are still to come`(
    slice: Int
  ) throws {
    let vault = try vault(slice: slice)
    try vault.create("other", vault.reviewed(by: [Fixture.bob, Fixture.carol], required: 2))
    // A gate that nobody could ask of any more would keep them where they are.
    for name in ["production", "development", "other"] {
      try vault.edit(name, allowWeaken: true) { $0.requesters.add = [.uid(2000)] }
    }
    let maker = vault.caller(Fixture.runner)
    let active = try (0..<6).map { _ in try vault.grant(by: maker).id }
    let approved = try (0..<6).map { _ in try vault.approvedRequest(by: maker).request.id }
    let query = PrincipalQuery(name: .uid(Fixture.runner), current: .uid(Fixture.runner))
    let reply = commit(vault, vault.caller(Fixture.admin), .removePrincipal(query))
    guard case .principalRemoved(let removal) = reply else { throw Unexpected("\(reply)") }
    #expect((removal.cancelled, removal.revoked) == (6, 6))
    try expectEnded(active, as: "revoked", maker, in: vault)
    try expectEnded(approved, as: "cancelled", maker, in: vault)
    let next = try Fixture(killing: vault)
    for vault in [vault, next] {
      vault.drain()
      #expect(try !(active + approved).contains { try rowIsLive($0, in: vault) })
      try vault.restart()
      #expect(try vault.verification().isVerified)
    }
  }

  @Test
  func `what waits anew since its reviewer was removed may be approved before its row's turn`()
    throws
  {
    let vault = try vault(slice: 1)
    // Carol reviews; bob is only known by a review that he gave as a member of a group.
    let group = Caller(
      uid: Fixture.bob, kernelGroups: [7], isOverflow: false, connection: 9,
      account: .known(
        Account(uid: Fixture.bob, name: "bob", groups: [Account.Group(gid: 7, name: "team")])))
    try vault.create(
      "shared",
      Gate(
        protection: .reviewers([
          ReviewerRule(reviewers: [.group(name: "team", gid: 7), .uid(Fixture.carol)], required: 1)
        ]), requesters: .principals([.uid(Fixture.runner)])))
    let maker = vault.caller(Fixture.runner)
    let requests = try (0..<6).map { _ in
      try vault.request(by: maker, environment: "shared").request
    }
    for request in requests {
      let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
      #expect(vault.run(group, approve).state == "approved")
    }
    let query = PrincipalQuery(name: .user("bob"), current: .user(name: "bob", uid: Fixture.bob))
    let reply = commit(vault, vault.caller(Fixture.admin), .removePrincipal(query))
    guard case .principalRemoved(let removal) = reply else { throw Unexpected("\(reply)") }
    #expect(removal.reset == 6)
    for request in requests { #expect(try vault.state(request.id) == "waiting") }
    let last = try vault.seen(try #require(requests.last).id)
    #expect(last.reviews.isEmpty)
    #expect(
      vault.run(
        vault.caller(Fixture.carol), .approve(request: last.id, digest: last.digest, comment: "")
      ).state == "approved")
    // Its turn has been: neither the rest of the slices nor a crash takes the new approval away.
    let next = try Fixture(killing: vault)
    for vault in [vault, next] {
      #expect(try vault.state(last.id) == "approved")
      vault.drain()
      #expect(try vault.state(last.id) == "approved")
      for request in requests.dropLast() { #expect(try vault.state(request.id) == "waiting") }
    }
  }

  @Test(.promise(.endedGrantsAreClosedAtOnce), arguments: [1, 2, 16])
  func `an ended connection ends all that lived by it at once, whose rows are still to come`(
    slice: Int
  ) throws {
    let vault = try vault(slice: slice)
    let maker = vault.caller(Fixture.runner)
    let grants = try (0..<20).map { _ in try vault.grant(by: maker) }
    let ids = grants.map(\.id)
    let before = vault.engine.rows.set.writes
    _ = commit(vault, maker, .connectionEnded)
    #expect(vault.engine.rows.set.writes - before <= slice)
    #expect(vault.engine.hasBacklog)
    // The job has its ticket still, and comes too late.
    let other = vault.caller(Fixture.runner)
    for grant in grants.suffix(3) {
      #expect(
        vault.run(other, .resumeGrant(request: grant.id, ticket: grant.ticket)).refusal
          == .requestState(id: grant.id, "closed"))
    }
    let next = try Fixture(killing: vault)
    for vault in [vault, next] {
      try expectEnded(ids, as: "closed", vault.caller(Fixture.runner), in: vault)
      vault.drain()
      #expect(try !ids.contains { try rowIsLive($0, in: vault) })
      #expect(try vault.audit().count { $0.event == .grantClosed } == ids.count)
      try vault.restart()
      #expect(try vault.verification().isVerified)
    }
  }

  @Test func `what time has ended is looked for without an end, a slice a commit`() throws {
    let vault = try vault(slice: 2)
    let maker = vault.caller(Fixture.runner)
    let ids = try (0..<15).map { _ in try vault.request(by: maker).request.id }
    vault.advance(86_400_001)
    let before = vault.engine.rows.set.writes
    _ = commit(vault, vault.caller(Fixture.admin), .tick)
    #expect(vault.engine.rows.set.writes - before <= 2)
    for changed in vault.drain() { #expect(changed.count <= 2) }
    for id in ids { #expect(try vault.state(id) == "expired") }
    #expect(try vault.audit().count { $0.event == .requestExpired } == ids.count)
  }

  @Test(.promise(.endedGrantsAreClosedAtOnce), arguments: [1, 2, 16])
  func `a deleted secret has no version at once, whose rows are still to come`(slice: Int) throws {
    let vault = try vault(slice: slice)
    for version in 1...9 { try vault.set("development", "TOKEN", "value \(version)") }
    for version in 1...9 { try vault.set("production", "TOKEN", "other \(version)") }
    let maker = vault.caller(Fixture.runner)
    let id = try vault.grant(by: maker).id
    let environment = try vault.environment("production")
    let read = try vault.get("production", "TOKEN", of: id)
    #expect(vault.run(maker, read).released == ["other 9"])
    let record = Array(try #require(try vault.ciphertext(environment.id, "TOKEN", 9)).suffix(24))
    let outcome = vault.engine.commit(
      [
        Command(
          caller: vault.caller(Fixture.admin),
          action: .deleteSecret(environment: environment.name, name: try SecretName("TOKEN")))
      ], now: vault.now)
    let token = outcome.deferred[0]
    #expect((token == nil) == (slice == 16))
    let next = try Fixture(killing: vault)
    for vault in [vault, next] {
      #expect(vault.run(maker, read).refusal != nil)
      // One of its name goes on counting, and its versions are its own.
      #expect(try vault.set("production", "TOKEN", "anew") == 10)
      #expect(try vault.versions("production", "TOKEN").map(\.version) == [10])
      vault.drain()
      #expect(try vault.versions("production", "TOKEN").map(\.version) == [10])
      #expect(
        try vault.engine.store.versionCount(
          environment: environment.id, name: "TOKEN", after: 0) == 1)
    }
    let late = vault.engine.lateReplies(at: vault.now)
    #expect(late.map(\.token) == (token.map { [$0] } ?? []))
    #expect(late.allSatisfy { $0.reply.isErased == true })
    #expect(!record.stands(in: try vault.files()))
    for vault in [vault, next] {
      try vault.restart()
      #expect(!vault.engine.hasBacklog)
      #expect(try vault.verification().isVerified)
    }
  }

  @Test func `a batch that fails takes back what it has decided`() throws {
    let vfs = try #require(fault_vfs_create("engine-decided"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-decided"
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    try vault.furnish()
    vault.slice = 1
    let maker = vault.caller(Fixture.runner)
    let ids = try (0..<6).map { _ in try vault.grant(by: maker).id }
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, FAULT_FULL, 1, 100, 7)
    let revoke = Action.revokeAll(environment: nil, requester: nil)
    #expect(commit(vault, vault.caller(Fixture.admin), revoke).refusal != nil)
    fault_vfs_disarm(vfs)
    #expect(vault.engine.live.ids() == ids)
    #expect(vault.engine.trail.head.endings.isEmpty)
    for id in ids {
      let read = Action.readGrant(request: id, ticket: nil, after: nil)
      #expect(vault.run(maker, read).released?.count == 1)
    }
  }

  @Test func `on a disk that is nearly full no row is written that can wait`() throws {
    let vault = try vault(slice: 1)
    let maker = vault.caller(Fixture.runner)
    let ids = try (0..<6).map { _ in try vault.approvedRequest(by: maker).request.id }
    _ = commit(vault, vault.caller(Fixture.admin), .revokeAll(environment: nil, requester: nil))
    let engine = vault.engine
    #expect(engine.hasBacklog)
    let before = engine.rows.set.writes
    try engine.store.begin()
    engine.budget = 10
    engine.lasting.trouble = .scarce
    try engine.catchUp(at: vault.moment)
    engine.store.rollback()
    #expect(engine.rows.set.writes == before)
    engine.lasting.trouble = nil
    vault.drain()
    #expect(try !ids.contains { try rowIsLive($0, in: vault) })
  }
}
