import Promises
import SecretMemory
import Testing
import VaultCore
import VaultCrypto
import VaultStore

@testable import VaultEngine

/// What each key of the vault is wrapped under, and what an attacker who can write the database makes of it.
@Suite struct WrapTests {
  /// The keys of a vault that are stored, each with what it is wrapped under.
  private func wraps(_ vault: Fixture) throws -> [WrappedKey: Set<Wrapper>] {
    var found: [WrappedKey: Set<Wrapper>] = [:]
    for row in try vault.engine.store.wraps() {
      found[try #require(row.place.key), default: []].insert(try #require(row.place.wrapper))
    }
    return found
  }

  @Test func `each key of a new vault is wrapped under the root key and under the backup key`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let both: Set<Wrapper> = [.root(1), .backup(1)]
    #expect(
      try wraps(vault) == [
        .auditSigning(generation: 1): both, .state(generation: 1): both,
        .environment(1, generation: 1): both, .environment(2, generation: 1): both,
        .backup(generation: 1): [.root(1)],
      ])
    #expect(!vault.engine.owesWraps)
  }

  @Test func `a vault of schema 2 gets its backup key in slices, wherever a start is killed`()
    throws
  {
    let vault = try Fixture(
      copying: GoldenVault.file, at: GoldenVault.now,
      EngineConfiguration(
        standing: Standing(admins: [.uid(Fixture.admin)], auditors: []), people: People()),
      slice: 1)
    var commits = 0
    while vault.engine.hasBacklog {
      _ = vault.engine.commit([], now: vault.now)
      commits += 1
      let after = try Fixture(killing: vault)
      after.drain()
      #expect(!after.engine.owesWraps && after.tampering == [], "after commit \(commits)")
      try #require(commits < 100)
    }
    #expect(commits > 4)
    let found = try wraps(vault)
    for (key, wrappers) in found {
      #expect(
        wrappers == (key == .backup(generation: 1) ? [.root(1)] : [.root(1), .backup(1)]), "\(key)")
    }
    #expect(found.count == 4 + 3, "four environments, and what there is once")
    try vault.restart()
    #expect(!vault.engine.hasBacklog)
  }

  @Test(.promise(.missingWrap))
  func
    `gate-is-sealed: a wrap of the vault's own keys that was taken away or changed closes the vault`()
    throws
  {
    for sql in [
      "DELETE FROM wrap WHERE kind = 4 AND under = 3",
      "UPDATE wrap SET record = (SELECT record FROM wrap WHERE kind = 4 AND under = 1) WHERE kind = 4 AND under = 3",
      "DELETE FROM wrap WHERE kind = 4 AND under = 1",
      "DELETE FROM wrap WHERE kind = 2 AND under = 2",
      "DELETE FROM wrap WHERE kind = 3 AND under = 1",
      "DELETE FROM wrap WHERE kind = 3 AND under = 2",
    ] {
      let vault = try Fixture(recoveryKey: try RecoveryKey.generate(random: .seeded(9)))
      try vault.furnish()
      vault.engine.close()
      try SQLiteShell.run(vault.database, sql)
      let fault = try #require(throws: EngineFault.self) { try vault.restart() }
      #expect(fault.kind == .data && "\(fault)".contains("does not verify"), "\(sql): \(fault)")
    }
  }

  @Test(.promise(.oldKeyPutBack))
  func `a restored vault takes the root key of its new host, and the old one opens nothing`() throws
  {
    let text = try RecoveryKey.generate(random: .seeded(9))
    let vault = try Fixture(recoveryKey: text)
    try vault.furnish()
    let id = vault.engine.vault
    let before = try Fixture(killing: vault)
    vault.engine.close()
    func store() throws -> Store { try Store(directory: vault.directory) }
    func rows() throws -> [WrapRow] {
      let store = try store()
      defer { store.close() }
      return try store.wraps()
    }
    let new = [UInt8](repeating: 8, count: 32)
    func generation(_ key: consuming BackupKey?) -> UInt32? {
      guard let key else { return nil }
      return key.generation
    }
    let foreign = generation(
      try VaultKeys.backupKey(in: rows(), of: id, root: Fixture.rootKey(new)))
    #expect(foreign == nil)
    let wrong = try RecoveryKey(RecoveryKey.generate(random: .seeded(10)))
    let mistaken = generation(try VaultKeys.backupKey(in: rows(), of: id, recovery: wrong))
    #expect(mistaken == nil)
    for _ in 1...2 {
      guard let backup = try VaultKeys.backupKey(in: rows(), of: id, recovery: RecoveryKey(text))
      else { throw Unexpected("the recovery key opens nothing") }
      let store = try store()
      defer { store.close() }
      try VaultKeys.adopt(
        Fixture.rootKey(new), in: store, by: backup, random: .system, at: vault.now.wall)
      #expect(try store.roots().map(\.generation) == [2])
    }
    #expect(
      "\(try #require(throws: EngineFault.self) { try vault.restart() })".contains("another vault"))
    try vault.restart(rootKey: new)
    vault.drain()
    let both: Set<Wrapper> = [.root(2), .backup(1)]
    #expect(
      try wraps(vault) == [
        .auditSigning(generation: 1): both, .state(generation: 1): both,
        .environment(1, generation: 1): both, .environment(2, generation: 1): both,
        .backup(generation: 1): [.root(2), .recovery(1)],
      ])
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.getAction("development")).released
        == ["value of development"])
    // The old rows put back bring the old root key not back into use.
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      """
      ATTACH '\(before.database)' AS old;
      INSERT INTO root SELECT * FROM old.root; INSERT OR IGNORE INTO wrap SELECT * FROM old.wrap;
      """)
    let fault = try #require(throws: EngineFault.self) { try vault.restart() }
    #expect("\(fault)".contains("replaced by a newer one"), "\(fault)")
    try vault.restart(rootKey: new)
    vault.drain()
  }

  @Test
  func
    `a new recovery key opens the vault from then on, and the older one only what was copied before`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let id = vault.engine.vault
    let texts = try (1...2).map { try RecoveryKey.generate(random: .seeded($0)) }
    var copies: [[WrapRow]] = []
    for text in texts {
      try vault.engine.makeRecoveryKey(text, by: 0, now: vault.now)
      copies.append(try vault.engine.store.wraps())
      let state = vault.engine.trail.head.keys
      #expect(state.progress == .settled && state.backup == UInt32(copies.count + 1))
    }
    for (index, text) in texts.enumerated() {
      for (time, rows) in copies.enumerated() {
        let opens: Bool
        switch try VaultKeys.backupKey(in: rows, of: id, recovery: RecoveryKey(text)) {
        case .some: opens = true
        case .none: opens = false
        }
        #expect(opens == (index == time), "key \(index) at \(time)")
      }
    }
    let both: Set<Wrapper> = [.root(1), .backup(3)]
    #expect(
      try wraps(vault) == [
        .auditSigning(generation: 1): both, .state(generation: 1): both,
        .environment(1, generation: 1): both, .environment(2, generation: 1): both,
        .backup(generation: 3): [.root(1), .recovery(2)],
      ])
    let events = try vault.audit().map(\.event)
    #expect(events.suffix(2) == [.recoveryKeyCreated, .recoveryKeyReplaced])
    try vault.restart()
    #expect(!vault.engine.hasBacklog && vault.engine.hasRecoveryKey)
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.getAction("development")).released
        == ["value of development"])
  }
}
