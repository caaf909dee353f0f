import VaultCore
import VaultStore

/// What an import leaves behind: staged rows of values that did not become current, and rows of versions that its
/// commit has dropped. Nothing sees either; they are erased in slices, and a start finds them again.
extension VaultEngine {
  /// Forgets the import of a connection.
  func dropImport(of connection: UInt64) {
    for secret in imports.remove(connection) { backlog.enter(dropped: secret) }
  }

  /// Drops what nothing was said about for too long.
  func dropIdleImports(at now: Moment) {
    for connection in imports.idle(at: now) { dropImport(of: connection) }
  }

  /// Takes a staged row out of the way of whoever sets the secret, or stages another value for it; the import that
  /// owned it is told so when it goes on.
  func clearStaged(_ name: SecretName, in environment: Int64) throws {
    let key = SealedRows.SecretKey(environment: environment, name: name)
    imports.overtake(key)
    for version in try rows.staged(key) {
      try rows.delete(version)
      lasting.owesErasure = true
    }
  }

  /// Removes next rows of the secret whose turn it is; false where there is none.
  func removeDropped(at now: Moment) throws -> Bool {
    guard let key = backlog.dropped.first else { return false }
    do { if try !removeDropped(key) { return true } } catch let tampering as Tampering {
      report(tampering, at: now)
    }
    backlog.dropped.removeFirst()
    return true
  }

  /// Whether nothing of it is left.
  private func removeDropped(_ key: SealedRows.SecretKey) throws -> Bool {
    guard let secret = try rows.secret(key.environment, key.name) else { return true }
    if try removeVersions(of: secret, through: secret.removed) { return false }
    if imports.owns(key) { return true }
    for version in try rows.staged(key) {
      if budget <= 0 { return false }
      budget -= 1 + (try rows.delete(version)) >> 14
      lasting.owesErasure = true
    }
    // A name that was never set is none.
    if secret.life == .deleted, secret.current == 0 {
      try rows.delete(secret)
      budget -= 1
    }
    return true
  }
}
