import StrictJSON
import VaultCalls
import VaultCore

extension NamedProtection {
  /// `rules` or `unprotected`; nil where neither is there.
  static let shape = Shape<NamedProtection?>(
    Member(onlyTrue: "unprotected", { $0 == .unprotected }),
    Member(optional: "rules", { $0?.rules }, .rules)
  ) { places, isUnprotected, rules in
    if isUnprotected { try places.refuse("rules", because: "either rules or unprotected") }
    return rules.map { .reviewers($0) } ?? (isUnprotected ? .unprotected : nil)
  }

  private var rules: [NamedRule]? { if case .reviewers(let rules) = self { rules } else { nil } }
}

extension NamedRule {
  fileprivate static let shape = Shape<NamedRule>(
    Member("reviewers", \.reviewers, .principals(most: ReviewerRule.mostReviewers, "reviewers")),
    Member("required", \.required, .count(-1_000_000...1_000_000)),
    as: NamedRule.init)
}

extension Kind where Value == [NamedRule] {
  fileprivate static var rules: Self {
    list(.object(NamedRule.shape)) { _, count in
      if count > ReviewerRule.mostRules {
        throw Refusal.gateInvalid(.tooMany("rules", most: ReviewerRule.mostRules))
      }
    }
  }
}
