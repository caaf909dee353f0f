public import StrictJSON
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
  /// Whether the requester's own approval does not count.
  public let preventSelfReview: Bool
  /// Whether at most one grant is active at a time.
  public let exclusive: Bool
  /// How often each secret may be read under one grant; nil where nobody counts.
  public let maxReads: Int64?
  /// How long a request may wait, in seconds.
  public let requestTTL: Int64
  /// How long an approval holds, in seconds.
  public let approvalTTL: Int64
  /// How long a grant is readable, in seconds.
  public let grantTTL: Int64
  /// Reserved names that may be made in it.
  public let allowedNames: [String]
  /// When it was created, in milliseconds since the epoch.
  public let created: Int64
  /// The uid that created it.
  public let createdBy: UInt32
  /// The caller's roles in it.
  public let roles: [String]
  /// The gate in words, a line each.
  public let explanation: [String]

  /// One rule: `required` of these people.
  public struct RuleView: WireView, Hashable {
    /// Who may fill a place.
    public let reviewers: [String]
    /// How many different people must approve.
    public let required: Int64

    /// Makes the view of a rule.
    public init(_ rule: ReviewerRule) {
      reviewers = rule.reviewers.map(\.text)
      required = Int64(rule.required)
    }

    /// Writes the value as the wire has it.
    public func write(to writer: inout JSONWriter) {
      writer.beginObject()
      writer.member("reviewers", reviewers)
      writer.member("required", required)
      writer.endObject()
    }

    /// Reads the value as the wire has it.
    public init(_ value: JSONValue) throws {
      var object = try value.object()
      reviewers = try object.required("reviewers").strings()
      required = try object.required("required").integer()
    }
  }

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { id }

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
    preventSelfReview = !gate.allowSelfReview
    exclusive = gate.exclusive
    maxReads = gate.maxReads.map { Int64($0) }
    requestTTL = gate.clocks.request / 1_000
    approvalTTL = gate.clocks.approval / 1_000
    grantTTL = gate.clocks.grant / 1_000
    allowedNames = gate.allowedNames.map(\.text)
    created = environment.created
    createdBy = environment.creator
    self.roles = roles.texts
    explanation = gate.explanation(of: environment.name.text)
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.member("name", name)
    writer.member("revision", revision)
    writer.member("unprotected", unprotected)
    writer.member("rules", rules)
    writer.member("requesters", requesters)
    writer.member("writers", writers)
    writer.member("prevent_self_review", preventSelfReview)
    writer.member("exclusive", exclusive)
    writer.nullable("max_reads", maxReads)
    writer.member("request_ttl", requestTTL)
    writer.member("approval_ttl", approvalTTL)
    writer.member("grant_ttl", grantTTL)
    writer.member("allowed_names", allowedNames)
    writer.member("created", time: created)
    writer.member("created_by", Int64(createdBy))
    writer.member("roles", roles)
    writer.member("explanation", explanation)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    id = try object.required("id").integer()
    name = try object.required("name").string()
    revision = try object.required("revision").integer()
    unprotected = try object.required("unprotected").bool()
    rules = try object.required("rules").views()
    requesters = try object.required("requesters").strings()
    writers = try object.required("writers").strings()
    preventSelfReview = try object.required("prevent_self_review").bool()
    exclusive = try object.required("exclusive").bool()
    maxReads = try object.required("max_reads").nullableInteger()
    requestTTL = try object.required("request_ttl").integer()
    approvalTTL = try object.required("approval_ttl").integer()
    grantTTL = try object.required("grant_ttl").integer()
    allowedNames = try object.required("allowed_names").strings()
    created = try object.required("created").time()
    createdBy = try object.required("created_by").accountNumber()
    roles = try object.required("roles").strings()
    explanation = try object.required("explanation").strings()
  }
}
