public import SecretMemory
public import VaultCore

/// A request, with its ticket where another connection made it.
///
/// `request.get` answers it as it stands: with the ticket all of it, where another connection of the account made it.
/// With `request.cancel` its maker, or an admin, ends it while it waits or is approved.
public struct TicketedRequest: Sendable {
  /// Its number.
  public let request: Int64
  /// Its ticket.
  public let ticket: SecretBuffer?

  /// Names it.
  public init(request: Int64, ticket: SecretBuffer? = nil) {
    self.request = request
    self.ticket = ticket
  }
}

/// `request.create`: asks for secrets of an environment. The answer holds the ticket, once.
public struct RequestCreate: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secrets; nil for all there are.
  public let secrets: [SecretName]?
  /// What the requester says; judged already: plain lines within their limits.
  public let context: RequestContext
  /// The unit that it is for; nil where it is for the caller's own job. Nobody can wait with it.
  public let standing: StandingApproval?
  /// Whether somebody must keep waiting on it, else it ends by itself.
  public let attended: Bool
  /// An older request of the same maker's that this one takes the place of.
  public let supersede: TicketedRequest?

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, secrets: [SecretName]? = nil,
    context: RequestContext = RequestContext(), standing: StandingApproval? = nil,
    attended: Bool = false, supersede: TicketedRequest? = nil
  ) {
    self.standing = standing
    self.supersede = supersede
    self.environment = environment
    self.secrets = secrets
    self.context = context
    self.attended = attended
  }
}

/// `request.list`: the requests that the caller may see, the newest first.
public struct RequestList: Sendable {
  /// Only of this environment.
  public let environment: EnvironmentName?
  /// Only in this state; one of ``RequestState/texts``.
  public let state: String?
  /// Only those that name this secret.
  public let secret: SecretName?
  /// Only those that name it at this version.
  public let version: Int64?
  /// Only those made at this time or later, in milliseconds since the epoch.
  public let since: Int64?
  /// Only with smaller numbers than this.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName? = nil, state: String? = nil, secret: SecretName? = nil,
    version: Int64? = nil, since: Int64? = nil, after: Int64? = nil,
    limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.state = state
    self.secret = secret
    self.version = version
    self.since = since
    self.after = after
    self.limit = limit
  }
}

/// `request.wait`: answers when the request is decided, or when it has changed.
public struct RequestWait: Sendable {
  /// The request.
  public let request: Int64
  /// The revision that the caller has seen: any other is an answer.
  public let revision: Int64?
  /// Its ticket, where another connection made it: for all of it, and so that the wait keeps it alive.
  public let ticket: SecretBuffer?

  /// Makes the parameters.
  public init(request: Int64, revision: Int64? = nil, ticket: SecretBuffer? = nil) {
    self.request = request
    self.revision = revision
    self.ticket = ticket
  }
}

/// `request.approve`: a reviewer's yes to exactly what they were shown.
public struct RequestApprove: Sendable {
  /// The request.
  public let request: Int64
  /// SHA-256 of what the reviewer was shown, 32 bytes.
  public let digest: [UInt8]
  /// What they say about it; empty where nothing.
  public let comment: String

  /// Makes the parameters.
  public init(request: Int64, digest: [UInt8], comment: String = "") {
    self.request = request
    self.digest = digest
    self.comment = comment
  }
}

/// `request.reject`: a reviewer's no, with its reason. Final.
public struct RequestReject: Sendable {
  /// The request.
  public let request: Int64
  /// Why; never empty.
  public let comment: String
  /// SHA-256 of what the reviewer was shown, 32 bytes; a no may go without.
  public let digest: [UInt8]?

  /// Makes the parameters.
  public init(request: Int64, comment: String, digest: [UInt8]? = nil) {
    self.request = request
    self.comment = comment
    self.digest = digest
  }
}

/// `request.revoke`: takes an approval or a grant back; one, or all that the caller may.
public struct RequestRevoke: Sendable {
  /// What is taken back.
  public enum Target: Hashable, Sendable {
    /// One request's approval or grant.
    case request(Int64)
    /// Every approval and grant, of one environment or one account where that is named.
    case all(environment: EnvironmentName?, requester: PrincipalName?)

    /// The one request.
    package var request: Int64? { if case .request(let id) = self { id } else { nil } }
  }

  /// What is taken back.
  public let target: Target

  /// Makes the parameters.
  public init(_ target: Target) { self.target = target }
}
