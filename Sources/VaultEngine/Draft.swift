import VaultCore

/// A batch's memory: all that its commands change beside the store, and that a commit that fails takes back. Only the
/// sum of the live rows stands with the rows (``SealedRows/set``), which alone change it.
///
/// Invariants:
/// - between batches nothing here is half done: a failed commit leaves it as it was, caches apart, which are dropped;
/// - what a failed batch must not take back stands in ``Lasting``, and nothing stands anywhere else.
struct Draft: Undoable {
  /// The head as it will be, and the records of the batch.
  var trail: AuditTrail
  /// What the configuration file says.
  @Copied var configuration: EngineConfiguration
  /// What is decided, and whose rows are still to be written.
  @Copied var backlog = Backlog()
  var live = LiveRequests()
  /// Imports that are under way.
  var imports = OpenImports()
  /// The connection that makes a backup.
  @Copied var backup: UInt64?
  var refusals = RefusalLog()
  var work = Work()

  init(trail: AuditTrail, configuration: EngineConfiguration) {
    self.trail = trail
    self.configuration = configuration
  }

  mutating func take(_ step: BatchStep) {
    trail.take(step)
    _configuration.take(step)
    _backlog.take(step)
    live.take(step)
    imports.take(step)
    _backup.take(step)
    refusals.take(step)
    work.take(step)
  }

  /// What one batch notes for its own end. Empty between batches.
  struct Work: Undoable {
    /// How many rows of the backlog it may still write.
    var budget = 0
    /// Requests that have changed.
    var changed: Set<Int64> = []
    var readCounts = ReadCounts()
    /// How often each has read without a request.
    var directReads: [Subject: Int64] = [:]
    /// Whether it ends with a signature of the head.
    var wantsSignature = false

    mutating func take(_ step: BatchStep) { if step == .rollBack { clear() } }

    mutating func clear() {
      budget = 0
      if !changed.isEmpty { changed.removeAll(keepingCapacity: true) }
      readCounts.drop()
      if !directReads.isEmpty { directReads.removeAll(keepingCapacity: true) }
      wantsSignature = false
    }
  }
}

/// What outlives a commit that fails, each for its reason.
struct Lasting {
  /// How many rows of the backlog one commit writes at most: each takes up to 0.2 ms. No batch changes it.
  var slice = 16
  /// The approvals and grants that one command takes back at most, which the head has to name; whoever wants
  /// more asks again. No batch changes it.
  var mostRevoked = 1_000
  /// Whether the backlog waits for the next second: a batch has failed.
  var isBacklogPaused = false
  /// Whether the last batch went on with the backlog, failed or not.
  var hasCaughtUp = false
  /// Connections whose end is not durable yet: nobody says a second time that they are gone.
  var endedConnections: Set<UInt64> = []
  /// Requests with which calls were parked before the vault was opened anew: they come again, told by the first batch
  /// that is durable.
  var recalled: [Int64] = []
  /// What was released by a durable record and did not open: noted and recorded after COMMIT.
  var failedReleases: [PendingRelease] = []
  /// The database as it was verified last; a failed batch changes nothing about that.
  var dataVersion: Int64 = 0
  /// Whether a live row did not verify: the vault stays closed.
  var isTampered = false
  /// Whether something that was destroyed may still stand in the write-ahead log: at a start too, since nobody knows
  /// what an earlier life of the daemon still owed. Once too often costs a checkpoint.
  var owesErasure = true
  /// Commands of committed batches that are answered once their erasure has come or been given up.
  var unanswered = UnansweredErasures()
  /// What is wrong with the disk; nil where nothing is. Failures are how it is known.
  var trouble: StorageTrouble?
  /// The store's own words for it, for the log.
  var storeFault: String?
  /// What is stored of the clock, set after COMMIT.
  var storedClock: ClockState
  /// The last record that a stored signature covers, set after COMMIT.
  var signedThrough: Int64 = 0
  /// Who has read without a request, set after COMMIT.
  var directReads = DirectReadShares()
  /// How old the secrets are, as of the last round: no batch decides by it.
  var secretAges = SecretAges()
  /// When the store was last opened anew, or that was tried.
  var lastReopened: Moment?

  init(storedClock: ClockState) { self.storedClock = storedClock }
}

/// What the decisions name most.
extension VaultEngine {
  var trail: AuditTrail {
    _read { yield draft.trail }
    _modify { yield &draft.trail }
  }
  var configuration: EngineConfiguration {
    _read { yield draft.configuration }
    _modify { yield &draft.configuration }
  }
  var backlog: Backlog {
    _read { yield draft.backlog }
    _modify { yield &draft.backlog }
  }
  var live: LiveRequests {
    _read { yield draft.live }
    _modify { yield &draft.live }
  }
  var imports: OpenImports {
    _read { yield draft.imports }
    _modify { yield &draft.imports }
  }
  var budget: Int {
    _read { yield draft.work.budget }
    _modify { yield &draft.work.budget }
  }
}
