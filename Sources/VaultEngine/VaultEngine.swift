public import SecretMemory
public import VaultCore
import VaultCrypto
import VaultStore

/// The commit: a passive, single-threaded object with one entry, ``commit(_:now:)``.
///
/// Invariants:
/// - a batch sees itself: each command decides on what the commands before it in the batch have written,
///   read through the transaction or through caches that are dropped on rollback;
/// - a command decides before it writes, so a refused one leaves nothing behind;
/// - state that outlives a batch changes for good only after COMMIT returned;
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
  let keys: KeyRing
  let random: RandomSource
  let signer: HeadSigner
  var configuration: EngineConfiguration
  var trail: AuditTrail
  var live = LiveRequests()
  /// What is decided, and whose rows are still to be written.
  var backlog = Backlog()
  /// Imports that are under way.
  var imports = OpenImports()
  /// Whether those wait for the next second, since a batch has failed.
  var isBacklogPaused = false
  /// How many of those one commit writes at most: each takes up to 0.2 ms.
  var slice = 16
  /// The approvals and grants that one command takes back at most, which the head has to name; whoever wants
  /// more asks again.
  var mostRevoked = 1_000
  /// Whether the last batch went on with the backlog.
  var hasCaughtUp = false
  /// How many rows of the backlog the batch at hand may still write.
  var budget = 0
  var refusals = RefusalLog()
  var readCounts = ReadCounts()
  var changed: Set<Int64> = []
  /// Requests with which calls were parked before the vault was opened anew: they come again.
  var recalled: [Int64] = []
  var failedReleases: [PendingRelease] = []
  var dataVersion: Int64 = 0
  var isTampered = false
  /// Connections whose end is not durable yet: a batch that failed must not forget that they are gone.
  var endedConnections: Set<UInt64> = []
  /// Whether something that was destroyed may still stand in the write-ahead log: at a start too, since
  /// nobody knows what an earlier life of the daemon still owed.
  var owesErasure = true
  /// Commands of committed batches that are answered once their erasure has come or been given up.
  var unanswered = UnansweredErasures()
  /// Whether the batch at hand ends with a signature of the head.
  var wantsSignature = false
  /// What is wrong with the disk; nil where nothing is.
  var trouble: StorageTrouble?
  /// The store's own words for it, for the log.
  var storeFault: String?
  /// What is stored of the clock.
  var storedClock: ClockState
  /// When the store was last opened anew, or that was tried.
  var lastReopened: Moment?
  let tamperingHook: (String) -> Void

  /// Opens a vault and verifies all of its live state before anything else.
  ///
  /// - Parameters:
  ///   - directory: the state directory, held until ``close()``.
  ///   - rootKey: the root key's 32 bytes, used here to derive keys and then gone.
  ///   - configuration: what the configuration file says.
  ///   - now: what the clocks say; attended requests that survived count as unattended from here on.
  ///   - onTampering: is told, for the journal, which row did not verify.
  public convenience init(
    directory: String, rootKey: SecretBuffer, configuration: EngineConfiguration, now: ClockReading,
    onTampering: @escaping (String) -> Void
  ) throws(EngineFault) {
    do {
      try checkLibraryVersion()
      let store = try Store(directory: directory)
      try self.init(
        store: store, rootKey: RootKey(rootKey), configuration: configuration, random: .system,
        now: now, onTampering: onTampering)
    } catch { throw EngineFault(error) }
  }

  /// The same over a store and a source of randomness of the caller's, so that a life can be replayed.
  init(
    store: Store, rootKey: consuming RootKey, configuration: EngineConfiguration,
    random: RandomSource, now: ClockReading, onTampering: @escaping (String) -> Void
  ) throws(EngineFault) {
    do {
      guard let meta = try store.meta(), let vault = VaultID(meta.vault) else {
        throw EngineFault.notInitialized
      }
      guard try rootKey.checkValue(for: vault).isEqual(meta.checkValue) else {
        throw EngineFault.wrongRootKey
      }
      let state = try rootKey.stateKey(for: vault)
      let wrapKey = try rootKey.wrapKey(for: vault, generation: 1)
      self.vault = vault
      self.store = store
      self.configuration = configuration
      self.random = random
      tamperingHook = onTampering
      rows = SealedRows(store: store, sealer: try RowSealer(state))
      signer = try HeadSigner(store: store, vault: vault, wrapKey: wrapKey)
      keys = try KeyRing(
        store: store, vault: vault, wrapKey: wrapKey, fingerprinter: try Fingerprinter(state),
        random: random)
      trail = AuditTrail(head: Head(clock: ClockState(adopting: now)), chain: try Chain(vault))
      storedClock = trail.head.clock
      dataVersion = try store.dataVersion()
      let found = try verifyEverything()
      storedClock = trail.head.clock
      try restoreLiveRequests(found, trail.head.clock.looked(at: now).moment)
      try checkSignature()
    } catch {
      throw EngineFault(error)
    }
  }

  /// Every live row, the sum of them, the head: as they were left, or not at all.
  @discardableResult
  func verifyEverything() throws -> SealedRows.LiveRows {
    guard let stored = try store.head() else { throw Tampering("the head is missing") }
    let head: Head
    do { head = try Head(canonical: stored.content) } catch {
      throw Tampering("the head does not verify")
    }
    let sealed = try rows.sealer.seal(
      table: "head", key: [], revision: head.sequence, content: stored.content)
    guard sealed.seal.isEqual(stored.seal) else {
      throw Tampering("the head does not verify")
    }
    let found = try rows.addUpLiveRows()
    guard try rows.tag(of: found.sum).constantTimeEquals(head.setTag) else {
      throw Tampering("a row was added, deleted or replaced by an older one")
    }
    try verifyAuditEnd(head)
    rows.adopt(found.sum, liveRequests: found.requests)
    if trail.head.sequence != head.sequence || trail.head.hash != head.hash {
      // A start, or a write from outside that brought back an older whole: the start takes what it
      // finds, a running vault does not.
      guard trail.head.sequence == 0 else {
        throw Tampering("this daemon did not write the head")
      }
      trail.head = head
      trail.begin()
    }
    return found
  }

  /// A stored signature that is not ours would keep the head from being signed; it is told, and the head
  /// is signed anew.
  private func checkSignature() throws {
    if try !signer.holds(through: trail.head) {
      tamperingHook("the signature of the audit head does not verify")
      signer.forget()
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
    VaultPlace(vault: vault, auditKey: signer.publicKey, location: store.location)
  }
}
