import Testing
import VaultCalls
import VaultCore
import VaultCrypto

@testable import VaultEngine

/// What an admin is told of the keys.
@Suite struct KeyStatusTests {
  @Test func `each key is listed with its generation, and a recovery key that is missing is named`()
    throws
  {
    let vault = try Fixture()
    let made = vault.now.wall
    vault.advance(5_000)
    try vault.furnish()
    let keys = try vault.keys()
    #expect(
      keys == [
        KeyView(kind: .root, generation: 1, since: made, state: .settled),
        KeyView(kind: .backup, generation: 1, since: nil, state: .settled),
        KeyView(kind: .recovery, generation: nil, since: nil, state: .none),
        KeyView(
          cursor: 1, kind: .environment, environment: "development", generation: 1,
          since: made + 5_000, state: .settled),
        KeyView(
          cursor: 2, kind: .environment, environment: "production", generation: 1,
          since: made + 5_000, state: .settled),
      ])
    vault.advance(5_000)
    try vault.engine.makeRecoveryKey(
      try RecoveryKey.generate(random: .seeded(9)), by: 0, now: vault.now)
    let after = try vault.keys()
    #expect(
      after[1] == KeyView(kind: .backup, generation: 2, since: made + 10_000, state: .settled))
    #expect(
      after[2] == KeyView(kind: .recovery, generation: 1, since: made + 10_000, state: .settled))
  }

  @Test func `a page continues behind an environment, and the vault's own keys stand on the first`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let admin = vault.caller(Fixture.admin)
    guard case .keys(let first, let next) = vault.run(admin, .call(.keyStatus(KeyStatus(limit: 1))))
    else { throw Unexpected("no list") }
    #expect(first.map(\.kind) == [.root, .backup, .recovery, .environment] && next == 1)
    guard
      case .keys(let second, nil) = vault.run(
        admin, .call(.keyStatus(KeyStatus(after: next, limit: 2))))
    else { throw Unexpected("no list") }
    #expect(second.map(\.environment) == ["production"])
    let refused = vault.run(vault.caller(Fixture.bob), .call(.keyStatus(KeyStatus())))
    guard case .refused(.accessDenied) = refused else { throw Unexpected("\(refused)") }
  }
}

extension Fixture {
  /// The keys as an admin sees them.
  func keys() throws -> [KeyView] {
    let reply = run(caller(Self.admin), .call(.keyStatus(KeyStatus())))
    guard case .keys(let keys, _) = reply else { throw Unexpected("\(reply)") }
    return keys
  }
}
