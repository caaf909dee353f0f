import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto
@testable import VaultEngine
import VaultStore

/// A vault in which every command that there is has something to do.
struct EveryCommand {
  let vault: Fixture
  private let admin: Caller
  private let opener: Caller
  private let maker: Caller
  private let other: Caller
  private let carol: Caller
  private let waiting: AccessRequest
  private let waitingTicket: SecretBuffer
  private let named: AccessRequest
  private let approved: AccessRequest
  private let active: (id: Int64, ticket: SecretBuffer)
  private let left: (id: Int64, ticket: SecretBuffer)
  private let holder: (id: Int64, ticket: SecretBuffer)
  private let next: (request: AccessRequest, ticket: SecretBuffer)

  /// Who is known by name, so that approvals depend on the account database.
  private static let erin: UInt32 = 1005

  /// What a unit gets, and what of.
  private static let credential = Result {
    guard let unit = UnitName("web.service"), let found = UnitCredential(unit: unit, id: "key")
    else { throw Unexpected("no unit") }
    return found
  }
  private static let source = Result {
    CredentialSource(
      environment: try EnvironmentName("open"), secret: try SecretName("TOKEN"))
  }

  init(options: StoreOptions) throws {
    vault = try Fixture(options: options)
    try vault.create("production", vault.reviewed(maxReads: 5), secrets: ["TOKEN", "OTHER"])
    try vault.create("solo", vault.reviewed(exclusive: true))
    try vault.create("open", Gate(protection: .unprotected, requesters: .any))
    try vault.create("doomed", vault.reviewed())
    try vault.create(
      "named",
      Gate(
        protection: .reviewers([
          ReviewerRule(reviewers: [.user(name: "erin", uid: Self.erin)], required: 1)
        ]), requesters: .principals([.uid(Fixture.runner)])))
    for version in 2...4 { try vault.set("production", "OTHER", "\(version)") }
    try vault.change("production", "OTHER", 2, .disabled)
    try vault.setVariable("production", "REGION", "north")
    vault.configuration.credentials = [try Self.credential.get(): try Self.source.get()]
    // What a restart leaves of a grant, its job may resume.
    left = try vault.grant(by: vault.caller(Fixture.runner))
    try vault.restart(options: options)
    vault.slice = 1

    admin = vault.caller(Fixture.admin)
    opener = vault.caller(Fixture.admin)
    maker = vault.caller(Fixture.runner)
    other = vault.caller(Fixture.runner)
    carol = vault.caller(Fixture.carol)
    (waiting, waitingTicket) = try vault.request(by: maker)
    (approved, _) = try vault.approvedRequest(by: maker)
    named = try vault.request(by: maker, environment: "named").request
    let erin = vault.caller(Self.erin, name: "erin")
    _ = vault.run(erin, .approve(request: named.id, digest: named.digest, comment: ""))
    active = try vault.grant(by: maker)
    holder = try vault.grant(by: maker, environment: "solo")
    next = try vault.request(by: other, environment: "solo")
    _ = vault.run(
      carol, .approve(request: next.request.id, digest: next.request.digest, comment: ""))
    _ = vault.run(other, .activate(request: next.request.id, ticket: nil, waits: true))
    for _ in 0..<2 { _ = try vault.request(by: maker, environment: "doomed") }
    try vault.staged([("TOKEN", "imported")], in: "production", by: admin)
    _ = vault.run(opener, .call(.backupOpen))
    vault.drain()
  }

  // MARK: Every command

  /// The commands of a kind, each of which is answered.
  func commands(_ method: Method) throws -> [(Caller, Action)] {
    let (production, open) = (try EnvironmentName("production"), try EnvironmentName("open"))
    let (token, other) = (try SecretName("TOKEN"), try SecretName("OTHER"))
    let region = try SecretName("REGION")
    let digest = waiting.digest
    switch method {
    case .serverStatus: return [(admin, .call(.serverStatus))]
    case .environmentCreate:
      return [(admin, .createEnvironment(try EnvironmentName("fresh"), vault.reviewed()))]
    case .environmentGet: return [(admin, .getEnvironment(production))]
    case .environmentList: return [(admin, .listEnvironments(after: 0, limit: 10))]
    case .environmentUpdate:
      return [(admin, try vault.editAction("production") { $0.terms[\.clocks.grant] = 60_000 })]
    case .environmentDelete: return [(admin, .deleteEnvironment(try EnvironmentName("doomed")))]
    case .principalGet, .principalRemove:
      let carol = PrincipalQuery(name: .uid(Fixture.carol), current: .uid(Fixture.carol))
      return [
        method == .principalGet
          ? (admin, .getPrincipal(carol, after: 0, limit: 10)) : (admin, .removePrincipal(carol))
      ]
    case .secretCreate:
      return [(admin, .createSecret(environment: production, name: try SecretName("EMPTY")))]
    case .secretSet:
      return [
        (admin, try vault.setAction("production", "OTHER", "newer")),
        (
          admin,
          .setSecret(
            environment: production, name: token, value: try vault.value("newer"), cas: nil,
            revokePrevious: true)
        ),
      ]
    case .secretImport:
      return [
        (vault.caller(Fixture.admin), try vault.opens("production", ["OTHER"])),
        (admin, try vault.opens("production", ["OTHER"])), (admin, try vault.commits("production")),
      ]
    case .secretGet:
      return [
        (maker, try vault.getAction("open", "TOKEN")),
        (maker, try vault.get("production", "TOKEN", of: active.id)),
      ]
    case .secretList: return [(admin, .listSecrets(environment: open, after: nil, limit: 10))]
    case .secretVersions:
      return [(admin, .listVersions(environment: production, name: other, after: 0, limit: 10))]
    case .secretDisable:
      return [(admin, try vault.versionAction("production", "OTHER", 3, .disabled))]
    case .secretEnable:
      return [(admin, try vault.versionAction("production", "OTHER", 2, .enabled))]
    case .secretDestroy:
      return [(admin, try vault.versionAction("production", "OTHER", 4, .destroyed))]
    case .secretRollback:
      return [(admin, .rollbackSecret(environment: production, name: other, to: 1, cas: nil))]
    case .secretDelete: return [(admin, .deleteSecret(environment: production, name: other))]
    case .variableSet:
      return [(admin, .setVariable(environment: production, name: region, value: "south"))]
    case .variableList:
      return [(admin, .listVariables(environment: production, after: nil, limit: 9))]
    case .variableDelete: return [(admin, .deleteVariable(environment: production, name: region))]
    case .requestCreate: return [(maker, try vault.makes("production", key: "job", attended: true))]
    case .requestGet: return [(maker, .getRequest(waiting.id))]
    case .requestList: return [(admin, .listRequests(RequestList(limit: 10)))]
    case .requestWait: return [(self.other, .observeRequest(waiting.id, ticket: waitingTicket))]
    case .requestApprove:
      return [(carol, .approve(request: waiting.id, digest: digest, comment: "yes"))]
    case .requestReject:
      return [(carol, .reject(request: waiting.id, digest: digest, comment: "no"))]
    case .requestCancel: return [(maker, .cancelRequest(waiting.id, ticket: nil))]
    case .requestRevoke:
      return [
        (carol, .revokeRequest(active.id)),
        (admin, .revokeAll(environment: production, requester: nil)),
      ]
    case .grantActivate:
      return [
        (maker, .activate(request: approved.id, ticket: nil)),
        (
          vault.caller(Fixture.runner),
          .activate(request: next.request.id, ticket: next.ticket, waits: true)
        ),
      ]
    case .grantRead: return [(maker, .readGrant(request: active.id, ticket: nil, after: nil))]
    case .grantClose:
      return [(maker, .closeGrant(request: holder.id, ticket: nil, outcome: .success))]
    case .grantResume: return [(self.other, .resumeGrant(request: left.id, ticket: left.ticket))]
    case .grantHold: return [(self.other, .holdGrant(request: active.id, ticket: active.ticket))]
    case .auditList: return [(admin, .call(.auditList(AuditList())))]
    case .auditVerify: return [(admin, .call(.auditVerify))]
    case .auditKey: return [(admin, .call(.auditKey))]
    case .keyStatus: return [(admin, .call(.keyStatus(KeyStatus())))]
    case .keyRotate:
      return [
        (admin, .call(.keyRotate(KeyRotate(.environment(try EnvironmentName("production"))))))
      ]
    case .backupOpen: return [(opener, .call(.backupOpen))]
    case .backupRead: return [(admin, .call(.backupRead(BackupRead(after: 0))))]
    case .eventsSubscribe: return [(admin, .call(.eventsSubscribe(EventsSubscribe())))]
    }
  }

  /// What no caller asks: first trips, and what the vault does of itself.
  enum Own: CaseIterable {
    case authorize, follow, status, loadCredential, noteRefusals, listReviewers, recheckReviewer,
      reconfigure
    case backupDone, connectionEnded, tick, lifecycle

    /// Each action is a call or one of these.
    init?(_ action: Action) {
      switch action {
      case .call: return nil
      case .authorize: self = .authorize
      case .follow: self = .follow
      case .status: self = .status
      case .loadCredential: self = .loadCredential
      case .noteRefusals: self = .noteRefusals
      case .listReviewers: self = .listReviewers
      case .recheckReviewer: self = .recheckReviewer
      case .reconfigure: self = .reconfigure
      case .backupDone: self = .backupDone
      case .connectionEnded: self = .connectionEnded
      case .tick: self = .tick
      case .lifecycle: self = .lifecycle
      }
    }
  }

  func commands(_ own: Own) throws -> [(Caller, Action)] {
    switch own {
    case .loadCredential:
      let (credential, source) = (try Self.credential.get(), try Self.source.get())
      return [
        (Caller(unit: credential.unit, connection: 9_000), .loadCredential(credential, source))
      ]
    case .authorize: return [(admin, .authorize(.auditList))]
    case .follow: return [(admin, .follow([waiting.id]))]
    case .status: return [(admin, .status)]
    case .noteRefusals:
      return [
        (
          admin,
          .noteRefusals([
            RefusedCalls(
              subject: .account(Fixture.runner), isNobody: false, method: "secret.get",
              reason: "limit.rate", count: 3)
          ])
        )
      ]
    case .listReviewers: return [(admin, .listReviewers)]
    case .recheckReviewer:
      return [
        (admin, .recheckReviewer(Self.erin, FreshAnswer(.nobody, asked: vault.now.boot), after: 0))
      ]
    case .reconfigure:
      let people = People([Fixture.bob: "bob", Self.erin: "bob"])
      return [
        (
          admin,
          .reconfigure(
            EngineConfiguration(standing: Standing(admins: [], auditors: []), people: people))
        )
      ]
    case .backupDone:
      return [
        (
          opener, .backupDone(FinishedBackup(size: 1, digest: .zero, through: 1))
        )
      ]
    case .connectionEnded:
      return [maker, other, admin].map { ($0, .connectionEnded) }
    case .tick: return [(admin, .tick)]
    case .lifecycle: return [(admin, .lifecycle(.serverStarted))]
    }
  }
}
