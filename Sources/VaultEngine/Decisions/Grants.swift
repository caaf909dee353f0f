import SecretMemory
import VaultCore
import VaultCrypto

extension VaultEngine {
  func activate(
    _ caller: Caller, request id: Int64, ticket: SecretBuffer?,
    accounts: [UInt32: AccountAnswer], at now: Moment
  ) throws -> Pending {
    guard let request = try rows.request(id), request.requester.uid == caller.uid else {
      throw Refusal.requestUnknown(id)
    }
    try requireAsker(request, ticket, caller)
    try refuseBackwardClock(now)
    let environment = try requestEnvironment(request)
    // Whoever may no longer ask may no longer activate either.
    _ = try requesterEnvironment(environment.name, caller)
    if live.grants(of: caller.connection) >= VaultLimits.grantsPerConnection {
      throw Refusal.waitingLimit(
        environment: environment.name.text, limit: VaultLimits.grantsPerConnection)
    }
    let next = try request.activated(in: environment, answers: accounts, at: now)
    try rows.put(next)
    live.update(next) {
      $0.holder = caller.connection
      $0.attendants.insert(caller.connection)
      $0.unattendedSince = nil
    }
    let approvers = (next.grant?.counted ?? []).compactMap { index in
      next.reviews.indices.contains(index) ? next.reviews[index] : nil
    }
    record(
      .grantActivated, next, by: caller, at: now,
      [
        ("digest", digest(next)),
        ("approved_by", approvers.map { $0.name ?? "uid:\($0.uid)" }.joined(separator: ",")),
      ])
    return .ready(.request(try answer(next)))
  }

  func closeGrant(
    _ caller: Caller, request id: Int64, ticket: SecretBuffer?, outcome: RequestState.Outcome,
    at now: Moment
  ) throws -> Pending {
    guard let request = try rows.request(id), request.requester.uid == caller.uid else {
      throw Refusal.requestUnknown(id)
    }
    if ticket != nil || live[id]?.holder != caller.connection {
      try checkTicket(ticket, of: request)
    }
    guard request.state == .active else { throw Refusal.requestState(id: id, request.state.text) }
    return .ready(.request(try answer(try end(request, .closed(outcome), by: caller, at: now))))
  }

  /// Ends a request, on the record.
  @discardableResult
  func end(
    _ request: AccessRequest, _ end: RequestState, by caller: Caller?, at now: Moment
  ) throws -> AccessRequest {
    let next = request.ended(end)
    try rows.put(next)
    live.update(next)
    switch end {
    case .closed(let outcome):
      record(.grantClosed, next, by: caller, at: now, [("outcome", outcome.rawValue)])
    case .cancelled: record(.requestCancelled, next, by: caller, at: now)
    default: record(.requestExpired, next, by: caller, at: now)
    }
    return next
  }
}
