public import SecretMemory
public import VaultCore
import VaultCrypto
import VaultStore

extension VaultEngine {
  /// Makes a new vault in a state directory: its id, the root key's check value, the audit signing key,
  /// and record 1 of the audit chain, in one transaction.
  ///
  /// - Parameters:
  ///   - directory: the state directory; it is made, 0700, where there is none.
  ///   - rootKey: gives the root key's 32 bytes; called only where there is no vault yet.
  ///   - now: what the clocks say, which the vault goes by from here on.
  /// - Throws: ``EngineFault/alreadyInitialized`` where there is a vault already; nothing is touched then.
  public static func create(
    directory: String, now: ClockReading, rootKey: () throws -> SecretBuffer
  ) throws {
    do {
      try checkLibraryVersion()
      let store = try Store(directory: directory, create: true)
      defer { store.close() }
      if try store.meta() != nil { throw EngineFault.alreadyInitialized }
      try create(in: store, rootKey: RootKey(rootKey()), random: .system, now: now)
    } catch let fault as StoreFault { throw EngineFault(fault) } catch let fault as CryptoFault {
      throw EngineFault(fault)
    }
  }

  /// Whether a state directory holds a vault's database.
  public static func isThere(directory: String) -> Bool { Store.isThere(directory: directory) }

  static func create(
    in store: Store, rootKey: borrowing RootKey, random: RandomSource, now: ClockReading
  ) throws(EngineFault) {
    do {
      try store.begin()
      guard try store.meta() == nil else {
        store.rollback()
        throw EngineFault.alreadyInitialized
      }
      let vault = try VaultID(random: random)
      try store.insert(
        MetaRow(
          vault: vault.bytes, checkValue: try rootKey.checkValue(for: vault).bytes,
          created: now.wall))
      let wrapKey = try rootKey.wrapKey(for: vault, generation: 1)
      let signingKey = try SigningKey(random: random)
      try store.put(
        WrapRow(
          kind: WrapKind.auditSigningKey, id: 0, generation: 1,
          record: try wrapKey.wrap(signingKey, keyGeneration: 1, random: random)))
      let rows = SealedRows(store: store, sealer: try RowSealer(rootKey.stateKey(for: vault)))
      var trail = AuditTrail(head: Head(clock: ClockState(adopting: now)), chain: try Chain(vault))
      trail.append(
        AuditRecord(
          at: Moment(wall: now.wall, boot: now.boot, bootID: now.bootID), event: .vaultCreated,
          details: [.init("audit_key", "ed25519:\(signingKey.publicKey.hex)")]))
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
