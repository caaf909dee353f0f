import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  func activate(
    _ command: Command, request id: Int64, ticket: SecretBuffer?, hold: Grant.Hold, waits: Bool,
    at now: Moment
  ) throws -> Pending {
    let caller = caller(of: command, at: now)
    if waits { try refuseEnded(id, caller) }
    let request = try request(id, ticket, caller, for: command.traits.permission)
    try refuseBackwardClock(now)
    let environment = try requestEnvironment(request)
    try requireConfirmed(environment)
    // Whoever may no longer ask may no longer activate either.
    _ = try requesterEnvironment(environment.name, caller, for: .ask)
    if hold == .connection,
      live.grants(of: caller.connection) >= VaultLimits.grantsPerConnection
    {
      throw Refusal.grantLimit(VaultLimits.grantsPerConnection)
    }
    try request.mustBeOfJob()
    try request.mayBeActivated(in: environment, people: configuration.people, at: now)
    // A version that was disabled meanwhile would let the job start with half its secrets.
    for secret in request.secrets { try requireReadable(secret, in: environment.id) }
    // Last of all but the accounts, which are asked about once nobody else is before it.
    if let turn = try awaited(request, in: environment, caller, waits: waits, at: now) {
      return .ready(.queued(turn))
    }
    let answers = try afresh(
      accountsInNeed(of: request, in: environment, caller), command, at: now)
    let checked =
      request.rechecked(
        answers, in: environment, people: configuration.people, record: trail.sequence + 1, at: now)
      ?? request
    if checked.state == .waiting {
      // Not thrown: that whoever approved has left is news of its own, and the job waits for somebody else.
      try rows.put(checked)
      live.update(checked)
      recordRecheck(checked, since: request, at: now)
      let unmet = unmet(of: checked, in: environment)
      return .ready(.refused(.gateWaiting(id: id, unmet)))
    }
    let next = try checked.activated(
      in: environment, people: configuration.people, hold: hold, at: now)
    try noteOrder(of: request.id, in: environment, at: now)
    try rows.put(next)
    live.update(next) {
      if hold == .connection { $0.holder = caller.connection }
      $0.attendants.insert(caller.connection)
      $0.unattendedSince = nil
    }
    recordRecheck(next, since: request, at: now)
    recordActivation(next, by: caller, at: now)
    return .ready(.request(try answer(next)))
  }

  func recordActivation(_ request: AccessRequest, by caller: (any Initiator)?, at now: Moment) {
    guard let grant = request.grant else { return }
    let approvers = grant.counted.compactMap { index in
      request.reviews.indices.contains(index) ? request.reviews[index] : nil
    }
    record(
      .grantActivated, request, by: caller, at: now,
      [
        ("digest", digest(request)),
        ("approved_by", approvers.map { $0.name ?? "uid:\($0.uid)" }.joined(separator: ",")),
        ("hold", grant.hold.text),
      ])
  }

  func requireReadable(_ secret: PinnedSecret, in environment: Int64) throws {
    guard try rows.state(environment, secret.name, secret.version) == .enabled else {
      throw Refusal.versionUnavailable(name: secret.name.text, version: secret.version)
    }
  }

  /// A grant whose connection a restart of the daemon has ended is held again by its job, which shows the
  /// ticket; nothing of the gate is skipped.
  func resumeGrant(
    _ caller: Caller, for permission: Permission, request id: Int64, ticket: SecretBuffer,
    at now: Moment
  ) throws -> Pending {
    let request = try request(id, ticket, caller, for: permission)
    try refuseBackwardClock(now)
    let environment = try requestEnvironment(request)
    _ = try requesterEnvironment(environment.name, caller, for: .ask)
    let entry = try connectionGrant(request)
    if entry.holder == caller.connection { return .ready(.request(try answer(request))) }
    guard entry.holder == nil, entry.lifeline == nil else { throw Refusal.grantHeld(id: id) }
    if live.grants(of: caller.connection) >= VaultLimits.grantsPerConnection {
      throw Refusal.grantLimit(VaultLimits.grantsPerConnection)
    }
    try request.mayBeRead(in: environment, people: configuration.people, at: now)
    live.update(request) {
      $0.holder = caller.connection
      $0.attendants.insert(caller.connection)
      $0.unattendedSince = nil
    }
    record(.grantResumed, request, by: caller, at: now)
    return .ready(.request(try answer(request)))
  }

  /// What is known of a grant that lives by a connection; one by ticket needs nobody to hold it.
  private func connectionGrant(_ request: AccessRequest) throws -> LiveRequests.Entry {
    guard request.state == .active, let entry = live[request.id] else {
      throw Refusal.requestState(id: request.id, request.state.text)
    }
    guard entry.hold == .connection else { throw Refusal.grantHeld(id: request.id) }
    return entry
  }

  func holdGrant(
    _ caller: Caller, for permission: Permission, request id: Int64, ticket: SecretBuffer?,
    replaces: Bool
  ) throws -> Pending {
    let request = try request(id, ticket, caller, for: permission)
    let entry = try connectionGrant(request)
    // The connection that holds the grant cannot be what outlives it.
    guard let holder = entry.holder, holder != caller.connection, entry.lifeline == nil else {
      throw Refusal.grantHeld(id: id)
    }
    live.keepAlive(id, by: caller.connection, replacing: replaces)
    return .ready(.request(try answer(request)))
  }

  func closeGrant(
    _ caller: Caller, for permission: Permission, request id: Int64, ticket: SecretBuffer?,
    outcome: RequestState.Outcome,
    at now: Moment
  ) throws -> Pending {
    let request = try heldRequest(id, ticket, caller, for: permission)
    guard request.state == .active else { throw Refusal.requestState(id: id, request.state.text) }
    return .ready(.request(try answer(try end(request, .closed(outcome), by: caller, at: now))))
  }

  /// A request, for whoever holds its grant: the connection that does, or whoever shows the ticket.
  func heldRequest(
    _ id: Int64, _ ticket: SecretBuffer?, _ caller: Caller, for permission: Permission
  ) throws -> AccessRequest {
    guard let known = try rows.request(id), known.requester.isSubject(of: caller)
    else { return try request(id, ticket, caller, for: permission) }
    if ticket == nil, let entry = live[id] {
      if entry.holder == caller.connection { return known }
      // Whoever made it is told that it waits; where there is a grant, somebody else holds it.
      if entry.maker == caller.connection && entry.isWaiting { return known }
    }
    try checkTicket(ticket, of: known)
    return known
  }
}
