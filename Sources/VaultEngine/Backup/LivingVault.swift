public import SecretMemory
import VaultCalls
public import VaultCore
import VaultCrypto
import VaultStore

/// The vault that stands where a backup is to be restored, held against every daemon, and a copy of it that takes the
/// values of the backup over.
///
/// Its gates, people, deletions and numbers stay: what changes is only which version of a secret is the current one,
/// and what a variable holds. Each is a command like an admin's, decided by the same rules and on the record, so that
/// nothing that was destroyed, disabled or deleted since comes back.
public final class LivingVault {
  /// What came of it.
  public struct Merge: Sendable {
    /// The secrets and variables that have the backup's value again.
    public internal(set) var restored = 0
    /// Those whose value of then was destroyed, disabled or deleted since, or is no longer kept.
    public internal(set) var left = 0
  }

  private let store: Store
  private let directory: String
  private let key: BackupKey
  private let vault: VaultID

  /// Opens the vault of a state directory and copies it.
  /// - Parameters:
  ///   - target: the state directory, which is held and not changed.
  ///   - source: the backup that is to be restored.
  ///   - directory: an empty folder of ours, 0700.
  public init(
    _ target: String, for source: BackupSource, copyingTo directory: String, root: SecretBuffer?,
    recovery: SecretBuffer?
  ) throws(EngineFault) {
    do {
      let store = try Store(directory: target)
      let copy = Store.database(in: directory)
      guard let vault = try store.meta().flatMap({ VaultID($0.vault) }),
        vault == source.header.vault
      else { throw EngineFault.foreignTarget(target) }
      let keys = try store.wraps()
      let opened = try root.flatMap {
        try VaultKeys.backupKey(in: keys, of: vault, root: RootKey($0))
      }
      try DatabaseCopy(of: store.location).write(to: copy)
      self.key = try Self.key(opened, keys, vault, recovery, target)
      self.store = store
      self.directory = directory
      self.vault = vault
    } catch { throw EngineFault(error) }
  }

  private static func key(
    _ opened: consuming BackupKey?, _ keys: [WrapRow], _ vault: VaultID, _ recovery: SecretBuffer?,
    _ target: String
  ) throws -> BackupKey {
    if let opened { return opened }
    guard let recovery,
      let key = try VaultKeys.backupKey(in: keys, of: vault, recovery: RecoveryKey(recovery))
    else { throw EngineFault.lockedTarget(target) }
    return key
  }

  /// Lets the state directory go.
  public func release() { store.close() }

  /// Has the copy take the values of a backup over.
  public func accept(
    _ backup: UnpackedBackup, under rootKey: SecretBuffer, by uid: UInt32, now: ClockReading
  ) throws(EngineFault) -> Merge {
    do {
      return try UnpackedBackup.open(
        directory, by: rootKey, key, now, admins: [.uid(uid)]
      ) { engine in
        let chain = try engine.place.auditReader().verify()
        guard chain.isVerified else { throw Tampering(chain.fault ?? "the audit chain") }
        return try backup.open(by: rootKey, now) { try engine.accept($0, by: uid, now: now) }
      }
    } catch { throw EngineFault(error) }
  }
}

extension EngineFault {
  static func foreignTarget(_ path: String) -> EngineFault {
    EngineFault(
      .data, "'\(path)' holds another vault than the backup; stop envgated and move that vault away"
    )
  }
  static func lockedTarget(_ path: String) -> EngineFault {
    EngineFault(
      .data,
      "no key that was given opens the vault in '\(path)': put its root key back, name the recovery key with "
        + "--recovery-key-file, or move that vault away if it is lost")
  }
  static let laterBackup = EngineFault(
    .data,
    "the backup does not come from the past of the vault that is there, so nothing was restored; to go on from the backup, "
      + "move that vault away")
}

extension VaultEngine {
  /// Takes the values of an earlier state of this vault over.
  func accept(
    _ earlier: VaultEngine, by uid: UInt32, now reading: ClockReading
  ) throws -> LivingVault.Merge {
    let past = earlier.trail.head
    let known = try place.auditReader().list(
      after: past.sequence - 1, limit: 1
    ).records.first
    guard let known, known.record.sequence == past.sequence, known.hash == past.hash.bytes else {
      throw EngineFault.laterBackup
    }
    let time = try earlier.timeOfHead()
    // Its gates stay, also those of an earlier restore.
    try noteRestore(
      asOf: time, by: uid,
      gates: (trail.head.restored?.asOf ?? time, trail.head.restored?.unconfirmed ?? []),
      numbers: 0, now: reading)
    var merge = LivingVault.Merge()
    let caller = Caller(
      uid: uid, kernelGroups: [], isOverflow: false, connection: 0, account: .nobody)
    try earlier.forEachEnvironment { old in
      guard let mine = try rows.environment(id: old.id), mine.name == old.name else { return }
      try earlier.forEachSecret(of: old) { secret in
        guard secret.isLive, secret.current > 0 else { return }
        guard let current = try rows.secret(mine.id, secret.name), current.isLive,
          try rows.state(mine.id, secret.name, secret.current) == .enabled
        else {
          merge.left += 1
          return
        }
        if current.current == secret.current { return }
        try run(
          .secretRollback(
            SecretRollback(
              environment: mine.name, name: secret.name, to: secret.current, cas: nil)), caller,
          reading)
        merge.restored += 1
      }
      for variable in try earlier.rows.variables(
        old.id, after: nil, limit: VaultLimits.variablesPerEnvironment)
      {
        guard let current = try rows.variable(mine.id, variable.name) else {
          merge.left += 1
          continue
        }
        if current.value == variable.value { continue }
        try run(
          .variableSet(
            VariableSet(environment: mine.name, name: variable.name, value: variable.value)),
          caller, reading)
        merge.restored += 1
      }
    }
    return merge
  }

  /// Runs a command as an admin would, and all of its slices.
  private func run(_ call: Call, _ caller: Caller, _ now: ClockReading) throws {
    let outcome = commit([Command(caller: caller, action: .call(call))], now: now)
    if case .refused(let refusal)? = outcome.replies.first { throw refusal }
    while hasBacklog { _ = commit([], now: now) }
  }

  /// When the last record was made.
  private func timeOfHead() throws -> Int64 {
    try place.auditReader().list(after: trail.head.sequence - 1, limit: 1)
      .records.first?.record.time ?? 0
  }
}
