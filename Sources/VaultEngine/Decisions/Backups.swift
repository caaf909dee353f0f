import VaultCore
import VaultCrypto
import VaultStore

/// Who may have a backup, one at a time. Each is on the record before its first byte is handed out, and with its size
/// and hash before its last.
extension VaultEngine {
  func openBackup(_ caller: Caller, for permission: Permission, at now: Moment) throws -> Pending {
    try require(permission, caller)
    if let open = draft.backup, open != caller.connection { throw Refusal.backupBusy }
    let warrant = BackupWarrant(
      try openBackupKey(), for: caller.connection, of: now.wall, permit: copy.permit())
    draft.backup = caller.connection
    trail.append(
      AuditRecord(
        at: now, event: .backupOpened, subject: caller.subject, account: caller.name,
        details: [.init("recovery_key", trail.head.keys.recovery > 0 ? "yes" : "no")]))
    return .ready(.backupOpened(warrant))
  }

  /// The backup key, for another thread to own; the wraps under it are complete.
  private func openBackupKey() throws -> BackupKey {
    let state = trail.head.keys
    guard state.backup > 0, state.progress != .wrapping else { throw Refusal.backupBusy }
    return try wraps.open(.backup(generation: state.backup)) {
      try $0.unwrapBackupKey($1, generation: state.backup)
    }
  }

  func backupDone(_ backup: FinishedBackup, by caller: Caller, at now: Moment) -> Pending {
    guard draft.backup == caller.connection else { return .ready(.refused(.backupEnded)) }
    draft.backup = nil
    trail.head.lastBackup = now.wall
    trail.append(
      AuditRecord(
        at: now, event: .backupDone, subject: caller.subject, account: caller.name,
        details: [
          .init("size", "\(backup.size)"), .init("sha256", backup.digest.hex),
          .init("through", "\(backup.through)"),
        ]))
    return .ready(.done)
  }

  /// The copy goes with the connection, whether or not the batch commits.
  func dropBackup(of connection: UInt64) {
    guard draft.backup == connection else { return }
    draft.backup = nil
    // Also the one that its warrant, on its way to another thread, would make.
    copy.withdraw()
  }
}

/// What a copy is sealed with: handed out once its record is durable.
///
/// Sendable: the commit makes it, and one other thread takes the key out of it, once; a queue is between them.
public final class BackupWarrant: @unchecked Sendable {
  private var key: BackupKey?
  /// Which connection may read it.
  let connection: UInt64
  /// The moment, in milliseconds since the epoch.
  let time: Int64
  /// Lets the copy be made, until it is withdrawn with the connection.
  let permit: Int

  init(
    _ key: consuming BackupKey, for connection: UInt64, of time: Int64, permit: Int
  ) {
    self.key = .some(consume key)
    self.connection = connection
    self.time = time
    self.permit = permit
  }

  /// The key, once; nil from then on.
  func take() -> BackupKey? { key.take() }
}

/// A backup as it was handed out.
public struct FinishedBackup: Hashable, Sendable {
  /// The bytes of the file.
  let size: Int64
  /// SHA-256 of it.
  let digest: Digest32
  /// The last audit record in it.
  let through: Int64
}
