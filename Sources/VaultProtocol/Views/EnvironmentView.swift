public import VaultCore

/// An environment as its caller may see it.
public struct EnvironmentView: ListItem, Hashable {
  /// Its number, never used again.
  public let id: Int64
  /// Its name.
  public let name: String
  /// The revision of its gate.
  public let revision: Int64
  /// Whether nothing protects it.
  public let unprotected: Bool
  /// The reviewer rules; all of them must be met.
  public let rules: [RuleView]
  /// Who may ask, as principals; `any` alone for everybody.
  public let requesters: [String]
  /// Who sets its secrets beside the admins, as principals.
  public let writers: [String]
  /// The values of its other rules.
  public let terms: GateTerms
  /// When it was created, in milliseconds since the epoch.
  public let created: Int64
  /// The uid that created it.
  public let createdBy: UInt32
  /// The caller's roles in it.
  public let roles: [String]
  /// The gate in words, a line each.
  public let explanation: [String]

  /// One rule: `required` of these people.
  public struct RuleView: Hashable, Sendable {
    /// Who may fill a place.
    public let reviewers: [String]
    /// How many different people must approve.
    public let required: Int64
  }

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { id }
}

extension EnvironmentView: DescribedView {
  /// Its members.
  public static let shape = Shape<EnvironmentView>(
    Member("id", \.id, .integer),
    Member("name", \.name, .text),
    Member("revision", \.revision, .integer),
    Member("unprotected", \.unprotected, .bool),
    Member("rules", \.rules, .list(.view)),
    Member("requesters", \.requesters, .list(.text)),
    Member("writers", \.writers, .list(.text)),
    Member(group: \.terms, GateTerms.viewed()),
    Member("created", \.created, .time),
    Member("created_by", \.createdBy, .accountNumber),
    Member("roles", \.roles, .list(.text)),
    Member("explanation", \.explanation, .list(.text)),
    as: EnvironmentView.init)

  /// Makes the view.
  /// - Parameter roles: the caller's roles in it.
  public init(environment: Environment, roles: Roles) {
    let gate = environment.gate
    id = environment.id
    name = environment.name.text
    revision = environment.revision
    unprotected = gate.isUnprotected
    rules = gate.rules.map { RuleView($0) }
    requesters =
      switch gate.requesters {
      case .any: ["any"]
      case .principals(let principals): principals.map(\.text)
      }
    writers = gate.writers.map(\.text)
    terms = gate.terms
    created = environment.created
    createdBy = environment.creator
    self.roles = roles.texts
    explanation = gate.explanation(of: environment.name.text)
  }
}

extension EnvironmentView.RuleView: DescribedView {
  /// Its members.
  public static let shape = Shape<EnvironmentView.RuleView>(
    Member("reviewers", \.reviewers, .list(.text)),
    Member("required", \.required, .integer),
    as: EnvironmentView.RuleView.init)

  /// Makes the view of a rule.
  public init(_ rule: ReviewerRule) {
    self.init(reviewers: rule.reviewers.map(\.text), required: Int64(rule.required))
  }
}
