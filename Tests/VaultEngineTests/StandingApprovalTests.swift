import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore

@testable import VaultEngine

/// What reviewers let a unit load, at each of its starts, for a while.
@Suite struct `a standing approval` {
  private static let hour: Int64 = 3_600_000
  private static let name = "AZURE_CREDENTIALS"

  private let vault: Fixture
  private let credential: UnitCredential
  private let unit: Caller

  init() throws {
    vault = try Fixture(auditors: [.uid(5)])
    // Of whom one can be removed.
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(1_005)]))
    let web = try #require(UnitName("web.service"))
    credential = try #require(UnitCredential(unit: web, id: "database"))
    unit = Caller(unit: web, connection: 9_000)
    try configure("production")
  }

  private func source(_ environment: String, _ secret: String = name) throws -> CredentialSource {
    CredentialSource(environment: try EnvironmentName(environment), secret: try SecretName(secret))
  }

  private func configure(_ environment: String, _ secret: String = name) throws {
    vault.configuration.credentials = [credential: try source(environment, secret)]
    _ = vault.run(vault.caller(0), .reconfigure(vault.configuration))
  }

  private func asks(
    _ credential: UnitCredential? = nil, secrets: [String]? = nil,
    environment: String = "production"
  ) throws -> Action {
    .createRequest(
      RequestCreate(
        environment: try EnvironmentName(environment),
        secrets: try secrets?.map { try SecretName($0) },
        standing: StandingApproval(
          credential: credential ?? self.credential, length: 48 * Self.hour)))
  }

  private func asked(environment: String = "production") throws -> (
    request: AccessRequest, ticket: SecretBuffer
  ) {
    let reply = vault.run(vault.caller(Fixture.runner), try asks(environment: environment))
    guard case .requestCreated(let answer, let ticket) = reply else { throw Unexpected("\(reply)") }
    return (answer.request, ticket)
  }

  @discardableResult
  private func approve(_ request: AccessRequest) -> CommandReply {
    vault.run(
      vault.caller(Fixture.bob),
      .approve(request: request.id, digest: request.digest, comment: ""))
  }

  private func approved() throws -> (id: Int64, ticket: SecretBuffer) {
    let (request, ticket) = try asked()
    #expect(approve(request).state == "active")
    return (request.id, ticket)
  }

  private func missing(_ unit: String = "web.service") -> Refusal {
    .standingRequired(environment: "production", unit: unit, credential: "database")
  }

  private func load(_ environment: String = "production", _ secret: String = name) throws
    -> CommandReply
  {
    vault.run(unit, .loadCredential(credential, try source(environment, secret)))
  }

  @Test(.promise(.unitsGetWhatIsTheirs))
  func
    `closed-by-default: lets the unit load what is current, once a reviewer has said so, until its time is over`()
    throws
  {
    let (request, _) = try asked()
    #expect(request.state == .waiting)
    #expect(try load().refusal == missing())
    // Not by whoever asks.
    let own = vault.run(
      vault.caller(Fixture.runner),
      .approve(request: request.id, digest: request.digest, comment: ""))
    #expect(own.refusal != nil)
    #expect(try load().refusal == missing())

    #expect(approve(request).state == "active")
    #expect(try load().released == ["value of production"])
    let record = try #require(try vault.audit().last)
    #expect(record.event == .secretReleased && record.request == request.id)
    #expect(record.subject?.text == "unit:web.service")
    #expect(record.details == [.init("credential", "database")])
    let activated = try #require(try vault.audit().last { $0.event == .grantActivated })
    #expect(activated.details.contains(.init("hold", "unit")))

    try vault.set("production", Self.name, "another")
    #expect(try load().released == ["another"])
    #expect(try vault.audit().last?.secrets.map(\.version) == [2])
    try vault.restart()
    #expect(try load().released == ["another"])
    #expect(try vault.seen(request.id).standing?.credential == credential)

    vault.advance(48 * Self.hour - 1)
    #expect(try load().released == ["another"])
    vault.advance(1)
    // By the clock, before anybody has written it down.
    #expect(try load().refusal != nil)
    _ = vault.run(vault.caller(0), .tick)
    vault.drain()
    #expect(try vault.state(request.id) == "expired")
    #expect(try load().refusal == missing())
  }

  @Test(.promise(.unitsGetWhatIsTheirs))
  func
    `closed-by-default: is of no use to the job that asked, to another unit, or for another secret`()
    throws
  {
    let (id, ticket) = try approved()
    let runner = vault.caller(Fixture.runner)
    let name = try SecretName(Self.name)
    for action in [
      Action.activate(request: id, ticket: ticket, hold: .connection),
      .activate(request: id, ticket: ticket, hold: .ticket),
      .resumeGrant(request: id, ticket: ticket),
      .holdGrant(request: id, ticket: ticket, replaces: false),
      .readGrant(request: id, ticket: ticket, after: nil),
      .getSecret(
        environment: try EnvironmentName("production"), name: name, request: id, ticket: ticket),
    ] {
      let reply = vault.run(runner, action)
      #expect(reply.refusal != nil && reply.released == nil, "\(action)")
    }
    // The configuration gives the credential another secret, or of another environment, by now.
    try vault.set("production", "OTHER", "not approved")
    try configure("production", "OTHER")
    #expect(try load("production", "OTHER").refusal == missing())
    try configure("production")
    #expect(try load().released == ["value of production"])

    let worker = try #require(UnitName("worker.service"))
    let other = try #require(UnitCredential(unit: worker, id: "database"))
    vault.configuration.credentials[other] = try source("production")
    _ = vault.run(vault.caller(0), .reconfigure(vault.configuration))
    let reply = vault.run(
      Caller(unit: worker, connection: 9_001), .loadCredential(other, try source("production")))
    #expect(reply.refusal == missing("worker.service"))
  }

  @Test func `is asked for as the configuration has it, and for nothing else`() throws {
    let runner = vault.caller(Fixture.runner)
    let web = try #require(UnitName("web.service"))
    let unknown = try #require(UnitCredential(unit: web, id: "unknown"))
    for action in [
      try asks(unknown), try asks(secrets: ["OTHER"]), try asks(environment: "development"),
    ] {
      guard case .contextInvalid? = vault.run(runner, action).refusal else {
        throw Unexpected("\(action)")
      }
    }
    #expect(vault.run(runner, try asks(secrets: [Self.name])).refusal == nil)
    #expect(vault.run(vault.caller(4_000), try asks()).refusal != nil)
  }

  /// What ends it.
  enum End: CaseIterable {
    case revoke, revokeAll, edit, variable, secretDeleted, versionDisabled, environmentDeleted,
      requesterRemoved, closed
  }

  @Test(.promise(.unitsGetWhatIsTheirs), arguments: End.allCases)
  func `closed-by-default: ends with what it was given for`(end: End) throws {
    let (id, ticket) = try approved()
    #expect(try load().released != nil)
    let admin = vault.caller(Fixture.admin)
    let reply =
      switch end {
      case .revoke: vault.run(vault.caller(Fixture.bob), .revokeRequest(id))
      case .revokeAll: vault.run(admin, .revokeAll(environment: nil, requester: nil))
      case .edit: try vault.edit("production") { $0.terms[\.clocks.request] = 7_000_000 }
      case .variable: try vault.setVariable("production", "REGION", "eu")
      case .secretDeleted: try vault.deleteSecret("production", Self.name)
      case .versionDisabled: try vault.change("production", Self.name, 1, .disabled)
      case .environmentDeleted: try vault.delete("production")
      case .requesterRemoved:
        vault.run(admin, .removePrincipal(PrincipalQuery(name: .uid(Fixture.runner))))
      case .closed:
        vault.run(
          vault.caller(Fixture.runner),
          .closeGrant(request: id, ticket: ticket, outcome: .success))
      }
    #expect(reply.refusal == nil, "\(reply)")
    if case .edit = end {
      #expect(
        reply.edited?.changes.last?.hasPrefix("standing approvals that ended: 1;") == true,
        "\(reply)")
    }
    // At once, before the rows follow.
    #expect(try load().released == nil)
    vault.drain()
    try vault.restart()
    #expect(try load().released == nil)
    switch end {
    case .environmentDeleted: break
    // It is the version that cannot be read; a new one can.
    case .versionDisabled:
      try vault.set("production", Self.name, "a new one")
      #expect(try load().released == ["a new one"])
    default: #expect(try !vault.seen(id).state.isLive)
    }
    // What comes back under the name is another secret.
    if case .secretDeleted = end {
      try vault.set("production", Self.name, "of somebody else")
      #expect(try load().refusal == missing())
    }
  }

  @Test func `stands through a leak, with the new value`() throws {
    _ = try approved()
    let reply = vault.run(
      vault.caller(Fixture.admin),
      .setSecret(
        environment: try EnvironmentName("production"), name: try SecretName(Self.name),
        value: try vault.value("new"), cas: nil, revokePrevious: true))
    #expect(reply.set != nil)
    #expect(try load().released == ["new"])
  }

  @Test func `takes no turn of an exclusive environment, and outdates no job`() throws {
    try vault.edit("production") {
      $0.terms[\.exclusive] = true
      $0.terms[\.inOrder] = true
    }
    let (waiting, _) = try asked()
    let runner = vault.caller(Fixture.runner)
    let first = try vault.grant(by: runner)
    // Older than what was activated, and still to be approved.
    #expect(try vault.state(waiting.id) == "waiting")
    #expect(approve(waiting).state == "active")
    #expect(try load().released != nil)
    _ = vault.run(runner, .closeGrant(request: first.id, ticket: nil, outcome: .success))
    let second = try vault.grant(by: vault.caller(Fixture.runner, connection: 77))
    #expect(try vault.state(second.id) == "active")
    #expect(try load().released != nil)
  }

  @Test func `its digest names unit, credential and length`() throws {
    let (request, _) = try asked()
    let web = try #require(UnitName("web.service"))
    let other = try #require(UnitName("other.service"))
    func digest(_ standing: StandingApproval?) -> [UInt8] {
      AccessRequest(
        id: request.id, environment: request.environment, environmentName: request.environmentName,
        gateRevision: request.gateRevision, revision: 1, requester: request.requester,
        secrets: request.secrets, context: request.context, standing: standing, attended: false,
        ticketHash: [], created: request.created, expires: request.expires, digest: [],
        state: .waiting
      ).digestInput(vault: [])
    }
    let all = try [
      nil, StandingApproval(credential: credential, length: Self.hour),
      StandingApproval(credential: credential, length: 2 * Self.hour),
      StandingApproval(
        credential: #require(UnitCredential(unit: web, id: "other")), length: Self.hour),
      StandingApproval(
        credential: #require(UnitCredential(unit: other, id: "database")), length: Self.hour),
    ].map(digest)
    #expect(Set(all).count == all.count)
  }
}
