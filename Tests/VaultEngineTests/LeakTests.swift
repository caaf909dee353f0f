import CFaultVFS
import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine
import VaultStore

/// What a leaked value leaves to know and to do: who has read it, where else it stands, and an end to all
/// of it at once.
@Suite struct LeakTests {
  private func revoking(_ vault: Fixture, _ value: String = "rotated") throws -> Action {
    .setSecret(
      environment: try EnvironmentName("production"), name: try SecretName("TOKEN"),
      value: try vault.value(value), cas: nil, revokePrevious: true)
  }

  // MARK: Revoking

  @Test
  func `a leak ends at once: older versions disabled, their grants revoked, their readers named`()
    throws
  {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(), secrets: ["TOKEN", "OTHER"])
    let maker = vault.caller(Fixture.runner, name: "runner")
    let (id, ticket) = try vault.grant(by: maker, hold: .ticket)
    let read = Action.readGrant(request: id, ticket: ticket, after: nil)
    #expect(vault.run(maker, read).released?.count == 2)
    try vault.set("production", "TOKEN", "second")
    let (newer, _) = try vault.grant(by: maker)
    #expect(
      vault.run(maker, try vault.get("production", "TOKEN", of: newer)).released == ["second"])
    let (approved, _) = try vault.approvedRequest(by: maker)
    let (bystander, _) = try bystander(in: vault, by: maker)

    // In one batch: what stands behind the rotation already meets it.
    let replies = vault.batch([
      (maker, read), (vault.caller(Fixture.admin), try revoking(vault)), (maker, read),
      (maker, .activate(request: approved.id, ticket: nil)),
    ])
    #expect(replies[0].released?.count == 2)
    let revocation = try #require(replies[1].set?.revocation)
    #expect(revocation.disabled == [1, 2])
    #expect(revocation.revoked == [id, newer])
    #expect(revocation.readers.map(\.version) == [1, 2])
    #expect(revocation.readers.map(\.uid) == [Fixture.runner, Fixture.runner])
    #expect(revocation.readers.map(\.account) == ["runner", "runner"])
    #expect(replies[2].refusal == .requestState(id: id, "revoked"))
    #expect(replies[3].refusal == .versionUnavailable(name: "TOKEN", version: 2))

    #expect(
      try vault.versions("production", "TOKEN").map(\.state)
        == ["disabled", "disabled", "enabled"])
    #expect(try vault.versions("production", "OTHER").map(\.state) == ["enabled"])
    #expect(try vault.state(bystander) == "active")
    let record = try #require(try vault.audit().last { $0.event == .secretSet })
    #expect(record.details == [.init("disabled", "2"), .init("revoked", "2")])
    vault.drain()
    #expect(try vault.audit().filter { $0.event == .requestRevoked }.map(\.request) == [id, newer])
  }

  /// A grant that holds nothing of what has leaked.
  private func bystander(
    in vault: Fixture, by maker: Caller
  ) throws -> (id: Int64, reply: CommandReply) {
    let reply = vault.run(maker, try vault.makes("production", secrets: ["OTHER"]))
    let request = try #require(reply.request)
    _ = vault.run(
      vault.caller(Fixture.bob), .approve(request: request.id, digest: request.digest, comment: ""))
    return (request.id, vault.run(maker, .activate(request: request.id, ticket: nil)))
  }

  @Test func `a rotation without that word leaves older versions and grants as they are`() throws {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed())
    let maker = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: maker)
    let reply = vault.run(
      vault.caller(Fixture.admin), try vault.setAction("production", "TOKEN", "rotated"))
    #expect(reply.set?.version == 2)
    #expect(reply.set?.revocation == nil)
    #expect(
      vault.run(maker, .readGrant(request: id, ticket: nil, after: nil)).released
        == ["TOKEN of production"])
  }

  @Test func `the first version of a secret has nothing to revoke, and says so`() throws {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(), secrets: [])
    let reply = vault.run(vault.caller(Fixture.admin), try revoking(vault))
    let revocation = try #require(reply.set?.revocation)
    #expect(revocation.disabled.isEmpty && revocation.revoked.isEmpty && revocation.readers.isEmpty)
  }

  @Test func `readers of what was disabled or destroyed before are named too`() throws {
    let vault = try Fixture()
    try vault.create(
      "production", Gate(protection: .unprotected, requesters: .any), secrets: [])
    for version in Int64(1)...3 {
      try vault.set("production", "TOKEN", "\(version)")
      let reader = vault.caller(2000 + UInt32(version))
      #expect(vault.run(reader, try vault.getAction("production", "TOKEN")).released != nil)
    }
    try vault.change("production", "TOKEN", 1, .destroyed)
    try vault.change("production", "TOKEN", 2, .disabled)
    let reply = vault.run(vault.caller(Fixture.admin), try revoking(vault))
    let revocation = try #require(reply.set?.revocation)
    #expect(revocation.disabled == [3])
    #expect(revocation.readers.map(\.uid) == [2001, 2002, 2003])
  }

  // MARK: Readers

  @Test func `every read is counted, under a grant and without, and a batch of them in one row`()
    throws
  {
    let vault = try Fixture()
    try vault.create("open", Gate(protection: .unprotected, requesters: .any))
    try vault.create("production", vault.reviewed(), secrets: ["TOKEN", "OTHER"])
    let runner = vault.caller(Fixture.runner, name: "runner")
    let get = try vault.getAction("open", "TOKEN")
    let began = vault.now.wall
    #expect(
      vault.batch(Array(repeating: (runner, get), count: 20)).allSatisfy { $0.released != nil })
    vault.advance(5_000)
    #expect(vault.run(runner, get).released != nil)
    #expect(vault.run(vault.caller(2000), get).released != nil)
    let readers = try #require(try vault.versions("open", "TOKEN").first?.readers)
    // The latest first, and of one time the lower number.
    #expect(readers.map(\.uid) == [Fixture.runner, 2000])
    #expect(readers.map(\.count) == [21, 1])
    #expect(readers.map(\.first) == [began, began + 5_000])
    #expect(readers.map(\.last) == [began + 5_000, began + 5_000])
    #expect(readers.first?.account == "runner")

    let (id, _) = try vault.grant(by: runner)
    #expect(
      vault.run(runner, .readGrant(request: id, ticket: nil, after: nil)).released?.count == 2)
    #expect(vault.run(runner, try vault.get("production", "OTHER", of: id)).released != nil)
    func count(_ name: String) throws -> [Int64]? {
      try vault.versions("production", name).first?.readers.map(\.count)
    }
    #expect(try count("TOKEN") == [1])
    #expect(try count("OTHER") == [2])
    try vault.set("production", "TOKEN", "second")
    #expect(try vault.versions("production", "TOKEN").map(\.readers.count) == [1, 0])
  }

  @Test func `what was refused, or did not become durable, was read by nobody`() throws {
    let vfs = try #require(fault_vfs_create("engine-readers"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-readers"
    options.cacheKiB = 64
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    try vault.create("open", Gate(protection: .unprotected, requesters: .any))
    let runner = vault.caller(Fixture.runner)
    let get = try vault.getAction("open", "TOKEN")
    func counts() throws -> [Int64] {
      try vault.versions("open", "TOKEN").flatMap(\.readers).map(\.count)
    }
    try vault.change("open", "TOKEN", 1, .disabled)
    #expect(vault.run(runner, get).refusal != nil)
    try vault.change("open", "TOKEN", 1, .enabled)
    #expect(try counts() == [])
    // The second batch is more than the page cache holds, so that it fails before its end.
    let large = String(repeating: "x", count: 60_000)
    let sets = try (0..<8).map { _ in
      (vault.caller(Fixture.admin), try vault.setAction("open", "LARGE", large))
    }
    for batch in [[(runner, get), (runner, get)], [(runner, get), (runner, get)] + sets] {
      fault_vfs_reset_counts(vfs)
      fault_vfs_arm(vfs, FAULT_FULL, 1, 0, 7)
      #expect(vault.batch(batch).allSatisfy { $0.refusal != nil })
      fault_vfs_disarm(vfs)
      #expect(try counts() == [])
    }
    #expect(vault.run(runner, get).released != nil)
    #expect(try counts() == [1])
  }

  @Test func `who only asks is not told who else has read, and a long list says how many more`()
    throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.create("open", Gate(protection: .unprotected, requesters: .any))
    let get = try vault.getAction("open", "TOKEN")
    _ = vault.batch((0..<60).map { (vault.caller(2000 + $0), get) })
    let told = try #require(try vault.versions("open", "TOKEN", by: vault.caller(5)).first)
    #expect((told.readers.count, told.moreReaders) == (50, 10))
    let asked = try #require(try vault.versions("open", "TOKEN", by: vault.caller(2000)).first)
    #expect((asked.readers.count, asked.moreReaders) == (0, 0))
  }

  // MARK: The same value elsewhere

  @Test(.promise(.sameValueIsToldToWriters))
  func `the same value elsewhere is told to who may set it there, and recorded always`()
    throws
  {
    let vault = try Fixture()
    for (name, writers) in [("one", [UInt32(3000), 3001]), ("two", [3000]), ("three", [3001])] {
      try vault.create(
        name,
        Gate(
          protection: .unprotected, requesters: .any, writers: writers.map { .uid($0) }),
        secrets: [])
    }
    func set(_ environment: String, _ name: String, by uid: UInt32) throws -> SecretSetView {
      let reply = vault.run(
        vault.caller(uid), try vault.setAction(environment, name, "one value for all"))
      return try #require(reply.set)
    }
    func recorded() throws -> String? {
      try vault.audit().last?.details.first { $0.name == "same_value" }?.value
    }
    #expect(try set("two", "TOKEN", by: 3000).sameValue == [])
    #expect(try recorded() == nil)
    #expect(try set("three", "TOKEN", by: 3001).sameValue == [])
    #expect(try recorded() == "two/TOKEN")
    // Within one environment there is nothing to say.
    #expect(try set("three", "AGAIN", by: 3001).sameValue == [])
    #expect(try set("one", "TOKEN", by: 3000).sameValue == ["two/TOKEN"])
    #expect(try recorded() == "two/TOKEN,three/AGAIN,three/TOKEN")
    #expect(
      try set("one", "TOKEN", by: Fixture.admin).sameValue
        == ["two/TOKEN", "three/AGAIN", "three/TOKEN"])
    #expect(try set("one", "TOKEN", by: 3001).sameValue == ["three/AGAIN", "three/TOKEN"])
  }

  @Test func `a destroyed value, and one that is deleted, is the same as none`() throws {
    let vault = try Fixture()
    for name in ["one", "two", "three"] {
      try vault.create(
        name, Gate(protection: .unprotected, requesters: .any), secrets: [])
      try vault.set(name, "TOKEN", "one value")
    }
    func told(_ value: String) throws -> [String]? {
      vault.run(vault.caller(Fixture.admin), try vault.setAction("one", "TOKEN", value)).set?
        .sameValue
    }
    #expect(try told("one value") == ["two/TOKEN", "three/TOKEN"])
    try vault.change("two", "TOKEN", 1, .disabled)
    #expect(try told("one value") == ["two/TOKEN", "three/TOKEN"])
    try vault.change("two", "TOKEN", 1, .destroyed)
    _ = try vault.deleteSecret("three", "TOKEN")
    #expect(try told("one value") == [])
    // Two destroyed ones have no value in common, and none with the empty one.
    try vault.set("three", "TOKEN", "another")
    try vault.change("three", "TOKEN", 2, .destroyed)
    #expect(try told("") == [])
  }
}
