import VaultCore
import VaultCrypto

/// Another table of people: accounts that it ties together are one person from then on, those that it no longer
/// ties are two.
///
/// Invariant: every verdict is by the table as it is now, so nothing is ever approved, activated or read by an
/// older one; what follows in slices are only the rows that say "approved" or "waiting" by the older one. A
/// command about a request is preceded by its own row's turn.
extension VaultEngine {
  /// Looks at the next requests that somebody has reviewed; false where none is left to be looked at.
  func rejudgeNext(at now: Moment) throws -> Bool {
    guard let after = backlog.people else { return false }
    guard let id = live.reviewed(after: after) else {
      backlog.people = nil
      return true
    }
    budget -= 1
    try rejudge(id, at: now)
    backlog.people = id
    return true
  }

  /// Writes the row of a request on which people have changed something.
  func rejudge(_ id: Int64, at now: Moment) throws {
    guard let after = backlog.people, after < id, let request = try readable(id, at: now),
      let next = try rejudged(request, at: now)
    else { return }
    try rows.put(next)
    live.update(next)
    if next.state != .waiting, let environment = try rows.environment(id: next.environment) {
      try noteApproval(of: next, in: environment)
    }
    record(
      .requestReset, next, by: nil, at: now,
      [
        ("digest", digest(next)), ("was", request.state.text), ("state", next.state.text),
        ("why", "people"),
      ])
    recordStanding(next, by: nil, at: now)
  }

  /// The request as the table of people makes it, where its row may be by an older one; nil where nothing about
  /// it changes.
  func rejudged(
    _ request: AccessRequest, after: Int64? = nil, at now: Moment
  ) throws -> AccessRequest? {
    guard let after = after ?? backlog.people, after < request.id, !request.reviews.isEmpty,
      live[request.id]?.decision == nil,
      let environment = try rows.environment(id: request.environment)
    else { return nil }
    return request.rejudged(
      in: environment, people: configuration.people, record: trail.sequence + 1, at: now)
  }
}
