import VaultCore

/// Whose turn it is in an environment with one grant at a time.
extension VaultEngine {
  /// Where it is not a request's turn: how far it is from it, once the call waits there.
  /// - Parameter waits: whether the call is parked until its turn comes.
  /// - Throws: ``Refusal/grantBusy(environment:_:holds:)`` where it is not parked.
  func awaited(
    _ request: AccessRequest, in environment: Environment, _ caller: Caller, waits: Bool,
    at now: Moment
  ) throws -> Turn? {
    guard environment.gate.exclusive, let place = request.place else { return nil }
    // Before the reviewers' accounts are asked about: who comes meanwhile comes behind.
    if waits { live.stand(request.id, by: caller.origin) }
    let holder = live.holder(of: environment.id)
    if live.turns.mayGo(place, in: environment.id, holder: holder, at: now) { return nil }
    let turn = try turn(of: place, in: environment)
    if waits, let held = try heldMeanwhile(by: caller) {
      throw Refusal.grantBusy(environment: environment.name.text, turn, holds: held)
    }
    if !waits { throw Refusal.grantBusy(environment: environment.name.text, turn) }
    return turn
  }

  /// Tells a call that waited what has become of its request: of one that has ended nobody knows any more
  /// which connection made it, and its own principal may see its state. That it is outdated says why it was
  /// cancelled.
  func refuseEnded(_ id: Int64, _ caller: Caller) throws {
    guard let request = try rows.request(id), request.requester.isSubject(of: caller),
      !request.state.isLive
    else { return }
    if request.state == .cancelled,
      let newer = try rows.environment(id: request.environment)?.newerActivated(than: id)
    {
      throw Refusal.grantOutdated(id: id, by: newer)
    }
    throw Refusal.requestState(id: id, request.state.text)
  }

  /// How far a place is from its turn.
  private func turn(
    of place: TurnQueue.Place, in environment: Environment
  ) throws -> Turn {
    let holder = live.holder(of: environment.id)
    return Turn(
      holder: holder, since: try holder.flatMap { try rows.request($0)?.grant?.activated.wall },
      before: live.turns.before(place, in: environment.id))
  }

  /// What the answer about a request says of its turn.
  func turn(of request: AccessRequest, in environment: Environment) throws -> Turn? {
    guard environment.gate.exclusive, let place = request.place else { return nil }
    return try turn(of: place, in: environment)
  }

  /// A grant of an exclusive environment that the connection keeps while it waits: two jobs that each hold
  /// what the other waits for would wait forever.
  private func heldMeanwhile(by caller: Caller) throws -> Int64? {
    try live.held(by: caller.connection).first { id in
      guard let environment = live[id]?.environment else { return false }
      return try rows.environment(id: environment)?.gate.exclusive ?? false
    }
  }

  /// Remembers the newest request that was activated; where the gate keeps the order, older ones end, so that
  /// nobody is asked about them and no job waits for nothing. Each is ended once, so this looks at those alone.
  func noteOrder(of request: Int64, in environment: Environment, at now: Moment) throws {
    guard environment.gate.exclusive, request > environment.lastActivated else { return }
    var next = environment
    next.lastActivated = request
    try rows.put(next)
    guard environment.gate.inOrder else { return }
    let older = live.rows(in: environment.id).prefix { $0 < request }
    try decide(
      older.filter { live[$0].map { $0.isWaiting && !$0.isEnding && $0.unit == nil } ?? false },
      .outdated, by: nil,
      at: now)
  }
}
