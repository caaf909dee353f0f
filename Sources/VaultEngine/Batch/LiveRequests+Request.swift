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
      }, claims: LikeRequests.Claims(request), gateRevision: request.gateRevision, reviewers: [],
      phase: request.phase, end: end)
  }

  /// What the vault knows of it, beside another one that makes the same claims.
  func twin(of other: LiveRequests.Entry) -> RequestLikeness.Twin {
    RequestLikeness.Twin(
      id: id, state: phase.text, requester: requester.subject, account: requester.name,
      created: created.wall, origin: origin, hasSameSecrets: secrets == other.secrets)
  }

  /// Whether nobody has waited on it, or held it, for the time of grace.
  func isLeft(at now: Moment, graceMilliseconds: Int64) -> Bool {
    let needsSomebody = isWaiting ? attended : hold == .connection
    // A grant without a holder and a lifeline is what a restart of the daemon leaves.
    guard needsSomebody, holder == nil, lifeline == nil, let since = unattendedSince
    else { return false }
    return now.hasPassed(graceMilliseconds, since: since)
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
