import Promises
import Testing
import VaultCore
@testable import VaultEngine
import VaultStore

/// What the service manager loads for a unit, through the same door as all else.
@Suite struct `a credential of a unit` {
  private static let web = UnitName("web.service")

  /// A vault whose configuration gives web.service three credentials.
  private func furnished() throws -> (vault: Fixture, unit: Caller, id: (String) throws -> Action) {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let web = try #require(Self.web)
    var sources: [UnitCredential: CredentialSource] = [:]
    for (id, environment) in [
      ("key", "development"), ("locked", "production"), ("lost", "nowhere"),
    ] {
      sources[try #require(UnitCredential(unit: web, id: id))] = CredentialSource(
        environment: try EnvironmentName(environment), secret: try SecretName("AZURE_CREDENTIALS"))
    }
    vault.configuration.credentials = sources
    _ = vault.run(vault.caller(0), .reconfigure(vault.configuration))
    return (
      vault, Caller(unit: web, connection: 9_000),
      { id in
        let credential = try #require(UnitCredential(unit: web, id: id))
        return .loadCredential(credential, sources[credential])
      }
    )
  }

  @Test(.promise(.recordOfEachRelease))
  func `audit-before-release: is on the record with its unit and its name, before it opens`()
    throws
  {
    let (vault, unit, load) = try furnished()
    var recorded = 0
    vault.engine.keys.onOpening = {
      recorded = (try? vault.audit().count { $0.event == .secretReleased }) ?? 0
    }
    let reply = vault.run(unit, try load("key"))
    vault.engine.keys.onOpening = nil
    #expect(reply.released == ["value of development"])
    #expect(recorded == 1)
    let record = try #require(try vault.audit().last)
    #expect(record.subject?.text == "unit:web.service")
    #expect(record.environment == "development")
    #expect(record.secrets.map(\.version) == [1])
    #expect(record.details == [.init("credential", "key")])
    let readers = try vault.engine.store.readers(
      environment: 1, name: "AZURE_CREDENTIALS", version: 1, limit: 9)
    #expect(readers.map(\.subject.text) == ["unit:web.service"])
  }

  @Test(
    .promise(.unitsGetWhatIsTheirs),
    arguments: [
      ("locked", "gate.required"), ("lost", "environment.unknown"), ("other", "access.denied"),
    ])
  func `closed-by-default: is refused where the gate or the configuration does not let it`(
    id: String, reason: String
  ) throws {
    let (vault, unit, load) = try furnished()
    #expect(vault.run(unit, try load(id)).refusal != nil)
    let record = try #require(try vault.audit().last)
    #expect(record.event == .refused)
    #expect(record.subject?.text == "unit:web.service")
    #expect(
      record.details.map(\.value) == ["credential.load", reason, "1", id])
  }

  @Test(.promise(.unitsGetWhatIsTheirs))
  func `closed-by-default: is nobody else's, and is gone with a reload that takes it away`() throws
  {
    let (vault, unit, load) = try furnished()
    let other = Caller(unit: try #require(UnitName("other.service")), connection: 9_001)
    for caller in [other, vault.caller(0), vault.caller(Fixture.admin)] {
      #expect(vault.run(caller, try load("key")).isAccessDenied)
    }
    vault.configuration.credentials = [:]
    _ = vault.run(vault.caller(0), .reconfigure(vault.configuration))
    #expect(try vault.audit().last?.details.last == .init("units", "web.service"))
    #expect(vault.run(unit, try load("key")).isAccessDenied)
  }

  @Test func `of no unit has a name that two units could have`() {
    for name in [
      "web.service", "web@1.service", "dev-sda.swap", "a\\x2db.mount", "x.socket", "_a:b.service",
    ] { #expect(UnitName(name)?.text == name) }
    for name in [
      "", ".service", "web", "web@.service", "web.slice", "web.timer", "a/b.service", "wéb.service",
      "web.service ", "web.service\n", String(repeating: "a", count: 80) + ".service",
    ] { #expect(UnitName(name) == nil, "\(name)") }
  }
}
