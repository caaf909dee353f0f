import VaultCore
import VaultCrypto

/// What changes an environment that exists. Each change of a gate raises its revision, and what was
/// approved under the old one waits again (`what-was-approved`).
extension VaultEngine {
  func updateEnvironment(
    _ caller: Caller, _ name: EnvironmentName, _ edit: GateEdit, revision: Int64?,
    allowWeaken: Bool, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: .administer)
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
      return .ready(
        .environmentChanged(try answer(environment, for: caller), changes: [], reset: 0))
    }
    let weakenings = gate.weakenings(from: environment.gate)
    if !weakenings.isEmpty && !allowWeaken {
      throw Refusal.gateWeaker(environment: environment.name.text, weakenings)
    }
    let answer = try self.answer(environment.with(gate), for: caller)
    let reset = try change(environment, to: gate, weakenings, by: caller, at: now)
    return .ready(.environmentChanged(answer, changes: changes, reset: reset))
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

  /// Sends back the first of the environment's requests; the others follow in slices (``catchUp(at:)``).
  private func sendBack(
    to environment: Environment, by caller: Caller, at now: Moment
  ) throws -> Int {
    let open = live.ids(in: environment.id, [.waiting, .approved])
    var reset = 0
    for id in open.prefix(slice) {
      guard let request = try rows.request(id) else { continue }
      if try rebase(request, on: environment, by: caller, at: now) { reset += 1 }
    }
    for id in open.dropFirst(slice) where lagging.append(id, by: caller) {
      // Without a gate they are approved again at once.
      guard case .reviewers = environment.gate.protection, let entry = live[id] else { continue }
      if entry.phase == .approved && !entry.end.isReached(at: now) { reset += 1 }
    }
    return reset
  }

  /// Sends a request back to the gate as it is now, without its reviews.
  /// - Returns: whether it was approved and waits again.
  func rebase(
    _ request: AccessRequest, on environment: Environment, by caller: Caller?, at now: Moment
  ) throws -> Bool {
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
    return request.state.text == "approved" && next.state == .waiting
  }

  func deleteEnvironment(
    _ caller: Caller, _ name: EnvironmentName, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: .administer)
    let grants = live.ids(in: environment.id, [.active]).count
    if grants > 0 {
      throw Refusal.environmentInUse(environment.name.text, grants: grants)
    }
    let open = try live.ids(in: environment.id, [.waiting, .approved]).compactMap {
      try rows.request($0)
    }
    let secrets = try rows.secrets(
      environment.id, after: nil, limit: VaultLimits.secretNamesPerEnvironment)
    let variables = try rows.variables(
      environment.id, after: nil, limit: VaultLimits.variablesPerEnvironment)
    for request in open { try end(request, .cancelled, by: caller, at: now) }
    for secret in secrets {
      // Their keys go with the environment's, below: no ciphertext need be read to find each.
      try deleteVersions(of: secret) { try rows.delete($0) }
      try rows.delete(secret)
    }
    for variable in variables { try rows.delete(variable) }
    try rows.delete(environment)
    try keys.delete(environment: environment.id)
    var deletion = EnvironmentDeletion(
      name: environment.name, secrets: secrets.filter { !$0.isDeleted }.count,
      variables: variables.count, cancelled: open.count)
    trail.append(
      AuditRecord(
        at: now, event: .environmentDeleted, subject: caller.subject, account: caller.name,
        environment: environment.name.text,
        details: [
          .init("secrets", "\(deletion.secrets)"), .init("variables", "\(deletion.variables)"),
          .init("cancelled", "\(deletion.cancelled)"),
        ]))
    return .erasure { isErased in
      deletion.isErased = isErased
      return .environmentDeleted(deletion)
    }
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
