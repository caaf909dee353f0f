import VaultCore
import VaultCrypto
import VaultStore

/// The keys of a vault's copy, where no engine is open on it: for a restore.
enum VaultKeys {
  /// The backup key, by the root key of the vault that it was copied from; nil where it is not wrapped under that.
  static func backupKey(
    in rows: [WrapRow], of vault: VaultID, root: borrowing RootKey
  ) throws -> BackupKey? {
    for (row, generation) in backupKeys(in: rows) {
      guard case .root(let wrapper)? = row.place.wrapper else { continue }
      if let key = try opened(
        row, generation, by: root.wrapKey(for: vault, generation: wrapper))
      {
        return key
      }
    }
    return nil
  }

  /// The backup key, by the recovery key; nil where it is not wrapped under that.
  static func backupKey(
    in rows: [WrapRow], of vault: VaultID, recovery: borrowing RecoveryKey
  ) throws -> BackupKey? {
    for (row, generation) in backupKeys(in: rows) {
      guard case .recovery(let wrapper)? = row.place.wrapper else { continue }
      if let key = try opened(
        row, generation, by: recovery.wrapKey(for: vault, generation: wrapper))
      {
        return key
      }
    }
    return nil
  }

  /// Gives a vault a root key of the host's: it is the vault's next one, and those before open nothing any more.
  /// Where it is the vault's own nothing is changed.
  ///
  /// The vault's rows are not verified here; opening it with this root key does that.
  /// - Throws: `Tampering` where the keys or the head are not what the backup key has wrapped.
  static func adopt(
    _ rootKey: borrowing RootKey, in store: Store, by backup: borrowing BackupKey,
    random: RandomSource, at wall: Int64
  ) throws {
    let vault = backup.vault
    try store.begin()
    do {
      let opener = try backup.wrapKey()
      let state = try OpenedVault.stateKey(in: store, under: .backup(backup.generation), opener)
      guard let state else { throw Tampering(.backup(generation: backup.generation)) }
      let rows = SealedRows(store: store, sealer: try RowSealer(state))
      guard let stored = try store.head(), var head = try? Head(canonical: stored.content),
        try rows.seals.seal(head: stored.content, head.sequence).isEqual(stored.seal),
        head.keys.backup == backup.generation, head.keys.progress != .wrapping
      else { throw Tampering("the head does not verify") }
      let check = try rootKey.checkValue(for: vault)
      let own = try store.roots().first { check.isEqual($0.checkValue) }
      if own?.generation == Int64(head.keys.root) {
        store.rollback()
        return
      }
      head.keys.root = max(head.keys.root, head.keys.next) + 1
      head.keys.rootSince = wall
      head.keys.next = 0
      head.keys.progress = .sweeping
      let wraps = WrapKeys(
        store: store, random: random,
        root: try rootKey.wrapKey(for: vault, generation: head.keys.root))
      wraps.load(opener, as: .backup(backup.generation))
      try wraps.put(.backup(generation: backup.generation), under: head.keys.roots) {
        try $0.wrap(backup, random: random)
      }
      for key in head.keys.own where key != .backup(generation: backup.generation) {
        try wraps.complete(key, under: head.keys.wrappers)
      }
      var after: Int64 = 0
      while true {
        let page = try rows.environments(after: after, limit: 500)
        for environment in page.environments {
          try wraps.complete(environment, under: head.keys.wrappers)
        }
        guard let next = page.next else { break }
        after = next
      }
      for root in try store.roots() { try store.deleteRoot(generation: root.generation) }
      try store.insert(
        RootRow(generation: Int64(head.keys.root), checkValue: check.bytes, created: wall))
      try rows.put(head)
      try store.commit()
    } catch {
      store.rollback()
      throw error
    }
  }

  private static func backupKeys(in rows: [WrapRow]) -> [(WrapRow, UInt32)] {
    rows.compactMap { row in
      if case .backup(let generation)? = row.place.key { (row, generation) } else { nil }
    }
  }

  private static func opened(
    _ row: WrapRow, _ generation: UInt32, by wrapKey: borrowing WrapKey
  ) throws -> BackupKey? {
    do {
      return try wrapKey.unwrapBackupKey(row.record, generation: generation)
    } catch CryptoFault.doesNotOpen { return nil }
  }
}
