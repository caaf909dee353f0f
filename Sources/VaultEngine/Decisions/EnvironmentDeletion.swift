import VaultCalls
import VaultCore
import VaultStore

/// An environment that goes. One small commit decides: the mark of deletion makes it unknown to everybody, its
/// requests are as good as cancelled, and its key is gone, so that nothing of it opens any more. Its rows follow
/// in slices, its own the last, and until then its name is taken.
extension VaultEngine {
  func deleteEnvironment(
    _ caller: Caller, for permission: Permission, _ name: EnvironmentName, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    let grants = live.grants(in: environment.id)
    if grants > 0 { throw Refusal.environmentInUse(environment.name.text, grants: grants) }
    let secrets = try rows.secrets(
      environment.id, after: nil, limit: VaultLimits.secretNamesPerEnvironment
    ).count(where: \.isLive)
    let variables = try store.variableCount(environment: environment.id)
    let open = live.ids(in: environment.id)

    let marked = environment.deleted(by: NamedSubject(caller))
    try rows.put(marked)
    try keys.delete(environment)
    forgetRestored(environment)
    for id in open { live.decide(id, .cancelled) }
    var deletion = EnvironmentDeletedView(
      name: environment.name.text, secrets: Int64(secrets), variables: Int64(variables),
      cancelled: Int64(open.count), isErased: false)
    trail.append(
      AuditRecord(
        at: now, event: .environmentDeleted, subject: caller.subject, account: caller.name,
        environment: environment.name.text,
        details: [
          .init("secrets", "\(deletion.secrets)"), .init("variables", "\(deletion.variables)"),
          .init("cancelled", "\(deletion.cancelled)"),
        ]))
    backlog.removals.append(Backlog.Removal(environment: marked))
    // A small one is gone at once, if no other goes before it.
    if backlog.removals.count == 1 { while try budget > 0 && writeRemoval(at: now) {} }
    return .erasure(of: .environment(environment.id)) { isErased in
      deletion.isErased = isErased
      return .environmentDeleted(deletion)
    }
  }

  /// Removes next rows of the environment whose turn it is; false where there is none.
  func writeRemoval(at now: Moment) throws -> Bool {
    guard let removal = backlog.removals.first else { return false }
    let id = removal.environment.id
    do {
      if try !removeRows(of: id, after: removal.after, at: now) { return true }
      try rows.delete(removal.environment)
      backlog.finish(.environment(id))
    } catch let tampering as Tampering {
      // It stays marked, and so as good as deleted.
      report(tampering, at: now)
      backlog.give(up: .environment(id))
    }
    backlog.removals.removeFirst()
    return true
  }

  /// Removes some of the rows; whether none is left and the commit has room for one more.
  private func removeRows(
    of environment: Int64, after: Int64, at now: Moment
  ) throws -> Bool {
    if let id = live.rows(in: environment, after: after).first {
      backlog.removals[0].after = id
      try catchUp(id, at: now)
      return false
    }
    let variables = try rows.variables(environment, after: nil, limit: budget)
    for variable in variables {
      try rows.delete(variable)
      budget -= 1
    }
    if !variables.isEmpty { return false }
    guard let secret = try rows.secrets(environment, after: nil, limit: 1).first else {
      return true
    }
    if try removeVersions(of: secret, through: .max) { return false }
    // Their keys went with the environment's: no ciphertext need be read to find each.
    try rows.delete(secret)
    budget -= 1
    return false
  }
}
