import StrictJSON
import VaultCalls
import VaultCore

extension EnvironmentUpdate: DescribedCall {
  static let shape = Shape<EnvironmentUpdate>(
    Member("name", \.name, .environmentName),
    Member(optional: "revision", \.revision, .ordinal(from: 1)),
    Member("allow_weaken", \.allowWeaken, .bool, unless: false),
    Member(group: \.protection, NamedProtection.shape),
    Member(optional: "approvals", \.approvals, .count(GateRule.judgedCounts)),
    Member(unlessEmpty: "add_reviewers", \.reviewers.add, reviewerList),
    Member(unlessEmpty: "remove_reviewers", \.reviewers.remove, reviewerList),
    Member(unlessEmpty: "add_requesters", \.addedRequesters, .requesters),
    Member(unlessEmpty: "remove_requesters", \.removedRequesters, .requesters),
    Member(unlessEmpty: "add_writers", \.writers.add, writerList),
    Member(unlessEmpty: "remove_writers", \.writers.remove, writerList),
    Member(group: \.terms, TermsEdit.shape)
  ) {
    places, name, revision, allowWeaken, protection, approvals, addReviewers, removeReviewers,
    addRequesters, removeRequesters, addWriters, removeWriters, terms in
    var update = EnvironmentUpdate(name: name)
    update.revision = revision
    update.allowWeaken = allowWeaken
    update.protection = protection
    update.approvals = approvals
    update.reviewers = Members(add: addReviewers, remove: removeReviewers)
    update.anyRequester = try anybody(addRequesters, removeRequesters)
    update.requesters = Members(
      add: addRequesters.compactMap { $0 }, remove: removeRequesters.compactMap { $0 })
    update.writers = Members(add: addWriters, remove: removeWriters)
    update.terms = terms
    let gone = removeReviewers + update.requesters.remove + removeWriters
    try PrincipalName.checkSize(
      of: update.principalNames + gone,
      anybody: (addRequesters + removeRequesters).count { $0 == nil })
    // Whoever changes nothing has misspelled what they meant, or meant environment.get.
    if update.isEmpty { throw places.missing("something to change") }
    return update
  }

  private static let reviewerList = Kind<[PrincipalName]>.principals(
    most: ReviewerRule.mostReviewers, "reviewers")
  private static let writerList = Kind<[PrincipalName]>.principals(
    most: Gate.mostWriters, "writers")

  private static func anybody(
    _ added: [PrincipalName?], _ removed: [PrincipalName?]
  ) throws(Refusal) -> Bool? {
    switch (added.contains(nil), removed.contains(nil)) {
    case (false, false): return nil
    case (true, true): throw .gateInvalid(.repeated("any"))
    case (true, false):
      if let other = added.lazy.compactMap({ $0 }).first {
        throw .gateInvalid(.repeated(other.text))
      }
      return true
    case (false, true): return false
    }
  }

  fileprivate var addedRequesters: [PrincipalName?] {
    requesters.add + (anyRequester == true ? [nil] : [])
  }

  fileprivate var removedRequesters: [PrincipalName?] {
    requesters.remove + (anyRequester == false ? [nil] : [])
  }
}
