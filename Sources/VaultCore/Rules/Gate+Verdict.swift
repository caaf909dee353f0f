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
  /// environment says so. Who is one person is said by the configuration as it is now: accounts that it ties
  /// together after a review count as one, and those that it no longer ties count apart.
  /// - Parameters:
  ///   - request: the request, whose `gateRevision` must be that of this gate (the caller refuses drift).
  ///   - reviews: the reviews to count, each as what it still counts as (``Review/standing``).
  ///   - people: which accounts are one person's now.
  public func verdict(
    for request: AccessRequest, reviews: [Review], people: People
  ) -> Verdict {
    guard case .reviewers(let rules) = protection else { return Verdict(unmet: [], counted: []) }
    // `check` refuses an empty list and a rule that requires nobody; neither may mean yes here.
    if rules.isEmpty {
      return Verdict(
        unmet: [.approvals(rule: 1, missing: 1, required: 1, from: [])], counted: [])
    }
    let required = rules.map { max(1, $0.required) }
    let requester = people.person(request.requester.subject)
    var approvers: [Person] = []
    // One person may meet one rule by one account and another by a second.
    var given: [[(review: Int, rules: [Int])]] = []
    for (index, review) in reviews.enumerated() {
      let person = people.person(uid: review.uid)
      guard review.decision == .approved, review.digest == request.digest,
        review.gateRevision == request.gateRevision, terms.allowSelfReview || person != requester
      else { continue }
      let met = rules.indices.filter { rule in
        review.standing.contains { rules[rule].reviewers.contains($0) }
      }
      if let known = approvers.firstIndex(of: person) {
        given[known].append((index, met))
      } else {
        approvers.append(person)
        given.append([(index, met)])
      }
    }
    let matching = PlaceMatching(places: required, people: given.map { $0.flatMap(\.rules) })
    let unmet = matching.missing.enumerated().compactMap { rule, missing -> Unmet? in
      missing == 0
        ? nil
        : .approvals(
          rule: rule + 1, missing: missing, required: required[rule],
          from: rules[rule].reviewers)
    }
    // The review that is of the place's rule: a read judges by these alone.
    let counted = matching.filled.compactMap { filled in
      given[filled.person].first { $0.rules.contains(filled.rule) }?.review
    }
    return Verdict(unmet: unmet, counted: counted.sorted())
  }
}
