import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultCrypto
import VaultStore

@testable import VaultEngine

/// A new root key beside the present one, then in its place: at every instant one that is there opens everything.
@Suite struct RootRotationTests {
  private static let old = [UInt8](repeating: 7, count: 32)
  private static let new = [UInt8](repeating: 8, count: 32)

  private static func source(_ inPlace: [UInt8], beside: [UInt8]?) -> RootKeySource {
    @Sendable func buffer(_ bytes: [UInt8]) throws -> SecretBuffer {
      try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
    }
    return RootKeySource(
      name: "root.key", nameBeside: "root.key.next", inPlace: { try buffer(inPlace) },
      beside: { try beside.map(buffer) })
  }

  private static let both = source(old, beside: new)

  private func vault(_ source: RootKeySource = both) throws -> Fixture {
    let vault = try Fixture(recoveryKey: try RecoveryKey.generate(random: .seeded(9)))
    try vault.furnish()
    for index in 0..<3 {
      try vault.create("E\(index)", Gate(protection: .unprotected, requesters: .any))
    }
    try vault.restart(rootKeys: source)
    vault.drain()
    vault.slice = 1
    return vault
  }

  private func rotate(_ vault: Fixture) -> CommandReply {
    vault.engine.commit(
      [Command(caller: vault.caller(Fixture.admin), action: .rotateRoot)], now: vault.now
    ).replies[0]
  }

  private func expectRead(_ vault: Fixture, _ place: String) throws {
    let reply = vault.run(vault.caller(Fixture.runner), try vault.getAction("development"))
    #expect(reply.released == ["value of development"], "\(place): \(reply)")
    #expect(vault.tampering == [])
  }

  private func wrappers(_ vault: Fixture) throws -> Set<Wrapper> {
    Set(try vault.engine.store.wraps().compactMap(\.place.wrapper))
  }

  @Test
  func
    `wherever the daemon is killed, the key in its place opens the vault, and in the end the new one alone`()
    throws
  {
    let vault = try vault()
    #expect(rotate(vault).refusal == nil)
    #expect(try vault.keys().first { $0.kind == .nextRoot }?.state == .wrapping)
    var commits = 0
    var early = 0
    while vault.engine.hasBacklog {
      let killed = try Fixture(killing: vault, rootKeys: Self.both)
      try expectRead(killed, "killed after \(commits)")
      killed.drain()
      #expect(try killed.engine.mayFinishRootRotation())
      // Whoever puts the new key into its place too early is sent back, and nothing is changed.
      do {
        try expectRead(Fixture(killing: vault, rootKey: Self.new), "new after \(commits)")
        #expect(vault.engine.trail.head.keys.progress != .wrapping)
      } catch let fault as EngineFault {
        #expect("\(fault)".contains("not complete"), "\(fault)")
        #expect(throws: EngineFault.self) { try vault.engine.mayFinishRootRotation() }
        early += 1
      }
      _ = vault.engine.commit([], now: vault.now)
      commits += 1
      try #require(commits < 200)
    }
    #expect(commits > early && early > 4)
    #expect(try vault.keys().first { $0.kind == .nextRoot }?.state == .ready)
    #expect(try vault.engine.mayFinishRootRotation())
    #expect(try wrappers(vault) == [.root(1), .root(2), .backup(1), .recovery(1)])
    // A new key is wrapped under both.
    try vault.create("later", Gate(protection: .unprotected, requesters: .any))
    try expectRead(Fixture(killing: vault), "the old key, alone")

    let finished = Self.source(Self.new, beside: nil)
    let before = try Fixture(killing: vault)
    try vault.restart(rootKey: Self.new, rootKeys: finished)
    commits = 0
    while vault.engine.hasBacklog {
      let killed = try Fixture(killing: vault, rootKey: Self.new, rootKeys: finished)
      #expect(try !killed.engine.mayFinishRootRotation())
      try expectRead(killed, "finishing, after \(commits)")
      killed.drain()
      #expect(try wrappers(killed) == [.root(2), .backup(1), .recovery(1)])
      _ = vault.engine.commit([], now: vault.now)
      commits += 1
      try #require(commits < 200)
    }
    #expect(try wrappers(vault) == [.root(2), .backup(1), .recovery(1)])
    #expect(try vault.engine.store.roots().map(\.generation) == [2])
    #expect(
      try vault.keys().prefix(2).map(\.kind) == [.root, .backup]
        && vault.keys()[0].generation == 2)
    let events = try vault.audit().map(\.event)
    #expect(events.contains(.rootKeyRotated) && events.contains(.rootKeyReplaced))
    #expect(throws: EngineFault.self) { try Fixture(killing: vault) }
    // The rows of the old key, put back, do not bring it back.
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      """
      ATTACH '\(before.database)' AS old;
      INSERT OR IGNORE INTO root SELECT * FROM old.root;
      INSERT OR IGNORE INTO wrap SELECT * FROM old.wrap;
      """)
    let fault = try #require(throws: EngineFault.self) { try vault.restart() }
    #expect("\(fault)".contains("replaced by a newer one"), "\(fault)")
    try vault.restart(rootKey: Self.new, rootKeys: finished)
    try expectRead(vault, "in the end")
  }

  @Test func `a root key that is not fit is refused in one sentence, and another one may follow`()
    throws
  {
    for (source, says) in [
      (Self.source(Self.old, beside: nil), "no next root key yet"),
      (Self.source(Self.old, beside: Self.old), "is the present one"),
      (Self.source(Self.new, beside: Self.new), "was replaced while envgated ran"),
    ] {
      let vault = try vault(source)
      guard case .refused(.rootKeyUnfit(let sentence)) = rotate(vault) else {
        throw Unexpected("not refused")
      }
      #expect(sentence.contains(says), "\(sentence)")
      #expect(vault.engine.trail.head.keys.next == 0)
    }
    let vault = try vault()
    _ = rotate(vault)
    // The next key is lost half way: no new key is made that it would have to open, and another one takes its turn.
    try vault.restart(rootKeys: Self.source(Self.old, beside: nil))
    vault.drain()
    let created = vault.run(
      vault.caller(Fixture.admin),
      .createEnvironment(
        try EnvironmentName("x"), Gate(protection: .unprotected, requesters: .any)))
    #expect(created.refusal == .rootKeyPending)
    let third = [UInt8](repeating: 9, count: 32)
    try vault.restart(rootKeys: Self.source(Self.old, beside: third))
    #expect(rotate(vault).refusal == nil)
    vault.drain()
    #expect(try vault.engine.mayFinishRootRotation())
    #expect(try wrappers(vault) == [.root(1), .root(3), .backup(1), .recovery(1)])
    #expect(throws: EngineFault.self) { try Fixture(killing: vault, rootKey: Self.new) }
    try expectRead(Fixture(killing: vault, rootKey: third), "the third")
    // Asked again, it says the same.
    guard case .keyRotated(let view) = rotate(vault) else { throw Unexpected("not rotated") }
    #expect(view == KeyRotatedView(environment: nil, generation: 3, isComplete: true))
  }

  @Test(arguments: ["kind = 1", "kind = 2", "kind = 4"])
  func `a new root key that does not open everything any more replaces nothing`(_ damaged: String)
    throws
  {
    let vault = try vault()
    #expect(rotate(vault).refusal == nil)
    vault.drain()
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      "UPDATE wrap SET record = zeroblob(length(record)) WHERE under = 1 AND under_generation = 2 AND \(damaged) "
        + "AND id = (SELECT max(id) FROM wrap WHERE \(damaged))")
    try vault.restart(rootKeys: Self.both)
    let unfit = try #require(throws: EngineFault.self) { try vault.engine.mayFinishRootRotation() }
    #expect("\(unfit)".contains("keep the old root key"), "\(unfit)")
    // As where systemd passes the key: nobody has asked before the start.
    let finished = Self.source(Self.new, beside: nil)
    #expect(throws: EngineFault.self) { try vault.restart(rootKey: Self.new, rootKeys: finished) }
    // The old key opens everything, and a third one can follow it.
    let third = [UInt8](repeating: 9, count: 32)
    try vault.restart(rootKeys: Self.source(Self.old, beside: third))
    try expectRead(vault, "the old key")
    #expect(rotate(vault).refusal == nil)
    vault.drain()
    #expect(try vault.engine.mayFinishRootRotation())
    try vault.restart(rootKey: third, rootKeys: Self.source(third, beside: nil))
    vault.drain()
    try expectRead(vault, "the third")
    #expect(try wrappers(vault) == [.root(3), .backup(1), .recovery(1)])
  }
}

extension Action {
  static var rotateRoot: Action { .call(.keyRotate(KeyRotate(.root))) }
}
