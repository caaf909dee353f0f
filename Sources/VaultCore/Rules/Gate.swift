/// The rules of an environment: who may ask, what must be met, and for how long.
///
/// Invariant: a gate without a protecting rule exists only as `.unprotected`, which somebody said in so
/// many words; there is no empty list that would mean yes (`closed-by-default`).
public struct Gate: Hashable, Sendable {
  /// What protects the environment.
  public enum Protection: Hashable, Sendable {
    /// Nothing: its requesters read at once.
    case unprotected
    /// Every rule of the list must be met, together by as many different people as they have places.
    case reviewers([ReviewerRule])
  }

  /// What protects the environment.
  public var protection: Protection
  /// Who may ask.
  public var requesters: Requesters
  /// Who sets and rotates its secrets and variables beside the admins, and never its gate. None: nobody.
  public var writers: [Principal]
  /// Whether the requester's own approval counts.
  public var allowSelfReview: Bool
  /// Whether at most one grant is active at a time.
  public var exclusive: Bool
  /// How often each secret may be read under one grant; nil where nobody counts.
  public var maxReads: Int?
  /// How long requests, approvals and grants live.
  public var clocks: Clocks
  /// Reserved names that may be made here all the same (``ReservedNames``).
  public var allowedNames: [SecretName]

  /// Makes a gate; ``GateFault`` is judged by ``check(people:)``.
  public init(
    protection: Protection, requesters: Requesters, writers: [Principal] = [],
    allowSelfReview: Bool = false, exclusive: Bool = false, maxReads: Int? = nil,
    clocks: Clocks = Clocks(), allowedNames: [SecretName] = []
  ) {
    self.protection = protection
    self.requesters = requesters
    self.writers = writers
    self.allowSelfReview = allowSelfReview
    self.exclusive = exclusive
    self.maxReads = maxReads
    self.clocks = clocks
    self.allowedNames = allowedNames
  }

  /// The reviewer rules; none where the environment is unprotected.
  public var rules: [ReviewerRule] {
    if case .reviewers(let rules) = protection { rules } else { [] }
  }

  /// Whether nothing protects the environment.
  public var isUnprotected: Bool { protection == .unprotected }

  /// Whether a requester may read without a request: only where there is nothing that a grant would be
  /// needed for, be it a review, its turn, or a count.
  public var allowsDirectReads: Bool { isUnprotected && !exclusive && maxReads == nil }
}

/// Who may ask for the secrets of an environment.
public enum Requesters: Hashable, Sendable {
  /// Every account that may connect, and no job socket. It must be said; it is never a default.
  case any
  /// These, of whom there is at least one.
  case principals([Principal])

  /// Whether the caller may ask.
  /// - Throws: ``AccountNeeded`` where it depends on the account database.
  public func include(_ caller: Caller) throws(AccountNeeded) -> Bool {
    switch self {
    case .any:
      // Whoever is nobody stays nobody: a subordinate uid must not ask by way of "any".
      switch caller.account {
      case nil, .unavailable?: throw AccountNeeded(caller)
      case .nobody?: return false
      case .known?: return !caller.isOverflow
      }
    case .principals(let principals):
      return try !principals.matching(caller).isEmpty
    }
  }
}

/// How long things live, in milliseconds.
public struct Clocks: Hashable, Sendable {
  /// How long a request may wait; 1 second to 30 days.
  public var request: Int64
  /// How long an approval holds before it must be activated; 1 second to 30 days.
  public var approval: Int64
  /// How long a grant may be read, from activation; 1 second to 30 days.
  public var grant: Int64

  /// The longest that any clock may be set to: 30 days.
  public static let longest: Int64 = 30 * 86_400_000
  /// The shortest that any clock may be set to: 1 second.
  public static let shortest: Int64 = 1_000

  /// Clocks with the defaults: 24 hours, 8 hours, 1 hour.
  public init(
    request: Int64 = 86_400_000, approval: Int64 = 28_800_000, grant: Int64 = 3_600_000
  ) {
    self.request = request
    self.approval = approval
    self.grant = grant
  }
}
