import VaultCalls
import VaultCore
import VaultStore

/// A secret that goes. One small commit decides: its row says up to which version there is nothing any more. The
/// rows of the versions follow in slices.
extension VaultEngine {
  func deleteSecret(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    let present = try presentSecret(secret, in: environment)
    // What is staged behind the current version is none.
    let count =
      try store.versionCount(
        environment: environment.id, name: secret.text, after: present.removed)
      - store.versionCount(environment: environment.id, name: secret.text, after: present.current)
    try rows.put(present.deleted(by: caller.uid, at: now.wall))
    try forget(secret, of: environment)
    keys.forgetRecords(of: environment.id)
    trail.append(
      AuditRecord(
        at: now, event: .secretDeleted, subject: caller.subject, account: caller.name,
        environment: environment.name.text,
        secrets: [PinnedSecret(name: secret, version: present.current)]))
    // Nothing brings back what they are pinned to: their jobs are told, and nobody is asked about them.
    try decide(
      live.waiting(in: environment.id, for: secret), .unusable, by: caller, at: now)
    let key = SealedRows.SecretKey(environment: environment.id, name: secret)
    backlog.enter(key)
    if backlog.secrets.first == key { while try budget > 0 && removeVersions(at: now) {} }
    let text = environment.name.text
    return .erasure(of: .secret(key)) {
      .secretDeleted(
        SecretDeletedView(
          environment: text, name: secret, versions: Int64(count), isErased: $0))
    }
  }

  /// Removes next versions of the deleted secret whose turn it is; false where there is none.
  func removeVersions(at now: Moment) throws -> Bool {
    guard let key = backlog.secrets.first else { return false }
    do {
      // Where its environment is being deleted, they go with that.
      if let secret = try rows.secret(key.environment, key.name),
        try removeVersions(of: secret, through: secret.removed)
      {
        return true
      }
      backlog.finish(.secret(key))
    } catch let tampering as Tampering {
      report(tampering, at: now)
      backlog.give(up: .secret(key))
    }
    backlog.secrets.removeFirst()
    return true
  }

  /// Removes as many versions as the commit has room for, oldest first; whether one may be left.
  func removeVersions(of secret: Secret, through last: Int64) throws -> Bool {
    for version in try rows.removable(
      secret.environment, secret.name, through: last, limit: budget)
    {
      if budget <= 0 { return true }
      // What is long takes long: each page of it is overwritten.
      budget -= 1 + (try rows.delete(version)) >> 14
    }
    return budget <= 0
  }
}
