import VaultCalls
import VaultCore

/// From a request to its entry among the live ones.
extension LiveRequests.Entry {
  init(_ request: AccessRequest, _ end: Deadline) {
    self.init(
      id: request.id, environment: request.environment, requester: request.requester,
      attended: request.attended, secrets: request.secrets, created: request.created,
      job: request.context.key.map {
        LikeRequests.Job(
          environment: request.environment, requester: request.requester.subject, key: $0)
      }, claims: LikeRequests.Claims(request), unit: request.standing?.credential,
      gateRevision: request.gateRevision, reviewers: [],
      phase: request.phase, end: end)
  }

  /// What the vault knows of it, beside another one that makes the same claims.
  func twin(of other: LiveRequests.Entry) -> RequestLikeness.Twin {
    RequestLikeness.Twin(
      id: id, state: phase.text, requester: requester.subject, account: requester.name,
      created: created.wall, origin: origin, hasSameSecrets: secrets == other.secrets)
  }

  /// Since when nobody waits on it, or holds it, who would have to.
  var leftSince: Moment? {
    let needsSomebody = isWaiting ? attended : hold == .connection
    // A grant without a holder and a lifeline is what a restart of the daemon leaves.
    return needsSomebody && holder == nil && lifeline == nil ? unattendedSince : nil
  }

  /// Whether nobody has waited on it, or held it, for the time of grace.
  func isLeft(at now: Moment, graceMilliseconds: Int64) -> Bool {
    leftSince.map { now.hasPassed(graceMilliseconds, since: $0) } ?? false
  }

  /// Whether a clock, or that nobody waits, has ended it by now, and which of both; nil where neither has.
  /// - Returns: true where nobody waits.
  func due(at now: Moment, graceMilliseconds: Int64) -> Bool? {
    if ends.deadlines.contains(where: { $0.isReached(at: now) }) { return false }
    return decision == nil && isLeft(at: now, graceMilliseconds: graceMilliseconds) ? true : nil
  }

  /// When its job left it and when that ends it, for people who would answer in vain; nil where somebody waits, or
  /// need not.
  func absence(graceMilliseconds: Int64) -> AbsenceView? {
    guard isWaiting, !isEnding, let since = leftSince?.wall else { return nil }
    return AbsenceView(since: since, ends: since + graceMilliseconds)
  }
}

extension NamedSubject {
  /// Who gave a review.
  init(_ review: Review) { self.init(subject: .account(review.uid), name: review.name) }
}

extension AccessRequest {
  var phase: LiveRequests.Phase {
    switch state {
    case .approved: .approved
    case .active: .active
    default: .waiting
    }
  }
}

extension LiveRequests.Phase {
  fileprivate var text: String {
    switch self {
    case .waiting: RequestState.waiting.text
    case .approved: "approved"
    case .active: RequestState.active.text
    }
  }
}
