/// One rule of a gate: at least N of these people approve.
public struct ReviewerRule: Hashable, Sendable {
  /// Who may fill a place of this rule; at least one, at most ``mostReviewers``.
  public let reviewers: [Principal]
  /// How many different people must approve; at least 1.
  public let required: Int

  /// GitHub allows six reviewers in one rule; we allow lists that a person can still read.
  public static let mostReviewers = 50
  /// How many rules a gate may have.
  public static let mostRules = 10
  /// How many people one rule may require.
  public static let mostRequired = 20

  /// Makes a rule; ``Gate/check(people:)`` judges it.
  public init(reviewers: [Principal], required: Int) {
    self.reviewers = reviewers
    self.required = required
  }
}
