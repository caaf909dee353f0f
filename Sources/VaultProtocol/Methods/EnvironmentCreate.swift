import StrictJSON
public import VaultCore

/// `environment.create`: a new environment with its gate, principals still as they were typed.
public struct EnvironmentCreate: CallParameters {
  /// What protects the environment, before the account database was asked.
  public enum Protection: Hashable, Sendable {
    /// Nothing; somebody said so.
    case unprotected
    /// Every one of these rules.
    case reviewers([Rule])
  }

  /// A rule, before the account database was asked.
  public struct Rule: Hashable, Sendable {
    /// Who may fill a place.
    public let reviewers: [PrincipalName]
    /// How many different people must approve.
    public let required: Int

    /// Makes a rule.
    public init(reviewers: [PrincipalName], required: Int) {
      self.reviewers = reviewers
      self.required = required
    }
  }

  static let method = Method.environmentCreate
  /// The new environment's name.
  public let name: EnvironmentName
  /// Who may ask; nil for everybody, which was said in so many words.
  public let requesters: [PrincipalName]?
  /// What protects it.
  public let protection: Protection
  /// Whether the requester's own approval does not count.
  public let preventSelfReview: Bool
  /// How long requests, approvals and grants live, in milliseconds.
  public let clocks: Clocks

  /// Makes the parameters.
  /// - Parameter requesters: who may ask; nil for everybody.
  public init(
    name: EnvironmentName, requesters: [PrincipalName]?, protection: Protection,
    preventSelfReview: Bool = true, clocks: Clocks = Clocks()
  ) {
    self.name = name
    self.requesters = requesters
    self.protection = protection
    self.preventSelfReview = preventSelfReview
    self.clocks = clocks
  }
}

extension EnvironmentCreate {
  /// Every principal that is named, in order: what the account database is to be asked about.
  public var principalNames: [PrincipalName] {
    var names = requesters ?? []
    if case .reviewers(let rules) = protection { names += rules.flatMap(\.reviewers) }
    return names
  }

  /// The gate, once the account database has answered.
  /// - Parameter principals: what each of ``principalNames`` is, in the same order.
  /// - Throws: ``Refusal/principalUnknown(_:)`` for the first name without an answer.
  public func gate(_ principals: [Principal]) throws(Refusal) -> Gate {
    let names = principalNames
    guard principals.count == names.count else {
      throw .principalUnknown(names.dropFirst(principals.count).first?.text ?? "")
    }
    var rest = principals[...]
    func take(_ count: Int) -> [Principal] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let requesters = self.requesters.map { Requesters.principals(take($0.count)) } ?? .any
    let protection: Gate.Protection =
      switch self.protection {
      case .unprotected: .unprotected
      case .reviewers(let rules):
        .reviewers(
          rules.map { ReviewerRule(reviewers: take($0.reviewers.count), required: $0.required) })
      }
    return Gate(
      protection: protection, requesters: requesters, allowSelfReview: !preventSelfReview,
      clocks: clocks)
  }
}

extension EnvironmentCreate {
  init(from reader: inout ParameterReader) throws {
    let name = try reader.text("name")
    let requesters = try reader.texts("requesters")
    let rules = try Self.rules(&reader)
    preventSelfReview = try reader.bool("prevent_self_review", default: true)
    var clocks = Clocks()
    clocks.request = try Self.clock("request_ttl", &reader) ?? clocks.request
    clocks.approval = try Self.clock("approval_ttl", &reader) ?? clocks.approval
    clocks.grant = try Self.clock("grant_ttl", &reader) ?? clocks.grant
    self.clocks = clocks
    try reader.finish()

    self.name = try EnvironmentName(wire: name)
    let named = requesters + (rules ?? []).flatMap(\.reviewers)
    if named.reduce(0, { $0 + $1.utf8.count + 3 }) > ProtocolLimits.longestPrincipals {
      throw Refusal.gateInvalid(
        .tooMany("bytes in the names of principals", most: ProtocolLimits.longestPrincipals))
    }
    if requesters == ["any"] {
      self.requesters = nil
    } else {
      self.requesters = try Self.principals(requesters, most: Gate.mostRequesters, "requesters")
    }
    if let rules {
      if rules.count > ReviewerRule.mostRules {
        throw Refusal.gateInvalid(.tooMany("rules", most: ReviewerRule.mostRules))
      }
      protection = .reviewers(
        try rules.map { rule in
          Rule(
            reviewers: try Self.principals(
              rule.reviewers, most: ReviewerRule.mostReviewers, "reviewers"),
            required: rule.required)
        })
    } else {
      protection = .unprotected
    }
  }

  private struct RuleText {
    let reviewers: [String]
    let required: Int
  }

  /// The rules; nil where the environment is said to have none.
  private static func rules(_ reader: inout ParameterReader) throws -> [RuleText]? {
    let unprotected = reader.optional("unprotected")
    if let unprotected, try !unprotected.bool() {
      throw JSONFault(.outOfRange, at: unprotected.offset, "unprotected can only be true")
    }
    guard let rules = reader.optional("rules") else {
      if unprotected == nil { throw reader.missing("rules or unprotected") }
      return nil
    }
    if unprotected != nil {
      throw JSONFault(.outOfRange, at: rules.offset, "either rules or unprotected")
    }
    return try rules.array().map { rule in
      var object = try rule.object()
      let reviewers = try object.required("reviewers").array().map { try $0.string() }
      let required = try object.required("required").integer(in: -1_000_000...1_000_000)
      try object.finish()
      return RuleText(reviewers: reviewers, required: Int(required))
    }
  }

  /// Seconds on the wire, milliseconds here; the gate judges whether they are in range.
  private static func clock(
    _ member: StaticString, _ reader: inout ParameterReader
  ) throws -> Int64? {
    try reader.optionalInteger(member, in: 0...ParameterReader.largestInteger / 1_000)
      .map { $0 * 1_000 }
  }

  private static func principals(
    _ texts: [String], most: Int, _ what: String
  ) throws(Refusal) -> [PrincipalName] {
    if texts.count > most { throw .gateInvalid(.tooMany(what, most: most)) }
    var names: [PrincipalName] = []
    for text in texts { names.append(try PrincipalName(wire: text)) }
    return names
  }

  func write(to writer: inout JSONWriter) {
    writer.member("name", name.text)
    writer.member("requesters", requesters.map { $0.map(\.text) } ?? ["any"])
    switch protection {
    case .unprotected: writer.member("unprotected", true)
    case .reviewers(let rules):
      writer.key("rules")
      writer.beginArray()
      for rule in rules {
        writer.beginObject()
        writer.member("reviewers", rule.reviewers.map(\.text))
        writer.member("required", Int64(rule.required))
        writer.endObject()
      }
      writer.endArray()
    }
    writer.member("prevent_self_review", preventSelfReview)
    writer.member("request_ttl", clocks.request / 1_000)
    writer.member("approval_ttl", clocks.approval / 1_000)
    writer.member("grant_ttl", clocks.grant / 1_000)
  }
}

extension PrincipalName {
  fileprivate init(wire text: String) throws(Refusal) {
    guard let name = PrincipalName(text) else {
      throw .nameInvalid(
        what: "a principal (user:NAME, group:NAME, uid:N, gid:N)", Self.fault(in: text))
    }
    self = name
  }

  private static func fault(in text: String) -> NameFault {
    if text.isEmpty { return .empty }
    if text.utf8.count > 255 { return .tooLong }
    let kinds = ["user:", "group:", "uid:", "gid:"]
    return .character(offset: kinds.first { text.hasPrefix($0) }?.utf8.count ?? 0)
  }
}
