import Glibc
import Testing
import VaultCore
import VaultStore

@testable import VaultEngine

/// A vault that an earlier commit wrote: what this one reads of it must be what that one stored.
///
/// A member that is encoded otherwise, a table that is called otherwise in a seal or a renamed case would make
/// every vault that somebody has `storage.tampered`. Where the format changes on purpose, with a migration, this
/// file stays and another is added: `GoldenVault.make(at:)` writes one.
@Suite struct GoldenVaultTests {
  /// The vault in a folder of its own, opened: the opening verifies the seal of every live row and their sum.
  private func opened() throws -> Fixture {
    let vault = try Fixture(
      copying: GoldenVault.file, at: GoldenVault.now,
      EngineConfiguration(
        standing: Standing(admins: [.uid(Fixture.admin)], auditors: [.uid(5)]), people: People()))
    // What this version adds to it: a backup key, under which the others are wrapped too.
    vault.drain()
    #expect(!vault.engine.hasBacklog)
    return vault
  }

  @Test func `a vault of an earlier commit opens, and its record verifies`() throws {
    let vault = try opened()
    let verification = try vault.engine.place.auditReader().verify()
    #expect(verification.isVerified, "\(verification.fault ?? "")")
    #expect(verification.records == GoldenVault.records)
  }

  @Test func `each row of an earlier commit is read, and encoded as it was`() throws {
    let vault = try opened()
    let (rows, store) = (vault.engine.rows, vault.engine.store)
    var counts: [String: Int] = [:]
    func compare(_ row: SealedRow, _ bytes: [UInt8], _ table: String) {
      #expect(row.content == bytes, "\(row.key)")
      counts[table, default: 0] += 1
    }
    for row in try store.environments(limit: 1_000) {
      let environment = try rows.verify(environment: row).value
      compare(row, environment.canonicalBytes, "environment")
      for row in try store.secrets(environment: environment.id, limit: 1_000) {
        let secret = try rows.verify(secret: row).value
        compare(row, secret.canonicalBytes, "secret")
        for row in try store.versions(
          environment: environment.id, name: secret.name.text, limit: 1_000)
        { compare(row, try rows.verify(version: row).0.canonicalBytes, "version") }
      }
      for row in try store.variables(environment: environment.id, limit: 1_000) {
        compare(row, try rows.verify(variable: row).value.canonicalBytes, "variable")
      }
    }
    var states: Set<String> = []
    for row in try store.requests(before: .max, limit: 10_000) {
      let request = try rows.verify(request: row).value
      states.insert(request.state.text)
      compare(row, request.canonicalBytes, "request")
    }
    #expect(counts == GoldenVault.rows)
    #expect(states == GoldenVault.states)
  }

  @Test func `each value of an earlier commit is read`() throws {
    let vault = try opened()
    for (name, value) in GoldenVault.values {
      let reply = vault.run(vault.caller(Fixture.runner), try vault.getAction("golden", name))
      #expect(reply.released == [value], "\(name): \(reply)")
    }
  }
}

/// The vault itself: some hundred batches of a life, and values that are known.
enum GoldenVault {
  static let file =
    String(#filePath.dropLast("GoldenVaultTests.swift".count))
    + "Golden/vault-1.sqlite3"
  static let values = ["EMPTY": "", "SHORT": "s", "LONG": String(repeating: "long ", count: 2_000)]

  // What `make(at:)` printed.
  static let now = ClockReading(
    wall: 1_800_005_102_731, boot: 6_102_731, bootID: BootID(high: 1, low: 1))
  static let records: Int64 = 401
  static let rows = [
    "environment": 4, "secret": 10, "version": 21, "variable": 2, "request": 47,
  ]
  static let states: Set = [
    "approved", "active", "closed", "cancelled", "rejected", "revoked", "superseded",
  ]

  /// Writes the vault, and says what is in it. No test calls it but by hand.
  static func make(at path: String) throws {
    var life = try Life(seed: 7)
    try life.run(batches: 150)
    let vault = life.vault
    vault.drain()
    let name = try EnvironmentName("golden")
    let gate = Gate(protection: .unprotected, requesters: .principals([.uid(Fixture.runner)]))
    _ = vault.run(vault.caller(Fixture.admin), .createEnvironment(name, gate))
    for (name, value) in values {
      try vault.set("golden", name, "before")
      try vault.set("golden", name, value)
    }
    vault.drain()
    print("\(vault.now), \(vault.engine.trail.head.sequence) records")
    vault.engine.close()
    let bytes = try Fixture.bytes(of: vault.database)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    defer { close(file) }
    guard write(file, bytes, bytes.count) == bytes.count else { throw Unexpected("not written") }
  }
}
