import VaultCore

/// From a request to its entry among the live ones.
extension LiveRequests.Entry {
  init(_ request: AccessRequest, _ end: Deadline) {
    self.init(
      id: request.id, environment: request.environment, requester: request.requester,
      attended: request.attended, secrets: request.secrets,
      job: request.context.key.map {
        LiveRequests.Job(
          environment: request.environment, requester: request.requester.subject, key: $0)
      }, gateRevision: request.gateRevision, reviewers: [], phase: request.phase, end: end)
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

extension AccessRequest {
  var phase: LiveRequests.Phase {
    switch state {
    case .approved: .approved
    case .active: .active
    default: .waiting
    }
  }
}
