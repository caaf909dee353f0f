import Promises
import Testing
import VaultCalls
import VaultCore
import VaultCrypto
import VaultStore

@testable import VaultEngine

/// An environment's values come under a new key, in slices, while they are read.
@Suite struct KeyRotationTests {
  private static let name = "production"

  /// Two secrets of three versions and one of one; a row a commit.
  private func vault() throws -> Fixture {
    let vault = try Fixture()
    try vault.create(
      Self.name, Gate(protection: .unprotected, requesters: .any), secrets: ["A", "B", "C"])
    try vault.create("other", Gate(protection: .unprotected, requesters: .any))
    for secret in ["A", "B"] {
      for version in 2...3 { try vault.set(Self.name, secret, "\(secret) \(version)") }
    }
    vault.drain()
    vault.slice = 1
    return vault
  }

  private func rotate(_ vault: Fixture, _ environment: String = name) throws -> BatchOutcome {
    vault.engine.commit(
      [Command(caller: vault.caller(Fixture.admin), action: try .rotateKey(environment))],
      now: vault.now)
  }

  /// How many ciphertexts of an environment are under each of its keys.
  private func generations(_ vault: Fixture) throws -> [UInt32: Int] {
    var found: [UInt32: Int] = [:]
    let environment = try vault.environment(Self.name).id
    for secret in try vault.engine.rows.secrets(environment, after: nil, limit: 500) {
      for version in try vault.storedVersions(Self.name, secret.name.text) {
        guard let record = try vault.ciphertext(environment, secret.name.text, version) else {
          continue
        }
        found[try #require(Envelope.generation(of: record)), default: 0] += 1
      }
    }
    return found
  }

  private func wraps(_ vault: Fixture) throws -> Set<UInt32> {
    let environment = try vault.environment(Self.name).id
    return Set(
      try vault.engine.store.wraps().compactMap { row in
        if case .environment(environment, let generation)? = row.place.key {
          generation
        } else {
          nil
        }
      })
  }

  private func expectAllRead(_ vault: Fixture, _ place: String) throws {
    let runner = vault.caller(Fixture.runner)
    for (name, text) in [("A", "A 3"), ("B", "B 3")] {
      let reply = vault.run(runner, try vault.getAction(Self.name, name))
      #expect(reply.released == [text], "\(place): \(reply)")
    }
  }

  @Test
  func
    `acknowledged-is-durable: wherever the daemon is killed, each value is read, and the older key goes in the end`()
    throws
  {
    let vault = try vault()
    let outcome = try rotate(vault)
    #expect(outcome.deferred.count == 1)
    #expect(try vault.audit().last?.event == .keyRotated)
    #expect(try generations(vault)[1, default: 0] > 4)
    let under = try #require(try vault.keys().first { $0.environment == Self.name })
    #expect(under.generation == 2 && under.state == .rotating && under.total == 3)
    try vault.set(Self.name, "C", "new")
    #expect(try generations(vault)[2, default: 0] >= 1)
    var commits = 0
    while vault.engine.hasBacklog {
      let killed = try Fixture(killing: vault)
      try expectAllRead(killed, "killed after commit \(commits)")
      killed.drain()
      #expect(try generations(killed) == [2: 8] && wraps(killed) == [2], "\(commits)")
      _ = vault.engine.commit([], now: vault.now)
      commits += 1
      try #require(commits < 100)
    }
    #expect(commits >= 4)
    #expect(try generations(vault) == [2: 8])
    #expect(try wraps(vault) == [2])
    #expect(try vault.audit().last { $0.event == .keyRetired } != nil)
    #expect(try vault.keys().first { $0.environment == Self.name }?.state == .settled)
    // The answer that waited, once the log is cut too.
    vault.advance(VaultEngine.patience)
    let late = vault.engine.lateReplies(at: vault.now)
    guard case .keyRotated(let view)? = late.first?.reply else { throw Unexpected("\(late)") }
    #expect(view == KeyRotatedView(environment: Self.name, generation: 2, isComplete: true))
    try vault.restart()
    try expectAllRead(vault, "after a restart")
    // Nobody else's key has changed.
    #expect(try vault.keys().first { $0.environment == "other" }?.generation == 1)
  }

  @Test func `200 versions are encrypted again in commits of no more rows than a slice`() throws {
    let vault = try Fixture()
    let secrets = (0..<20).map { "S\($0)" }
    try vault.create(
      Self.name, Gate(protection: .unprotected, requesters: .any), secrets: secrets)
    for secret in secrets { for _ in 2...10 { try vault.set(Self.name, secret, secret) } }
    vault.drain()
    vault.slice = 16
    _ = try rotate(vault)
    var before = 200
    var commits = 0
    while vault.engine.hasBacklog {
      let old = try generations(vault)[1] ?? 0
      #expect(before - old <= 16, "commit \(commits)")
      before = old
      _ = vault.engine.commit([], now: vault.now)
      commits += 1
      try #require(commits < 200)
    }
    #expect(commits >= 200 / 16)
    #expect(try generations(vault) == [2: 200])
  }

  @Test func `long values are few in a commit, and a killed daemon's first commits are small too`()
    throws
  {
    let vault = try Fixture()
    let long = String(repeating: "x", count: 65_000)
    try vault.create(Self.name, Gate(protection: .unprotected, requesters: .any), secrets: ["A"])
    for _ in 2...9 { try vault.set(Self.name, "A", long) }
    vault.drain()
    vault.slice = 16
    _ = try rotate(vault)
    let killed = try Fixture(killing: vault)
    var before = try generations(killed)[1] ?? 0
    while killed.engine.hasBacklog {
      _ = killed.engine.commit([], now: killed.now)
      let old = try generations(killed)[1] ?? 0
      #expect(before - old <= 3)
      before = old
    }
    #expect(try generations(killed) == [2: 9])
  }

  @Test func `staged values, a second rotation and a deletion in the middle come to their ends`()
    throws
  {
    let vault = try vault()
    let admin = vault.caller(Fixture.admin)
    try vault.staged([("A", "imported")], in: Self.name, by: admin)
    vault.slice = 1
    _ = try rotate(vault)
    _ = vault.engine.commit([], now: vault.now)
    _ = try rotate(vault)
    vault.drain()
    #expect(try wraps(vault) == [3])
    #expect(try generations(vault).keys.sorted() == [3])
    #expect(vault.run(admin, try vault.commits(Self.name)).imported == ["A 4 changed"])
    let reply = vault.run(vault.caller(Fixture.runner), try vault.getAction(Self.name, "A"))
    #expect(reply.released == ["imported"])
    _ = try rotate(vault)
    _ = vault.engine.commit([], now: vault.now)
    _ = try vault.delete(Self.name)
    vault.drain()
    #expect(!vault.engine.hasBacklog)
    _ = try vault.create(Self.name, Gate(protection: .unprotected, requesters: .any))
    #expect(try wraps(vault) == [1])
  }

  @Test(.promise(.oldKeyPutBack))
  func `a retired key that is put back opens nothing, and a value under it closes the vault`()
    throws
  {
    let vault = try vault()
    let before = try Fixture(killing: vault)
    _ = try rotate(vault)
    vault.drain()
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      "ATTACH '\(before.database)' AS old; INSERT OR IGNORE INTO wrap SELECT * FROM old.wrap")
    try vault.restart()
    try expectAllRead(vault, "with the older wraps")
    let old = try before.ciphertext(try before.environment(Self.name).id, "A", 3)
    let environment = try vault.environment(Self.name)
    #expect(throws: Tampering.self) {
      _ = try vault.engine.keys.reseal(
        try #require(old),
        from: RecordContext(
          vault: vault.engine.vault, environment: environment.id, name: "A", version: 3),
        to: RecordContext(
          vault: vault.engine.vault, environment: environment.id, name: "A", version: 4),
        of: environment)
    }
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      """
      PRAGMA foreign_keys=OFF; ATTACH '\(before.database)' AS old;
      REPLACE INTO version SELECT * FROM old.version
      """)
    #expect(throws: EngineFault.self) { try vault.restart() }
  }
}

extension Action {
  static func rotateKey(_ environment: String) throws -> Action {
    .call(.keyRotate(KeyRotate(.environment(try EnvironmentName(environment)))))
  }
}
