public import SecretMemory
public import VaultCore

/// One thing that a caller wants done, ready to be decided.
///
/// Names were read, principals resolved and text judged before; what is left to decide is the gate's.
public struct Command: Sendable {
  /// Who wants it.
  public let caller: Caller
  /// What.
  public let action: Action
  /// What the account database says now about the uids that an earlier answer of
  /// ``Refusal/accountNeeded(_:)`` named.
  public let accounts: [UInt32: AccountAnswer]

  /// Makes a command.
  public init(caller: Caller, action: Action, accounts: [UInt32: AccountAnswer] = [:]) {
    self.caller = caller
    self.action = action
    self.accounts = accounts
  }
}

/// The closed set of what the commit loop does.
public enum Action: Sendable {
  case status
  case createEnvironment(EnvironmentName, Gate)
  case getEnvironment(EnvironmentName)
  case listEnvironments(after: EnvironmentName?, limit: Int)
  /// `cas`: nil unconditional, 0 the secret must not exist, N must be the current version.
  case setSecret(environment: EnvironmentName, name: SecretName, value: SecretBuffer, cas: Int64?)
  /// Without a request it reads only an unprotected environment.
  case getSecret(
    environment: EnvironmentName, name: SecretName, request: Int64?, ticket: SecretBuffer?)
  case listSecrets(environment: EnvironmentName, after: SecretName?, limit: Int)
  case createRequest(NewRequest)
  case getRequest(Int64)
  case listRequests(RequestFilter)
  /// Counts the connection as waiting on the request while the answer is not final.
  case observeRequest(Int64)
  case approve(request: Int64, digest: [UInt8], comment: String)
  case reject(request: Int64, digest: [UInt8]?, comment: String)
  case activate(request: Int64, ticket: SecretBuffer?)
  /// `after` nil makes the release's record; later pages make none.
  case readGrant(request: Int64, ticket: SecretBuffer?, after: SecretName?)
  case closeGrant(request: Int64, ticket: SecretBuffer?, outcome: RequestState.Outcome)
  /// Whether the caller may read the audit records; they are read elsewhere, on a snapshot.
  case authorizeAudit
  /// Whether the caller is an admin, before the account database is asked on their behalf.
  case authorizeAdmin
  /// The connection of the caller has ended: its grants close, its attended requests start to run out.
  case connectionEnded
  /// Time passes: ends what has ended, signs the chain's head, writes down coalesced refusals.
  case tick
  /// The daemon has started or stops; a record of its own.
  case lifecycle(AuditEvent)
}

/// A request to be made.
public struct NewRequest: Sendable {
  /// The environment.
  public var environment: EnvironmentName
  /// The secrets; nil for all there are.
  public var secrets: [SecretName]?
  /// What the requester says.
  public var context: RequestContext
  /// Whether somebody must keep waiting on it.
  public var attended: Bool

  /// Makes a wish.
  public init(
    environment: EnvironmentName, secrets: [SecretName]?, context: RequestContext, attended: Bool
  ) {
    self.environment = environment
    self.secrets = secrets
    self.context = context
    self.attended = attended
  }
}

/// Which requests a list shows.
public struct RequestFilter: Sendable {
  /// Only of this environment.
  public var environment: EnvironmentName?
  /// Only in this state, by its word.
  public var state: String?
  /// Only older than this number (lists go from new to old).
  public var before: Int64?
  /// At most so many.
  public var limit: Int

  /// Makes a filter.
  public init(environment: EnvironmentName?, state: String?, before: Int64?, limit: Int) {
    self.environment = environment
    self.state = state
    self.before = before
    self.limit = limit
  }
}
