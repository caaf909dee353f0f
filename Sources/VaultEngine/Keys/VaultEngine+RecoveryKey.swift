public import SecretMemory
public import VaultCore
import VaultCrypto
import VaultStore

/// The recovery key: made while the daemon is stopped, and never in it.
extension VaultEngine {
  /// The text of a new recovery key, for one vault.
  public static func newRecoveryKey() throws(EngineFault) -> SecretBuffer {
    do { return try RecoveryKey.generate(random: .system) } catch { throw EngineFault(error) }
  }

  /// Whether there is a recovery key: without one a lost root key loses everything.
  public var hasRecoveryKey: Bool { trail.head.keys.recovery > 0 }

  /// Makes a new backup key, wraps it under a recovery key, and every other key under it. The older recovery key opens
  /// no later backup. On the record, and signed; for a daemon that is stopped.
  ///
  /// One transaction: where it fails, the older recovery key still counts.
  /// - Parameters:
  ///   - text: the recovery key, as ``newRecoveryKey()`` gave it; whoever calls this keeps it.
  ///   - uid: who asks for it.
  public func makeRecoveryKey(
    _ text: SecretBuffer, by uid: UInt32, now reading: ClockReading
  ) throws(EngineFault) {
    do {
      let now = trail.head.clock.looked(at: reading).moment
      // What an earlier life of the daemon owed.
      if owesWraps { try commitAlone(at: now) { try writeAllWraps(at: now) } }
      guard wraps.has(trail.head.keys.wrappers) else { throw EngineFault.rootKeyPending }
      let root = Caller(
        uid: uid, kernelGroups: [], isOverflow: false, connection: 0, account: .nobody)
      try commitAlone(at: now) {
        let event: AuditEvent = hasRecoveryKey ? .recoveryKeyReplaced : .recoveryKeyCreated
        try wraps.makeBackupKey(of: vault, &trail.head.keys, text, at: now.wall)
        trail.head.keys.progress = .wrapping
        trail.append(AuditRecord(at: now, event: event, subject: root.subject))
        try writeAllWraps(at: now)
      }
      // The older backup key leaves the log, too; where a reader stands in the way, the next start does it.
      _ = try? store.checkpointTruncating()
    } catch { throw EngineFault(error) }
  }

  /// The whole way through the wrapped keys, where nobody waits for the commit.
  private func writeAllWraps(at now: Moment) throws {
    backlog.wraps = WrapWalk()
    budget = .max
    defer { budget = 0 }
    while try writeWraps(at: now) {}
    if owesWraps && wraps.has(trail.head.keys.wrappers) {
      throw Tampering("a wrapped key does not verify")
    }
  }
}
