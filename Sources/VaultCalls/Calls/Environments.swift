public import VaultCore

/// `environment.create`: a new environment with its gate, principals still as they were typed.
public struct EnvironmentCreate: Sendable {
  /// What protects the environment, before the account database was asked.
  public typealias Protection = NamedProtection

  /// A rule, before the account database was asked.
  public typealias Rule = NamedRule

  /// The new environment's name.
  public let name: EnvironmentName
  /// Who may ask; nil for everybody, which was said in so many words.
  public let requesters: [PrincipalName]?
  /// What protects it.
  public let protection: Protection
  /// Who sets its secrets beside the admins.
  public let writers: [PrincipalName]
  /// The values of its other rules.
  public let terms: GateTerms

  /// Makes the parameters.
  /// - Parameter requesters: who may ask; nil for everybody.
  public init(
    name: EnvironmentName, requesters: [PrincipalName]?, protection: Protection,
    writers: [PrincipalName] = [], terms: GateTerms = GateTerms()
  ) {
    self.name = name
    self.requesters = requesters
    self.protection = protection
    self.writers = writers
    self.terms = terms
  }
}

extension EnvironmentCreate {
  /// Every principal that is named, in order: what the account database is to be asked about.
  package var principalNames: [PrincipalName] {
    (requesters ?? []) + writers + protection.principalNames
  }

  /// The gate, once the account database has answered.
  /// - Parameter principals: what each of ``principalNames`` is, in the same order.
  /// - Throws: ``Refusal/principalUnknown(_:)`` for the first name without an answer.
  package func gate(_ principals: [Principal]) throws(Refusal) -> Gate {
    var known = try KnownPrincipals(principals, of: principalNames)
    let requesters = self.requesters.map { Requesters.principals(known.take($0.count)) } ?? .any
    let writers = known.take(self.writers.count)
    return Gate(
      protection: protection.resolved(&known), requesters: requesters, writers: writers,
      terms: terms)
  }
}

/// An environment: what `environment.get` answers with its gate in words, and `environment.delete` deletes with all that
/// it holds. It is not deleted while a grant of it is active.
public struct EnvironmentPlace: Sendable {
  /// The environment.
  public let name: EnvironmentName

  /// Names it.
  public init(name: EnvironmentName) { self.name = name }
}

/// `environment.list`: the environments that the caller may see, in the order of their creation.
public struct EnvironmentList: Sendable {
  /// Only those behind this number: the `next` of the page before.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(after: Int64? = nil, limit: Int = ProtocolLimits.usualItems) {
    self.after = after
    self.limit = limit
  }
}

/// `environment.update`: changes what is named of a gate, and nothing else.
public struct EnvironmentUpdate: Sendable {
  /// An edit of one list: who comes in is looked up, who goes is known by what was typed.
  public struct Members: Hashable, Sendable {
    /// Who comes in.
    public var add: [PrincipalName]
    /// Who goes.
    public var remove: [PrincipalName]

    /// Makes an edit; of nobody by default.
    public init(add: [PrincipalName] = [], remove: [PrincipalName] = []) {
      self.add = add
      self.remove = remove
    }
  }

  /// The environment.
  public var name: EnvironmentName
  /// Check-and-set: nil unconditional, else the gate must be at this revision.
  public var revision: Int64?
  /// Whether the edit may weaken the gate.
  public var allowWeaken = false
  /// Replaces all rules, or says that there are none.
  public var protection: NamedProtection?
  /// How many of the one rule's reviewers must approve.
  public var approvals: Int?
  /// The one rule's reviewers.
  public var reviewers = Members()
  /// Who may ask.
  public var requesters = Members()
  /// Lets every account ask, or ends that; `any` among who is added or removed.
  public var anyRequester: Bool?
  /// Who sets secrets.
  public var writers = Members()
  /// The values of the other rules.
  public var terms = TermsEdit()

  /// Makes an edit of nothing.
  public init(name: EnvironmentName) { self.name = name }

  /// The principals that come in, in order: what the account database is to be asked about.
  package var principalNames: [PrincipalName] {
    reviewers.add + requesters.add + writers.add + (protection?.principalNames ?? [])
  }

  /// Whether there is nothing to change. A revision alone confirms a gate that came back with a backup.
  package var isEmpty: Bool {
    if revision != nil, !allowWeaken { return false }
    var nothing = EnvironmentUpdate(name: name)
    nothing.revision = revision
    nothing.allowWeaken = allowWeaken
    return self == nothing
  }

  /// The edit, once the account database has answered.
  /// - Parameter principals: what each of ``principalNames`` is, in the same order.
  /// - Throws: ``Refusal/principalUnknown(_:)`` for the first name without an answer.
  package func edit(_ principals: [Principal]) throws(Refusal) -> GateEdit {
    var known = try KnownPrincipals(principals, of: principalNames)
    func members(_ named: Members) -> GateEdit.Members {
      GateEdit.Members(add: known.take(named.add.count), remove: named.remove)
    }
    var edit = GateEdit()
    edit.reviewers = members(reviewers)
    edit.requesters = members(requesters)
    edit.writers = members(writers)
    edit.protection = protection?.resolved(&known)
    edit.anyRequester = anyRequester
    edit.approvals = approvals
    edit.terms = terms
    return edit
  }
}

extension EnvironmentUpdate: Equatable {}
