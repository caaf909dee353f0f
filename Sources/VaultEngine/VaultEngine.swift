public import SecretMemory
public import VaultCore
import VaultCrypto
import VaultStore

/// The commit: a passive, single-threaded object with one entry, ``commit(_:now:changingKeys:)``.
///
/// Invariants:
/// - a batch sees itself: each command decides on what the commands before it in the batch have written,
///   read through the transaction or through caches that are dropped on rollback;
/// - a command decides before it writes, so a refused one leaves nothing behind;
/// - what a batch changes in memory is one value, ``Draft``, and what a failed commit leaves is another, ``Lasting``;
/// - plaintext exists only in replies, made after COMMIT (`audit-before-release`).
///
/// Clock and randomness come from outside, so that a whole life of a vault can be replayed.
public final class VaultEngine {
  /// How long an attended request lives when nobody waits on it.
  static let attendedGrace: Int64 = 60_000
  /// The rows that one list looks at.
  static let mostScanned = 500

  let vault: VaultID
  let store: Store
  let rows: SealedRows
  let wraps: WrapKeys
  let keys: KeyRing
  let random: RandomSource
  let signer: HeadSigner
  let copy: DatabaseCopy
  var draft: Draft
  var lasting: Lasting
  /// Where the root keys of a rotation are; nil where none can be made.
  let rootKeys: RootKeySource?
  let tamperingHook: (String) -> Void

  /// Opens a vault and verifies all of its live state before anything else.
  ///
  /// - Parameters:
  ///   - directory: the state directory, held until ``close()``.
  ///   - rootKey: the root key's 32 bytes, used here to derive keys and then gone.
  ///   - configuration: what the configuration file says.
  ///   - rootKeys: where the root keys of a rotation are; nil where nobody asks for one.
  ///   - now: what the clocks say; attended requests that survived count as unattended from here on.
  ///   - onTampering: is told, for the journal, which row did not verify.
  public convenience init(
    directory: String, rootKey: SecretBuffer, rootKeys: RootKeySource? = nil,
    configuration: EngineConfiguration, now: ClockReading,
    onTampering: @escaping (String) -> Void
  ) throws(EngineFault) {
    do {
      try checkLibraryVersion()
      let store = try Store(directory: directory)
      try self.init(
        store: store, rootKey: RootKey(rootKey), rootKeys: rootKeys, configuration: configuration,
        random: .system,
        now: now, onTampering: onTampering)
    } catch { throw EngineFault(error) }
  }

  /// The same over a store and a source of randomness of the caller's, so that a life can be replayed.
  init(
    store: Store, rootKey: consuming RootKey, rootKeys: RootKeySource? = nil,
    configuration: EngineConfiguration, random: RandomSource, now: ClockReading,
    onTampering: @escaping (String) -> Void
  ) throws(EngineFault) {
    do {
      let opened = try OpenedVault(store, by: rootKey, random: random)
      vault = opened.vault
      self.store = store
      copy = DatabaseCopy(of: store.location)
      self.random = random
      self.rootKeys = rootKeys
      tamperingHook = onTampering
      rows = SealedRows(store: store, sealer: try RowSealer(opened.state))
      let derivedState = opened.derivedState
      let fingerprinter = try Fingerprinter(opened.state)
      wraps = WrapKeys(
        store: store, random: random, root: opened.wrapKey, derivedState: derivedState)
      try wraps.requireCounting(Self.verifiedHead(store, rows).keys)
      signer = try HeadSigner(store: store, vault: vault, wraps: wraps)
      keys = try KeyRing(wraps: wraps, fingerprinter: fingerprinter, random: random)
      let head = Head(clock: ClockState(adopting: now))
      draft = Draft(
        trail: AuditTrail(head: head, chain: try Chain(vault)), configuration: configuration)
      lasting = Lasting(storedClock: head.clock)
      lasting.dataVersion = try store.dataVersion()
      let found = try verifyEverything()
      lasting.storedClock = trail.head.clock
      try adoptKeys()
      let moment = trail.head.clock.looked(at: now).moment
      try restoreLiveRequests(found, moment)
      try recountDirectReads(at: moment)
      try checkSignature()
    } catch {
      throw EngineFault(error)
    }
  }

  /// The head, where it is as it was sealed.
  private static func verifiedHead(_ store: Store, _ rows: SealedRows) throws -> Head {
    guard let stored = try store.head() else { throw Tampering("the head is missing") }
    guard let head = try? Head(canonical: stored.content),
      try rows.seals.seal(head: stored.content, head.sequence).isEqual(stored.seal)
    else { throw Tampering("the head does not verify") }
    return head
  }

  /// Every live row, the sum of them, the head: as they were left, or not at all.
  @discardableResult
  func verifyEverything() throws -> SealedRows.LiveRows {
    let head = try Self.verifiedHead(store, rows)
    let found = try rows.addUpLiveRows()
    guard try rows.seals.tag(of: found.sum).constantTimeEquals(head.setTag) else {
      throw Tampering("a row was added, deleted or replaced by an older one")
    }
    try verifyAuditEnd(head)
    try wraps.verify(head.keys)
    rows.adopt(found.sum, liveRequests: found.requests)
    if trail.head.sequence != head.sequence || trail.head.hash != head.hash {
      // A start, or a write from outside that brought back an older whole: the start takes what it
      // finds, a running vault does not.
      guard trail.head.sequence == 0 else {
        throw Tampering("this daemon did not write the head")
      }
      trail.head = head
      trail.startRecords()
    }
    return found
  }

  /// A stored signature that is not ours would keep the head from being signed; it is told, and the head
  /// is signed anew.
  private func checkSignature() throws {
    if try signer.holds(through: trail.head) {
      lasting.signedThrough = try store.signature()?.sequence ?? 0
    } else {
      tamperingHook("the signature of the audit head does not verify")
    }
  }

  /// The last commit's records must chain to the head; the whole chain is walked by `audit.verify`.
  private func verifyAuditEnd(_ head: Head) throws {
    guard let row = try store.lastAudit(), let batch = AuditBatch(row) else {
      throw Tampering("the audit records are missing")
    }
    let chain = try Chain(vault)
    var hash = batch.previous
    for (offset, record) in batch.records.enumerated() {
      hash = try chain.next(row.first + Int64(offset), after: hash, record)
    }
    guard row.first + row.count - 1 == head.sequence, hash == head.hash else {
      throw Tampering("the last audit record is not the one that the head names")
    }
  }

  /// Ends the vault: nothing is decided any more, the state directory is free.
  public func close() { store.close() }

  /// Where the vault is, for the connections of other threads.
  public var place: VaultPlace {
    VaultPlace(
      vault: vault, auditKey: signer.publicKey, location: store.location, copy: copy)
  }
}
