import VaultCalls
import VaultCore
import VaultCrypto

/// Somebody, everywhere: where gates name them, what they asked for, what they approved.
extension VaultEngine {
  func getPrincipal(
    _ caller: Caller, for permission: Permission, _ query: PrincipalQuery, after: Int64, limit: Int
  ) throws -> Pending {
    try require(permission, caller)
    var places: [PrincipalPlaceView] = []
    if after == 0, let place = standingPlace(of: query) { places.append(place) }
    let page = try rows.environments(after: after, limit: Self.mostScanned)
    func byEnvironment(_ ids: [Int64]) -> [Int64: [Int64]] {
      Dictionary(grouping: ids) { live[$0]?.environment ?? 0 }
    }
    let made = byEnvironment(live.made(by: query.names))
    let reviewed = byEnvironment(live.reviewed(by: query.names))
    for environment in page.environments {
      let place = place(
        of: query, in: environment, made[environment.id] ?? [], reviewed[environment.id] ?? [])
      if let place { places.append(place) }
      if places.count >= limit { return .ready(.places(places, next: environment.id)) }
    }
    return .ready(.places(places, next: page.next))
  }

  private func standingPlace(of query: PrincipalQuery) -> PrincipalPlaceView? {
    let standing = configuration.standing
    var roles: [String] = []
    var stored: [Principal] = []
    for (role, holders) in [("admin", standing.admins), ("auditor", standing.auditors)] {
      let meant = holders.filter { query.means($0) }
      if meant.isEmpty { continue }
      roles.append(role)
      stored += meant
    }
    if roles.isEmpty { return nil }
    return PrincipalPlaceView(
      cursor: 0, environment: nil, roles: roles, stored: PrincipalPlaceView.text(of: stored),
      isStale: stored.allSatisfy { query.isStale($0) }, requests: [], reviews: [])
  }

  private func place(
    of query: PrincipalQuery, in environment: Environment, _ requests: [Int64], _ reviews: [Int64]
  ) -> PrincipalPlaceView? {
    let gate = environment.gate
    var roles: [String] = []
    var stored: [Principal] = []
    func note(_ role: String, _ principals: [Principal]) {
      let meant = principals.filter { query.means($0) }
      if meant.isEmpty { return }
      roles.append(role)
      stored += meant
    }
    if case .principals(let requesters) = gate.requesters { note("requester", requesters) }
    note("writer", gate.writers)
    for (index, rule) in gate.rules.enumerated() {
      note("reviewer of rule \(index + 1)", rule.reviewers)
    }
    if roles.isEmpty && requests.isEmpty && reviews.isEmpty { return nil }
    return PrincipalPlaceView(
      cursor: environment.id, environment: environment.name.text, roles: roles,
      stored: PrincipalPlaceView.text(of: stored),
      isStale: !stored.isEmpty && stored.allSatisfy { query.isStale($0) }, requests: requests,
      reviews: reviews, staleReviews: reviews.filter { isStale($0, query) })
  }

  /// Whether nothing that somebody said about a request counts any more.
  private func isStale(_ id: Int64, _ query: PrincipalQuery) -> Bool {
    guard let entry = live[id] else { return false }
    return entry.reviewers.allSatisfy {
      !query.means($0.subject, account: $0.name) || entry.lost.contains($0)
    }
  }

  func removePrincipal(
    _ caller: Caller, for permission: Permission, _ query: PrincipalQuery, at now: Moment
  ) throws -> Pending {
    try require(permission, caller)
    // All is judged before anything is written: it happens everywhere or nowhere.
    var edits: [(environment: Environment, gate: Gate)] = []
    try forEachEnvironment { environment in
      guard let gate = environment.gate.without({ query.means($0) }) else { return }
      do throws(GateFault) { try gate.check(people: configuration.people) } catch {
        throw Refusal.gateOfInvalid(environment: environment.name.text, error)
      }
      edits.append((environment, gate))
    }
    let edited = Set(edits.map(\.environment.id))
    var taken = Removal()
    for id in live.made(by: query.names) { if let entry = live[id] { taken.take(entry) } }
    for id in live.reviewed(by: query.names) {
      guard let entry = live[id],
        !query.means(entry.requester.subject, account: entry.requester.name)
      else { continue }
      taken.takeReview(of: entry, isEdited: edited.contains(entry.environment))
    }
    try decide(taken.cancelled, .cancelled, by: caller, at: now)
    try decide(taken.revoked, .revoked, by: caller, at: now)
    try decide(taken.waitAnew, .reset, by: caller, at: now)
    var reset = taken.reset
    for (environment, gate) in edits {
      // Without somebody a gate is never weaker: each list only loses.
      reset += try change(environment, to: gate, [], by: caller, at: now)
    }
    let removal = PrincipalRemovedView(
      principal: query.name.text, environments: edits.map(\.environment.name.text),
      reset: Int64(reset), cancelled: Int64(taken.cancelled.count),
      revoked: Int64(taken.revoked.count),
      standing: standingPlace(of: query)?.roles ?? [])
    if !edits.isEmpty || removal.reset + removal.cancelled + removal.revoked > 0 {
      trail.append(
        AuditRecord(
          at: now, event: .principalRemoved, subject: caller.subject, account: caller.name,
          details: [
            .init("principal", query.name.text), .init("environments", "\(edits.count)"),
            .init("reset", "\(reset)"), .init("cancelled", "\(removal.cancelled)"),
            .init("revoked", "\(removal.revoked)"),
          ]))
    }
    return .ready(.principalRemoved(removal))
  }

  func forEachEnvironment(_ body: (Environment) throws -> Void) throws {
    var after: Int64? = 0
    while let last = after {
      let page = try rows.environments(after: last, limit: 500)
      for environment in page.environments { try body(environment) }
      after = page.next
    }
  }
}

/// What becomes of the requests that somebody made or reviewed.
private struct Removal {
  var cancelled: [Int64] = []
  var revoked: [Int64] = []
  var waitAnew: [Int64] = []
  /// How many approved ones wait again, those of edited gates apart.
  var reset = 0

  mutating func take(_ entry: LiveRequests.Entry) {
    if entry.phase == .active { revoked.append(entry.id) } else { cancelled.append(entry.id) }
  }

  /// Where its gate is edited too, a request that waits or is approved goes back with that.
  mutating func takeReview(of entry: LiveRequests.Entry, isEdited: Bool) {
    if entry.phase == .active {
      revoked.append(entry.id)
    } else if !isEdited {
      waitAnew.append(entry.id)
      if entry.phase == .approved { reset += 1 }
    }
  }
}

extension PrincipalQuery {
  /// How the requests and reviews of whom it means are found.
  fileprivate var names: [LiveIndexes.Name] {
    name.names + (isUser ? current?.uid.map { [.subject(.account($0))] } ?? [] : [])
  }

  private var isUser: Bool { if case .user = name { true } else { false } }
}
