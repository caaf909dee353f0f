import VaultCalls
import VaultCore
import VaultCrypto

/// What changes an environment that exists. Each change of a gate raises its revision, and what was
/// approved under the old one waits again (`what-was-approved`).
extension VaultEngine {
  func updateEnvironment(
    _ caller: Caller, for permission: Permission, _ name: EnvironmentName, _ edit: GateEdit,
    revision: Int64?,
    allowWeaken: Bool, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    if let revision, revision != environment.revision {
      throw Refusal.revisionMismatch(current: environment.revision)
    }
    let gate: Gate
    do {
      gate = try edit.applied(to: environment.gate)
      try gate.check(people: configuration.people)
    } catch { throw Refusal.gateInvalid(error) }
    let changes = gate.differences(from: environment.gate)
    if changes.isEmpty {
      if revision != nil { confirmGate(of: environment, by: caller, at: now) }
      return .ready(
        .environmentChanged(try answer(environment, for: caller), changes: [], reset: 0))
    }
    let weakenings = gate.weakenings(from: environment.gate)
    if !weakenings.isEmpty && !allowWeaken {
      throw Refusal.gateWeaker(environment: environment.name.text, weakenings)
    }
    var answer = try self.answer(environment.with(gate), for: caller)
    // From here on a new name is an admin's to make; these were not.
    if environment.gate.isUnprotected && !gate.isUnprotected {
      answer.madeByWriters = environment.names.madeByWriters
    }
    if revision != nil { confirmGate(of: environment, by: caller, at: now) }
    let standing = live.standing(under: environment.revision, in: environment.id, at: now)
    let reset = try change(environment, to: gate, weakenings, by: caller, at: now)
    let ended =
      standing == 0
      ? [] : ["standing approvals that ended: \(standing); ask again before the units restart"]
    return .ready(.environmentChanged(answer, changes: changes + ended, reset: reset))
  }

  /// Writes a gate and sends what was approved under the old one back. Whoever calls this has judged it.
  /// - Returns: how many approved requests wait again.
  func change(
    _ environment: Environment, to gate: Gate, _ weakenings: [Weakening], by caller: Caller,
    at now: Moment
  ) throws -> Int {
    let next = environment.with(gate)
    try rows.put(next)
    var details = [
      AuditRecord.Detail("revision", "\(next.revision)"),
      .init("change", gate.differences(from: environment.gate).joined(separator: "; ")),
    ]
    if !weakenings.isEmpty {
      details.append(.init("weaker", weakenings.map(\.sentence).joined(separator: "; ")))
    }
    trail.append(
      AuditRecord(
        at: now, event: .environmentChanged, subject: caller.subject, account: caller.name,
        environment: environment.name.text, details: details))
    return try sendBack(to: next, by: caller, at: now)
  }

  /// What its jobs get beside their secrets has changed: as for a gate, what was approved before waits
  /// again, and what is active reads no more.
  func changeSettings(
    of environment: Environment, by caller: Caller, at now: Moment
  ) throws -> [AuditRecord.Detail] {
    let next = environment.with(environment.gate)
    try rows.put(next)
    let reset = try sendBack(to: next, by: caller, at: now)
    return [.init("revision", "\(next.revision)"), .init("reset", "\(reset)")]
  }

  /// Sends back what this commit has room for; the others follow in slices (``catchUp(at:)``).
  /// - Returns: how many approved requests wait again, those whose rows are to come included.
  private func sendBack(
    to environment: Environment, by caller: Caller, at now: Moment
  ) throws -> Int {
    // At once, though the rows follow in slices: what counts is judged by the revision.
    live.turns.clear(environment.id)
    // Without a gate they are approved again at once.
    let reset =
      environment.gate.isUnprotected
      ? 0 : live.approved(under: environment.revision - 1, in: environment.id, at: now)
    backlog.enter(edit: environment.id, by: NamedSubject(caller))
    while try budget > 0 && writeEdit(at: now) {}
    return reset
  }

  /// Sends a request back to the gate as it is now, without its reviews.
  /// - Returns: whether it was approved and waits again.
  func rebase(
    _ request: AccessRequest, on environment: Environment, by caller: (any Initiator)?,
    at now: Moment
  ) throws -> Bool {
    // What stands for months does not wait again unseen: whoever runs the unit asks anew.
    if request.isStanding {
      try end(request, .revoked, by: caller, at: now, [("why", "gate")])
      return false
    }
    // A clock that has run out counts at once: no edit gives anybody more time.
    guard let next = try rebased(request, on: environment, at: now) else {
      try end(request, .expired, by: caller, at: now)
      return false
    }
    try rows.put(next)
    live.update(next)
    record(
      .requestReset, next, by: caller, at: now,
      [
        ("digest", digest(next)), ("was", request.state.text), ("state", next.state.text),
        ("reviews", "\(request.reviews.count)"),
      ])
    recordStanding(next, by: nil, at: now)
    return request.state.text == "approved" && next.state == .waiting
  }
}

extension Environment {
  fileprivate func with(_ gate: Gate) -> Environment {
    var next = self
    next.gate = gate
    next.revision += 1
    return next
  }
}
