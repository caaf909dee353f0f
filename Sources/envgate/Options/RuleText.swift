import ArgumentParser
import VaultCore
import VaultProtocol

/// Reviewer rules as they are typed: `--rule N:P,P`, or `--reviewer P` with `--approvals N`.
enum RuleText {
  /// - Throws: a usage error for the first rule that is not written so.
  static func validate(_ rules: [String]) throws {
    for rule in rules where parts(of: rule) == nil {
      throw ValidationError(
        "write a rule as N:P,P with N at least 1, as in 2:user:alice,group:ops")
    }
  }

  /// The rules; those who are named by themselves make one.
  static func protection(
    _ reviewers: [String], _ approvals: Int, _ rules: [String]
  ) throws -> NamedProtection {
    if rules.isEmpty { return .reviewers([try rule(approvals, reviewers)]) }
    return .reviewers(
      try rules.compactMap { parts(of: $0) }.map { try rule($0.required, $0.reviewers) })
  }

  private static func rule(_ required: Int, _ reviewers: [String]) throws -> NamedRule {
    NamedRule(
      reviewers: try reviewers.map { try PrincipalName(argument: $0) }, required: required)
  }

  /// `N:P,P` in its parts; nil where it is not written so. A principal holds a colon, but no comma.
  private static func parts(of rule: String) -> (required: Int, reviewers: [String])? {
    guard let colon = rule.firstIndex(of: ":"), let required = Int(rule[..<colon]), required >= 1
    else { return nil }
    let reviewers = rule[rule.index(after: colon)...]
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return reviewers.contains("") ? nil : (required, reviewers)
  }
}
