import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  func review(
    _ command: Command, request id: Int64, _ decision: Review.Decision, digest: [UInt8]?,
    comment: String, at now: Moment
  ) throws -> Pending {
    let caller = caller(of: command, at: now)
    let request = try request(id, nil, caller, for: .follow)
    if caller.mayOnlyAsk {
      throw denied(command.traits.permission, caller, request.environmentName)
    }
    try RequestContext.check(comment, "comment")
    try refuseBackwardClock(now)
    let environment = try requestEnvironment(request)
    let reviewed = try request.reviewed(
      decision, shown: digest, comment: comment, by: caller,
      people: configuration.people, in: environment,
      record: trail.sequence + 1, at: now)
    var next = reviewed
    if decision == .approved {
      for secret in request.secrets { try requireReadable(secret, in: environment.id) }
      // The one that completes the gate is the moment to look at the others too: nobody is told "approved" for
      // what the next look takes back.
      let needed = reviewed.reviewersInNeed
      let answers = try afresh(
        reviewed.state == .waiting ? needed.filter { $0 == caller.uid } : needed, command, at: now)
      if reviewed.state != .waiting {
        next =
          reviewed.rechecked(
            answers, in: environment, people: configuration.people, record: trail.sequence + 1,
            at: now) ?? reviewed
      }
    }
    if case .approved = next.state { try noteApproval(of: next, in: environment) }
    next = try next.stood(
      in: try requestEnvironment(next), people: configuration.people, at: now)
    try rows.put(next)
    live.update(next)
    var details = [("digest", self.digest(request)), ("state", next.state.text)]
    if !comment.isEmpty { details.append(("comment", comment)) }
    record(
      decision == .approved ? .requestApproved : .requestRejected, next, by: caller, at: now,
      details)
    recordRecheck(next, since: reviewed, at: now)
    recordStanding(next, by: caller, at: now)
    return .ready(.request(try answer(next, .whole)))
  }
}
