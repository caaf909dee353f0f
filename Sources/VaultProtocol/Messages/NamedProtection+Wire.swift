import StrictJSON
import VaultCalls
import VaultCore

extension NamedProtection {
  func write(to writer: inout JSONWriter) {
    switch self {
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
  }
}

/// The rules of a call as they stand on the line; their names are judged after all members were read.
struct ProtectionTexts {
  private struct Rule {
    let reviewers: [String]
    let required: Int
  }

  /// Nil where the environment is said to have none.
  private let rules: [Rule]?

  var texts: [String] { (rules ?? []).flatMap(\.reviewers) }

  static let unprotected = ProtectionTexts(rules: nil)

  private init(rules: [Rule]?) { self.rules = rules }

  init(_ value: JSONValue) throws {
    rules = try value.array().map { rule in
      var object = try rule.object()
      let reviewers = try object.required("reviewers").array().map { try $0.string() }
      let required = try object.required("required").integer(in: -1_000_000...1_000_000)
      try object.finish()
      return Rule(reviewers: reviewers, required: Int(required))
    }
  }

  func named() throws(Refusal) -> NamedProtection {
    guard let rules else { return .unprotected }
    if rules.count > ReviewerRule.mostRules {
      throw .gateInvalid(.tooMany("rules", most: ReviewerRule.mostRules))
    }
    var named: [NamedRule] = []
    for rule in rules {
      named.append(
        NamedRule(
          reviewers: try PrincipalName.read(
            rule.reviewers, most: ReviewerRule.mostReviewers, "reviewers"),
          required: rule.required))
    }
    return .reviewers(named)
  }
}

extension ParameterReader {
  /// `rules` or `unprotected`; nil where neither is there.
  mutating func protection() throws -> ProtectionTexts? {
    let unprotected = optional("unprotected")
    if let unprotected, try !unprotected.bool() {
      throw JSONFault(.outOfRange, at: unprotected.offset, "unprotected can only be true")
    }
    guard let rules = optional("rules") else { return unprotected == nil ? nil : .unprotected }
    if unprotected != nil {
      throw JSONFault(.outOfRange, at: rules.offset, "either rules or unprotected")
    }
    return try ProtectionTexts(rules)
  }

  /// Seconds on the wire, milliseconds here; the gate judges whether they are in range.
  mutating func clock(_ member: StaticString) throws -> Int64? {
    try optionalInteger(member, in: 0...Self.largestInteger / 1_000).map { $0 * 1_000 }
  }

  /// A number that the gate judges.
  mutating func optionalCount(_ member: StaticString) throws -> Int? {
    try optionalInteger(member, in: -1_000_000...1_000_000_000).map { Int($0) }
  }

  mutating func optionalTexts(_ member: StaticString) throws -> [String]? {
    try optional(member)?.array().map { try $0.string() }
  }
}
