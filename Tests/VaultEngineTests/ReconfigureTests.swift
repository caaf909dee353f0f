import CFaultVFS
import Promises
import Testing
import VaultCore
@testable import VaultEngine
import VaultStore

/// Another configuration under the running engine.
@Suite struct ReconfigureTests {
  private func configuration(
    admins: [Principal], auditors: [Principal] = [], people: People = People()
  ) -> EngineConfiguration {
    EngineConfiguration(
      standing: Standing(admins: admins, auditors: auditors), people: people, valueBytes: 8)
  }

  private func create(_ name: String) throws -> Action {
    .createEnvironment(
      try EnvironmentName(name), Gate(protection: .unprotected, requesters: .any))
  }

  @Test(.promise(.lostRolesEndAtOnce))
  func `decides what stands behind it in the batch, and nothing before it`() throws {
    let vault = try Fixture()
    let (old, new) = (vault.caller(Fixture.admin), vault.caller(Fixture.bob))
    let replies = vault.batch([
      (old, try create("a")), (new, try create("b")),
      (vault.caller(0), .reconfigure(configuration(admins: [.uid(Fixture.bob)]))),
      (old, try create("c")), (new, try create("d")),
      (new, try vault.setAction("d", "S", "nine bytes")),
    ])
    let isRefused = replies.map { $0.refusal != nil }
    #expect(isRefused == [false, true, false, true, false, true])
    guard case .valueTooLarge(limit: 8) = replies[5].refusal else {
      Issue.record("\(replies[5])")
      return
    }
  }

  @Test(.promise(.reloadsAreRecorded))
  func `is on the record, with who is admin and auditor from then on`() throws {
    let vault = try Fixture()
    _ = vault.run(
      vault.caller(0),
      .reconfigure(
        configuration(
          admins: [.uid(Fixture.bob), .group(name: "ops", gid: 9)],
          auditors: [.user(name: "alice", uid: 7)],
          people: People([9: "zoe", 7: "alice", 3: "alice"]))))
    _ = vault.run(vault.caller(0), .reconfigure(configuration(admins: [])))
    let records = try vault.audit().filter { $0.event == .configurationReloaded }
    #expect(records.map { $0.uid } == [nil, nil])
    #expect(
      records.map { $0.details } == [
        [
          .init("admins", "uid:\(Fixture.bob) group:ops"), .init("auditors", "user:alice"),
          .init("people", "alice=3,7 zoe=9"),
        ],
        [.init("admins", "nobody"), .init("auditors", "nobody"), .init("people", "nobody")],
      ])
  }

  @Test func `names no more than fit a record, and says how many more there are`() throws {
    let many = (0..<1_000).map { Principal.uid(1_000_000 + $0) }
    let text = VaultEngine.list(many)
    #expect(text.utf8.count < 1_100)
    let named = text.split(separator: " ").filter { $0.hasPrefix("uid:") }.count
    #expect(text.hasSuffix(" and \(1_000 - named) more"))
    #expect(VaultEngine.list(Array(many.prefix(2))) == "uid:1000000 uid:1000001")
  }

  @Test(.promise(.configurationIsWhole))
  func `that does not become durable is undone, with the roles that it gave`() throws {
    let vfs = try #require(fault_vfs_create("engine-reconfigure"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-reconfigure"
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    let (old, new) = (vault.caller(Fixture.admin), vault.caller(Fixture.bob))
    let other = configuration(admins: [.uid(Fixture.bob)])
    var failures = 0
    for operation in 1...UInt64(4) {
      fault_vfs_reset_counts(vfs)
      fault_vfs_arm(vfs, FAULT_FULL, operation, 100, 7)
      let replies = vault.batch([(new, .reconfigure(other)), (new, try create("b\(operation)"))])
      fault_vfs_disarm(vfs)
      guard case .storageUnavailable = replies[0].refusal else { break }
      failures += 1
      #expect(replies[1].refusal != nil)
      // The one from before decides, also what it says about limits.
      #expect(vault.run(new, try create("n\(operation)")).refusal != nil)
      #expect(vault.run(old, try create("o\(operation)")).refusal == nil)
      #expect(try vault.set("o\(operation)", "S", "nine bytes") == 1)
      #expect(try vault.audit().allSatisfy { $0.event != .configurationReloaded })
    }
    #expect(failures > 0)
  }
}
