public import SecretMemory
public import VaultCore

/// `grant.activate`: makes a grant of an approved request, held by this connection or by its ticket.
public struct GrantActivate: Sendable {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// What the grant lives by.
  public let hold: Grant.Hold
  /// Whether the answer comes when it is the request's turn.
  public let waits: Bool

  /// Makes the parameters.
  public init(
    request: Int64, ticket: SecretBuffer? = nil, hold: Grant.Hold = .connection,
    waits: Bool = false
  ) {
    self.request = request
    self.ticket = ticket
    self.hold = hold
    self.waits = waits
  }
}

/// `grant.read`: the values of a grant, page by page.
public struct GrantRead: Sendable {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// The `next` of the page before; nil for the first, which makes the release's record.
  public let after: SecretName?

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil, after: SecretName? = nil) {
    self.request = request
    self.ticket = ticket
    self.after = after
  }
}

/// `grant.close`: ends a grant and says how the job went.
public struct GrantClose: Sendable {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// How it went: success or failure; `abandoned` and `ended` are the vault's own words.
  public let outcome: RequestState.Outcome

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil, outcome: RequestState.Outcome) {
    self.request = request
    self.ticket = ticket
    self.outcome = outcome
  }
}

/// `grant.resume`: holds a grant again that a restart of the daemon has left without its connection.
public struct GrantResume: Sendable {
  /// The request.
  public let request: Int64
  /// Its ticket.
  public let ticket: SecretBuffer

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer) {
    self.request = request
    self.ticket = ticket
  }
}

/// `grant.hold`: makes this connection the lifeline of a grant. Behind it nothing is a call any more; its
/// end is all that counts.
public struct GrantHold: Sendable {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// Whether the caller becomes its command, so that nobody will tell how that went.
  public let replaces: Bool

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil, replaces: Bool = false) {
    self.request = request
    self.ticket = ticket
    self.replaces = replaces
  }
}
