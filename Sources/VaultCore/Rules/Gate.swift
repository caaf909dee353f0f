/// The rules of an environment: who may ask, what must be met, and for how long.
///
/// Invariant: a gate without a protecting rule exists only as `.unprotected`, which somebody said in so
/// many words; there is no empty list that would mean yes (`closed-by-default`).
@dynamicMemberLookup
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
  /// The values of its other rules; each is a member of the gate as well.
  public var terms: GateTerms

  /// Makes a gate; ``GateFault`` is judged by ``check(people:)``.
  public init(
    protection: Protection, requesters: Requesters, writers: [Principal] = [],
    terms: GateTerms = GateTerms()
  ) {
    self.protection = protection
    self.requesters = requesters
    self.writers = writers
    self.terms = terms
  }

  /// The value of a rule.
  @inlinable
  public subscript<Value>(
    dynamicMember path: WritableKeyPath<GateTerms, Value>
  ) -> Value {
    get { terms[keyPath: path] }
    set { terms[keyPath: path] = newValue }
  }

  /// The reviewer rules; none where the environment is unprotected.
  public var rules: [ReviewerRule] {
    if case .reviewers(let rules) = protection { rules } else { [] }
  }

  /// Everybody whom it names.
  public var principals: Set<Principal> {
    var named = Set(writers).union(rules.flatMap(\.reviewers))
    if case .principals(let requesters) = requesters { named.formUnion(requesters) }
    return named
  }

  /// Whether nothing protects the environment.
  public var isUnprotected: Bool { protection == .unprotected }

  /// Whether a requester may read without a request: only where no rule is kept by a grant, be it a review, its
  /// turn, or a count.
  public var allowsDirectReads: Bool {
    isUnprotected && !GateRule.grantNeeds.contains { $0(terms) }
  }
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
