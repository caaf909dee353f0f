public import SecretMemory
public import VaultCore
import VaultCrypto
import VaultStore

extension VaultEngine {
  /// Makes a new vault in a state directory: its id, its keys, the root key's check value, and record 1 of the audit
  /// chain, in one transaction.
  ///
  /// - Parameters:
  ///   - directory: the state directory; it is made, 0700, where there is none.
  ///   - now: what the clocks say, which the vault goes by from here on.
  ///   - recoveryKey: the text of a recovery key, asked for last; nil makes none.
  ///   - rootKey: gives the root key's 32 bytes; called only where there is no vault yet.
  /// - Throws: ``EngineFault/alreadyInitialized`` where there is a vault already; nothing is touched then.
  public static func create(
    directory: String, now: ClockReading, recoveryKey: () throws -> SecretBuffer? = { nil },
    rootKey: () throws -> SecretBuffer
  ) throws {
    do {
      try checkLibraryVersion()
      let store = try Store(directory: directory, create: true)
      defer { store.close() }
      if try store.meta() != nil { throw EngineFault.alreadyInitialized }
      try create(
        in: store, rootKey: RootKey(rootKey()), recoveryKey: recoveryKey(), random: .system,
        now: now)
    } catch let fault as StoreFault { throw EngineFault(fault) } catch let fault as CryptoFault {
      throw EngineFault(fault)
    }
  }

  /// Whether a state directory holds a vault's database.
  public static func isThere(directory: String) -> Bool { Store.isThere(directory: directory) }

  static func create(
    in store: Store, rootKey: borrowing RootKey, recoveryKey: SecretBuffer? = nil,
    random: RandomSource, now: ClockReading
  ) throws(EngineFault) {
    do {
      try store.begin()
      guard try store.meta() == nil else {
        store.rollback()
        throw EngineFault.alreadyInitialized
      }
      let vault = try VaultID(random: random)
      try store.insert(MetaRow(vault: vault.bytes, created: now.wall))
      var state = KeyState.first
      state.rootSince = now.wall
      state.progress = .settled
      try store.insert(
        RootRow(
          generation: Int64(state.root), checkValue: rootKey.checkValue(for: vault).bytes,
          created: now.wall))
      let wraps = WrapKeys(
        store: store, random: random,
        root: try rootKey.wrapKey(for: vault, generation: state.root))
      let signingKey = try SigningKey(random: random)
      let stateKey = try rootKey.stateKey(for: vault)
      try wraps.makeBackupKey(of: vault, &state, recoveryKey, at: now.wall)
      try wraps.put(.auditSigning(generation: KeyState.signing), under: state.wrappers) {
        try $0.wrap(signingKey, keyGeneration: KeyState.signing, random: random)
      }
      try wraps.put(.state(generation: state.state), under: state.wrappers) {
        try $0.wrap(stateKey, keyGeneration: state.state, random: random)
      }
      let rows = SealedRows(store: store, sealer: try RowSealer(stateKey))
      var trail = AuditTrail(head: Head(clock: ClockState(adopting: now)), chain: try Chain(vault))
      trail.head.keys = state
      let moment = Moment(wall: now.wall, boot: now.boot, bootID: now.bootID)
      trail.append(
        AuditRecord(
          at: moment, event: .vaultCreated,
          details: [.init("audit_key", "ed25519:\(signingKey.publicKey.hex)")]))
      if state.recovery > 0 { trail.append(AuditRecord(at: moment, event: .recoveryKeyCreated)) }
      try store.appendAudit(first: trail.first, count: trail.count, records: trail.records.output)
      trail.head.setTag = try rows.setTag()
      try rows.put(trail.head)
      try store.commit()
    } catch {
      store.rollback()
      throw EngineFault(error)
    }
  }
}
