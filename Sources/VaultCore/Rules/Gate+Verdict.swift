/// What a gate says of a request now, and why.
public struct Verdict: Hashable, Sendable {
  /// What is still missing; empty means that the gate is satisfied.
  public let unmet: [Unmet]
  /// The reviews that fill a place, by index into the list that was judged.
  public let counted: [Int]

  /// Whether nothing is missing.
  public var isSatisfied: Bool { unmet.isEmpty }
}

/// One thing that a gate still waits for.
public enum Unmet: Hashable, Sendable {
  /// `missing` of the `required` approvals of rule number `rule` (from 1), which these may give.
  case approvals(rule: Int, missing: Int, required: Int, from: [Principal])
}

extension Gate {
  /// Judges a request by the approvals that it has.
  ///
  /// An approval counts only for the digest and the gate revision that it was given for
  /// (`what-was-approved`), a person only once (`one-person-once`), the requester not at all unless the
  /// environment says so.
  /// - Parameters:
  ///   - request: the request, whose `gateRevision` must be that of this gate (the caller refuses drift).
  ///   - reviews: the reviews to count; who has left was taken out before.
  public func verdict(for request: AccessRequest, reviews: [Review]) -> Verdict {
    guard case .reviewers(let rules) = protection else { return Verdict(unmet: [], counted: []) }
    // `check` refuses an empty list and a rule that requires nobody; neither may mean yes here.
    if rules.isEmpty {
      return Verdict(
        unmet: [.approvals(rule: 1, missing: 1, required: 1, from: [])], counted: [])
    }
    let required = rules.map { max(1, $0.required) }
    var people: [Person] = []
    var meets: [[Int]] = []
    var reviewOf: [Int] = []
    for (index, review) in reviews.enumerated() {
      guard review.decision == .approved, review.digest == request.digest,
        review.gateRevision == request.gateRevision,
        allowSelfReview || !request.requester.isAuthor(uid: review.uid, person: review.person)
      else { continue }
      let met = rules.indices.filter { rule in
        review.principals.contains { rules[rule].reviewers.contains($0) }
      }
      if let known = people.firstIndex(of: review.person) {
        meets[known] += met
      } else {
        people.append(review.person)
        meets.append(met)
        reviewOf.append(index)
      }
    }
    let matching = PlaceMatching(places: required, people: meets)
    let unmet = matching.missing.enumerated().compactMap { rule, missing -> Unmet? in
      missing == 0
        ? nil
        : .approvals(
          rule: rule + 1, missing: missing, required: required[rule],
          from: rules[rule].reviewers)
    }
    return Verdict(unmet: unmet, counted: matching.counted.map { reviewOf[$0] })
  }
}
