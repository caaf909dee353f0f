import VaultCore
import VaultCrypto

/// Somebody, everywhere: where gates name them, what they asked for, what they approved.
extension VaultEngine {
  func getPrincipal(
    _ caller: Caller, _ query: PrincipalQuery, after: Int64, limit: Int
  ) throws -> Pending {
    try require(.administer, caller)
    var places: [PrincipalPlace] = []
    if after == 0, let place = standingPlace(of: query) { places.append(place) }
    let page = try rows.environments(after: after, limit: Self.mostScanned)
    let open = Dictionary(grouping: live.entries.values, by: \.environment)
    var looked = 0
    for environment in page {
      let entries = (open[environment.id] ?? []).sorted { $0.id < $1.id }
      looked += entries.count + 1
      if let place = try place(of: query, in: environment, entries) { places.append(place) }
      if places.count >= limit || looked >= Self.mostScanned {
        return .ready(.places(places, next: environment.id))
      }
    }
    return .ready(.places(places, next: page.count == Self.mostScanned ? page.last?.id : nil))
  }

  private func standingPlace(of query: PrincipalQuery) -> PrincipalPlace? {
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
    return PrincipalPlace(
      cursor: 0, environment: nil, roles: roles, stored: stored,
      isStale: stored.allSatisfy { query.isStale($0) }, requests: [], reviews: [])
  }

  private func place(
    of query: PrincipalQuery, in environment: Environment, _ entries: [LiveRequests.Entry]
  ) throws -> PrincipalPlace? {
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
    var requests: [Int64] = []
    var reviews: [Int64] = []
    for entry in entries {
      guard let request = try rows.request(entry.id) else { continue }
      if query.means(request.requester.subject, account: request.requester.name) {
        requests.append(request.id)
      }
      if request.isReviewed(by: query) { reviews.append(request.id) }
    }
    if roles.isEmpty && requests.isEmpty && reviews.isEmpty { return nil }
    return PrincipalPlace(
      cursor: environment.id, environment: environment.name, roles: roles, stored: stored,
      isStale: !stored.isEmpty && stored.allSatisfy { query.isStale($0) }, requests: requests,
      reviews: reviews)
  }

  func removePrincipal(
    _ caller: Caller, _ query: PrincipalQuery, at now: Moment
  ) throws -> Pending {
    try require(.administer, caller)
    // All is judged before anything is written: it happens everywhere or nowhere.
    var edits: [(environment: Environment, gate: Gate)] = []
    try forEachEnvironment { environment in
      guard let gate = environment.gate.without({ query.means($0) }) else { return }
      do throws(GateFault) { try gate.check(people: configuration.people) } catch {
        throw Refusal.gateOfInvalid(environment: environment.name.text, error)
      }
      edits.append((environment, gate))
    }
    let open = try live.ids([.waiting, .approved, .active]).compactMap { try rows.request($0) }
    let own = open.filter { query.means($0.requester.subject, account: $0.requester.name) }
    let ownIDs = Set(own.map(\.id))
    let edited = Set(edits.map(\.environment.id))
    let reviewed = open.filter { !ownIDs.contains($0.id) && $0.isReviewed(by: query) }

    var cancelled = 0
    var revoked = 0
    for request in own {
      if request.state == .active {
        try end(request, .revoked, by: caller, at: now)
        revoked += 1
      } else {
        try end(request, .cancelled, by: caller, at: now)
        cancelled += 1
      }
    }
    var reset = 0
    for request in reviewed {
      if request.state == .active {
        try end(request, .revoked, by: caller, at: now)
        revoked += 1
      } else if !edited.contains(request.environment),
        let environment = try rows.environment(id: request.environment),
        try rebase(request, on: environment, by: caller, at: now)
      {
        reset += 1
      }
    }
    for (environment, gate) in edits {
      // Without somebody a gate is never weaker: each list only loses.
      reset += try change(environment, to: gate, [], by: caller, at: now)
    }
    let removal = PrincipalRemoval(
      principal: query.name, environments: edits.map(\.environment.name), reset: reset,
      cancelled: cancelled, revoked: revoked, standing: standingPlace(of: query)?.roles ?? [])
    if !edits.isEmpty || reset + cancelled + revoked > 0 {
      trail.append(
        AuditRecord(
          at: now, event: .principalRemoved, subject: caller.subject, account: caller.name,
          details: [
            .init("principal", query.name.text), .init("environments", "\(edits.count)"),
            .init("reset", "\(reset)"), .init("cancelled", "\(cancelled)"),
            .init("revoked", "\(revoked)"),
          ]))
    }
    return .ready(.principalRemoved(removal))
  }

  private func forEachEnvironment(_ body: (Environment) throws -> Void) throws {
    var after: Int64 = 0
    while true {
      let page = try rows.environments(after: after, limit: 500)
      for environment in page { try body(environment) }
      guard page.count == 500, let last = page.last else { return }
      after = last.id
    }
  }
}

extension AccessRequest {
  fileprivate func isReviewed(by query: PrincipalQuery) -> Bool {
    reviews.contains { query.means(.account($0.uid), account: $0.name) }
  }
}
