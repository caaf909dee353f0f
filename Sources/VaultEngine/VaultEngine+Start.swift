import VaultCore
import VaultStore

extension VaultEngine {
  /// What a start, or a disk that came back, finds: the live requests, and what was decided about rows that do
  /// not say so yet.
  func restoreLiveRequests(_ found: SealedRows.LiveRows, _ now: Moment) throws {
    var after: Int64 = 0
    while true {
      let page = try rows.liveRequests(after: after, limit: 500)
      for request in page {
        live.update(request) { $0.unattendedSince = now }
        after = request.id
        try expectTurn(of: request, at: now)
        // An environment's oldest that an edit has not reached is enough to go on with it.
        if let environment = try rows.environment(id: request.environment),
          live[request.id]?.isBehind(environment) == true,
          !backlog.edits.contains(where: { $0.environment == environment.id })
        {
          backlog.enter(edit: environment.id, by: nil)
        }
        if backlog.people == nil, try rejudged(request, after: 0, at: now) != nil {
          backlog.people = request.id - 1
        }
      }
      if page.count < 500 { break }
    }
    for ending in trail.head.endings {
      for id in ending.ids { live.decide(id, ending.decision) }
    }
    for environment in found.leaving {
      for id in live.ids(in: environment.id) { live.decide(id, .cancelled) }
      backlog.removals.append(Backlog.Removal(environment: environment))
    }
    if owesWraps { backlog.wraps = WrapWalk() }
    for environment in found.rotating { backlog.enter(rekey: environment) }
    backlog.secrets = found.leftovers
    backlog.dropped = found.staged
  }

  /// The job of an attended, approved request may come back to its place in an exclusive environment's queue.
  private func expectTurn(of request: AccessRequest, at now: Moment) throws {
    guard request.attended, let place = request.place,
      let environment = try rows.environment(id: request.environment),
      live[request.id]?.isBehind(environment) == false
    else { return }
    live.turns.expect(
      place, in: environment.id, until: Deadline(after: Self.attendedGrace, from: now))
  }
}
