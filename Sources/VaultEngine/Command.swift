public import SecretMemory
package import VaultCalls
public import VaultCore

/// One thing that a caller wants done, ready to be decided.
///
/// Names were read, principals resolved and text judged before; what is left to decide is the gate's.
public struct Command: Sendable {
  /// Who wants it.
  public let caller: Caller
  /// What.
  public let action: Action
  /// What holds for it.
  package let traits: Traits
  /// What the account database said about the uids that an earlier answer, ``CommandReply/asks(_:)``, named.
  public let accounts: [UInt32: FreshAnswer]
  /// Whether the caller's account was looked up again since a kept answer refused it.
  public let isDoubtSettled: Bool

  /// Makes a command.
  public init(
    caller: Caller, action: Action, accounts: [UInt32: FreshAnswer] = [:],
    isDoubtSettled: Bool = false
  ) {
    self.caller = caller
    self.action = action
    traits = action.traits
    self.accounts = accounts
    self.isDoubtSettled = isDoubtSettled
  }
}

extension Action {
  /// The value that it brings.
  public var value: SecretBuffer? {
    switch self {
    case .setSecret(_, _, let value, _, _), .putImport(_, _, let value): value
    default: nil
    }
  }
}

/// What the account database said, and when it was asked.
public struct FreshAnswer: Hashable, Sendable {
  /// What it said.
  public let answer: AccountAnswer
  /// When it was asked, in milliseconds since boot.
  public let asked: Int64

  /// Makes an answer.
  public init(_ answer: AccountAnswer, asked: Int64) {
    self.answer = answer
    self.asked = asked
  }
}

/// Whom the account database is to be asked about before a command is decided; the server asks, and submits the
/// command again with the answers.
public enum AccountWish: Error, Hashable, Sendable {
  /// All else would let the call through. What is kept is too old: the question must begin now.
  case afresh([UInt32])
  /// A kept answer refuses a caller whom the kernel shows to be named; one that is a few seconds old will do.
  case doubted(UInt32)
}

/// The closed set of what the commit loop does.
public enum Action: Sendable {
  case status
  case createEnvironment(EnvironmentName, Gate)
  case getEnvironment(EnvironmentName)
  /// In the order of their creation; `after` is the number of an environment.
  case listEnvironments(after: Int64, limit: Int)
  /// `revision`: nil unconditional, else the gate must be at it.
  case updateEnvironment(EnvironmentName, GateEdit, revision: Int64?, allowWeaken: Bool)
  case deleteEnvironment(EnvironmentName)
  /// Where somebody is named, and what is open of theirs; `after` is the number of an environment.
  case getPrincipal(PrincipalQuery, after: Int64, limit: Int)
  /// Takes somebody out everywhere, in one transaction.
  case removePrincipal(PrincipalQuery)
  /// `cas`: nil unconditional, 0 the secret must not exist, N must be the current version.
  /// `revokePrevious`: the older versions have leaked.
  case setSecret(
    environment: EnvironmentName, name: SecretName, value: SecretBuffer, cas: Int64?,
    revokePrevious: Bool = false)
  /// Opens an import for the names of its secrets on the caller's connection, and drops what it had open.
  /// `isDryRun`: its commit compares and sets nothing.
  case openImport(environment: EnvironmentName, names: [SecretName], isDryRun: Bool)
  /// Stages a value of the import that is open, where nobody sees it.
  case putImport(environment: EnvironmentName, name: SecretName, value: SecretBuffer)
  /// Makes all of its values current, or none.
  case commitImport(environment: EnvironmentName, allowEmpty: Bool)
  /// A name without a version.
  case createSecret(environment: EnvironmentName, name: SecretName)
  /// Without a request it reads only an unprotected environment.
  case getSecret(
    environment: EnvironmentName, name: SecretName, request: Int64?, ticket: SecretBuffer?)
  case listSecrets(environment: EnvironmentName, after: SecretName?, limit: Int)
  case listVersions(environment: EnvironmentName, name: SecretName, after: Int64, limit: Int)
  /// Enables, disables or destroys a version.
  case changeVersion(
    environment: EnvironmentName, name: SecretName, version: Int64, to: SecretVersion.State)
  /// Seals an old value as a new version.
  case rollbackSecret(environment: EnvironmentName, name: SecretName, to: Int64, cas: Int64?)
  case deleteSecret(environment: EnvironmentName, name: SecretName)
  case setVariable(environment: EnvironmentName, name: SecretName, value: String)
  case listVariables(environment: EnvironmentName, after: SecretName?, limit: Int)
  case deleteVariable(environment: EnvironmentName, name: SecretName)
  case createRequest(NewRequest)
  case getRequest(Int64, ticket: SecretBuffer? = nil)
  case listRequests(RequestFilter)
  /// Counts the connection as waiting on the request while the answer is not final, where it made the request
  /// or shows its ticket.
  case observeRequest(Int64, ticket: SecretBuffer? = nil)
  case approve(request: Int64, digest: [UInt8], comment: String)
  case reject(request: Int64, digest: [UInt8]?, comment: String)
  case cancelRequest(Int64, ticket: SecretBuffer?)
  case revokeRequest(Int64)
  /// Every approval and grant that the caller may take back, of one environment or requester where one
  /// is named; a bounded number at once.
  case revokeAll(environment: EnvironmentName?, requester: PrincipalName?)
  /// `waits`: where it is not the request's turn, the answer is ``CommandReply/queued(_:)``, and the same
  /// comes again once the request is among those that changed.
  case activate(
    request: Int64, ticket: SecretBuffer?, hold: Grant.Hold = .connection, waits: Bool = false)
  /// Holds a grant again whose connection a restart of the daemon has ended.
  case resumeGrant(request: Int64, ticket: SecretBuffer)
  /// Makes the connection the lifeline of a grant: where the one that holds it ends without a close, the
  /// environment stays taken until this one has ended too. With `replaces` that is no desertion: the caller
  /// becomes its command.
  case holdGrant(request: Int64, ticket: SecretBuffer?, replaces: Bool = false)
  /// `after` nil makes the release's record; later pages make none.
  case readGrant(request: Int64, ticket: SecretBuffer?, after: SecretName?)
  case closeGrant(request: Int64, ticket: SecretBuffer?, outcome: RequestState.Outcome)
  /// Whether the caller may read the audit records; they are read elsewhere, on a snapshot.
  case authorizeAudit
  /// Calls that were refused before they came here, by a limit; for the record.
  case noteRefusals([RefusedCalls])
  /// Whether the caller is an admin, before the account database is asked on their behalf.
  case authorizeAdmin
  /// Which of these requests the caller may see, for events about them.
  case followRequests([Int64])
  /// Whose approvals depend on the account database.
  case listReviewers
  /// What the database says of one of them, for a slice of the requests behind `after` that they approved.
  case recheckReviewer(UInt32, FreshAnswer, after: Int64)
  /// The configuration file was read anew.
  case reconfigure(EngineConfiguration)
  /// The connection of the caller has ended: its grants close, its attended requests start to run out.
  case connectionEnded
  /// Time passes: ends what has ended, signs the chain's head, writes down coalesced refusals.
  case tick
  /// The daemon has started or stops; a record of its own.
  case lifecycle(AuditEvent)
}

/// Calls of one subject that a limit refused before they reached the vault.
public struct RefusedCalls: Sendable {
  /// Who called.
  public var subject: Subject
  /// Whether the account database does not know it.
  public var isNobody: Bool
  /// What was called.
  public var method: String
  /// Why not, in the word of the wire.
  public var reason: String
  /// How often.
  public var count: Int

  /// Makes it.
  public init(subject: Subject, isNobody: Bool, method: String, reason: String, count: Int) {
    self.subject = subject
    self.isNobody = isNobody
    self.method = method
    self.reason = reason
    self.count = count
  }
}
