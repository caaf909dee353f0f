import VaultCore
import VaultCrypto

extension VaultEngine {
  func review(
    _ caller: Caller, request id: Int64, _ decision: Review.Decision, digest: [UInt8]?,
    comment: String, at now: Moment
  ) throws -> Pending {
    let request = try request(id, nil, caller, for: .follow)
    if caller.mayOnlyAsk { throw denied(.review, caller, request.environmentName) }
    try RequestContext.check(comment, "comment")
    try refuseBackwardClock(now)
    let environment = try requestEnvironment(request)
    let next = try request.reviewed(
      decision, shown: digest, comment: comment, by: caller,
      person: configuration.people.person(uid: caller.uid), in: environment, at: now)
    try rows.put(next)
    live.update(next)
    if case .approved = next.state { try noteApproval(of: next, in: environment) }
    var details = [("digest", self.digest(request)), ("state", next.state.text)]
    if !comment.isEmpty { details.append(("comment", comment)) }
    record(
      decision == .approved ? .requestApproved : .requestRejected, next, by: caller, at: now,
      details)
    return .ready(.request(try answer(next)))
  }
}
