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
  /// Whether the requester's own approval does not count.
  public let preventSelfReview: Bool
  /// Whether at most one grant is active at a time.
  public let exclusive: Bool
  /// Whether a request is refused once a newer one was activated.
  public let inOrder: Bool
  /// How often each secret may be read under one grant; nil where nobody counts.
  public let maxReads: Int?
  /// How long requests, approvals and grants live, in milliseconds.
  public let clocks: Clocks
  /// Reserved names that may be made in it.
  public let allowedNames: [SecretName]

  /// Makes the parameters.
  /// - Parameter requesters: who may ask; nil for everybody.
  public init(
    name: EnvironmentName, requesters: [PrincipalName]?, protection: Protection,
    writers: [PrincipalName] = [], preventSelfReview: Bool = true, exclusive: Bool = false,
    inOrder: Bool = false, maxReads: Int? = nil, clocks: Clocks = Clocks(),
    allowedNames: [SecretName] = []
  ) {
    self.name = name
    self.requesters = requesters
    self.protection = protection
    self.writers = writers
    self.preventSelfReview = preventSelfReview
    self.exclusive = exclusive
    self.inOrder = inOrder
    self.maxReads = maxReads
    self.clocks = clocks
    self.allowedNames = allowedNames
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
      allowSelfReview: !preventSelfReview, exclusive: exclusive, inOrder: inOrder,
      maxReads: maxReads, clocks: clocks, allowedNames: allowedNames)
  }
}

/// `environment.get`: one environment and its gate in words.
public struct EnvironmentGet: Sendable {
  /// The environment.
  public let name: EnvironmentName

  /// Makes the parameters.
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
  /// Whether the requester's own approval does not count.
  public var preventSelfReview: Bool?
  /// Whether at most one grant is active at a time.
  public var exclusive: Bool?
  /// Whether a request is refused once a newer one was activated.
  public var inOrder: Bool?
  /// How often a secret may be read under one grant.
  public var maxReads: GateEdit.Limit?
  /// How long a request waits, in milliseconds.
  public var requestTTL: Int64?
  /// How long an approval holds, in milliseconds.
  public var approvalTTL: Int64?
  /// How long a grant is readable, in milliseconds.
  public var grantTTL: Int64?
  /// Reserved names that may be made in it.
  public var allowedNames = GateEdit.Names()

  /// Makes an edit of nothing.
  public init(name: EnvironmentName) { self.name = name }

  /// The principals that come in, in order: what the account database is to be asked about.
  package var principalNames: [PrincipalName] {
    reviewers.add + requesters.add + writers.add + (protection?.principalNames ?? [])
  }

  /// Whether there is nothing to change.
  package var isEmpty: Bool {
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
    edit.allowSelfReview = preventSelfReview.map { !$0 }
    edit.exclusive = exclusive
    edit.inOrder = inOrder
    edit.maxReads = maxReads
    edit.requestTTL = requestTTL
    edit.approvalTTL = approvalTTL
    edit.grantTTL = grantTTL
    edit.allowedNames = allowedNames
    return edit
  }
}

extension EnvironmentUpdate: Equatable {}

/// `environment.delete`: an environment with all that it holds. Refused while a grant of it is active.
public struct EnvironmentDelete: Sendable {
  /// The environment.
  public let name: EnvironmentName

  /// Makes the parameters.
  public init(name: EnvironmentName) { self.name = name }
}
