import Testing
import VaultCore

@testable import VaultEngine

/// What the metrics say of the ages of secrets.
@Suite struct `the ages of secrets` {
  private static func figures(_ vault: Fixture) -> VaultFigures? {
    vault.engine.commit([Command(caller: vault.caller(0), action: .tick)], now: vault.now).figures
  }

  @Test func `are those of the oldest current version, and count what is overdue`() throws {
    let vault = try Fixture()
    var gate = Gate(protection: .unprotected, requesters: .any)
    gate.terms.rotationPeriod = 86_400_000
    try vault.create("rotated", gate, secrets: [])
    try vault.create("kept", Gate(protection: .unprotected, requesters: .any), secrets: [])
    try vault.create("empty", Gate(protection: .unprotected, requesters: .any), secrets: [])
    let start = vault.now.wall
    for (name, secret) in [("rotated", "A"), ("rotated", "B"), ("kept", "A"), ("kept", "GONE")] {
      try vault.set(name, secret, "value")
    }
    vault.advance(80_000_000)
    try vault.set("rotated", "B", "newer")
    vault.advance(10_000_000)
    let found = try #require(Self.figures(vault)).secrets
    func age(_ name: String) throws -> SecretAge? { found[try EnvironmentName(name)] }
    #expect(found.count == 3)
    let rotated = try #require(try age("rotated"))
    #expect(rotated.overdue == 1 && (rotated.oldest ?? 0) - start < 1_000)
    let kept = try #require(try age("kept"))
    #expect(kept.overdue == 0 && kept.oldest == rotated.oldest.map { max($0, kept.oldest ?? 0) })
    #expect(try age("empty") == SecretAge())
    let all = SecretAge(of: found.values)
    #expect(all.overdue == 1 && all.oldest == rotated.oldest)
    // A new value is young, and what is deleted has no age.
    try vault.set("rotated", "A", "newest")
    let after = try #require(Self.figures(vault)).secrets[try EnvironmentName("rotated")]
    #expect(after?.overdue == 0 && after?.oldest == start + 80_000_000)
  }

  @Test func `are looked up a few rows a second, and told once all were seen`() throws {
    let vault = try Fixture()
    try vault.create("many", Gate(protection: .unprotected, requesters: .any), secrets: [])
    let name = try EnvironmentName("many")
    for index in 0..<90 { try vault.set("many", "S\(index)", "v") }
    for index in 0..<SecretAges.slice {
      try vault.create("e\(index)", Gate(protection: .unprotected, requesters: .any), secrets: [])
    }
    #expect(try #require(Self.figures(vault)).secrets.isEmpty)
    _ = Self.figures(vault)
    let found = try #require(Self.figures(vault)).secrets
    #expect(found.count == SecretAges.slice + 1 && found[name]?.oldest != nil)
  }
}
