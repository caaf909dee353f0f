import Glibc
import VaultCore
import VaultEngine

/// The one thread on which the engine lives: it takes whatever waits, commits it as one batch, and hands
/// the replies over. While one batch waits for its fsync, the next one gathers.
enum CommitThread {
  /// What became of one job.
  struct Answered: Sendable {
    let connection: UInt64
    let lane: Lane
    let valueBytes: Int?
    let isForEvents: Bool
    let reply: CommandReply

    init(_ job: CommitQueue.Job, _ reply: CommandReply) {
      connection = job.connection
      lane = job.lane
      valueBytes = job.valueBytes
      isForEvents = job.isForEvents
      self.reply = reply
    }
  }

  /// Jobs whose answers come after those of their batch, because an erasure waits for somebody's snapshot.
  ///
  /// The order of one connection's answers holds: such calls are alone (``Traits/isAlone``).
  private struct Unanswered {
    private var jobs: [UInt64: CommitQueue.Job] = [:]

    /// The answers of a batch; what is deferred is kept.
    mutating func sort(_ batch: [CommitQueue.Job], _ outcome: BatchOutcome) -> [Answered] {
      zip(batch, outcome.replies).enumerated().compactMap { index, pair in
        guard let token = outcome.deferred[index] else { return Answered(pair.0, pair.1) }
        jobs[token] = pair.0
        return nil
      }
    }

    mutating func answer(_ late: [LateReply]) -> [Answered] {
      late.compactMap { late in
        jobs.removeValue(forKey: late.token).map { Answered($0, late.reply) }
      }
    }
  }

  /// What became of one batch.
  struct Delivery: Sendable {
    let replies: [Answered]
    let changedRequests: [Int64]
    let signature: ChainSignature?
    /// What is wrong with the disk, and the store's own words for it.
    let trouble: StorageTrouble?
    let fault: String?
    /// Set where the vault does not simply go by the host's clock.
    let clock: ClockDoubt?
    /// How much there is of what; nil where that was not asked.
    var figures: VaultFigures?
  }

  /// Makes the engine on a new thread and serves the queue until it is closed and empty.
  ///
  /// - Parameters:
  ///   - make: opens the vault; runs on the commit thread, since the engine never leaves it.
  ///   - opened: is told how that went, once.
  ///   - clock: reads both clocks; called once a batch.
  ///   - measured: is told how many microseconds each batch took.
  ///   - deliver: takes the replies of a batch, in the order of its commands.
  ///   - ended: is called after the last batch, when the state directory is free.
  static func start(
    queue: CommitQueue, make: @escaping @Sendable () throws(EngineFault) -> VaultEngine,
    opened: @escaping @Sendable (EngineFault?) -> Void,
    clock: @escaping @Sendable () -> ClockReading,
    measured: @escaping @Sendable (Int64) -> Void = { _ in },
    deliver: @escaping @Sendable (Delivery) -> Void, ended: @escaping @Sendable () -> Void
  ) throws(ThreadFault) {
    try PlainThread.start {
      let engine: VaultEngine
      do throws(EngineFault) { engine = try make() } catch {
        opened(error)
        return
      }
      opened(nil)
      var jobs: [CommitQueue.Job] = []
      var unanswered = Unanswered()
      var trouble: StorageTrouble?
      var fault: String?
      var doubt: ClockDoubt?
      var pace = KeyPace()
      func deliverLate(isLast: Bool = false) {
        let late = engine.lateReplies(at: clock(), isLast: isLast)
        if late.isEmpty { return }
        deliver(
          Delivery(
            replies: unanswered.answer(late), changedRequests: [], signature: nil, trouble: trouble,
            fault: fault, clock: doubt))
      }
      func commit() {
        let began = ServiceManager.monotonicTime()
        let isPaced = engine.hasBacklog && pace.isDue(at: began)
        let outcome = engine.commit(
          jobs.map(\.command), now: clock(), changingKeys: pace.isDue(at: began))
        let took = ServiceManager.monotonicTime() - began
        if isPaced { pace.worked(from: began, for: took) }
        measured(took)
        (trouble, fault, doubt) = (outcome.trouble, outcome.fault, outcome.clock)
        deliver(
          Delivery(
            replies: unanswered.sort(jobs, outcome), changedRequests: outcome.changedRequests,
            signature: outcome.signature, trouble: trouble, fault: fault, clock: doubt,
            figures: outcome.figures))
        jobs.removeAll(keepingCapacity: true)
      }
      /// How long the thread may sleep where no job comes, in milliseconds; nil: for good.
      func sleep() -> Int64? {
        let owed = engine.owesReplies ? VaultEngine.erasureInterval : nil
        guard engine.hasBacklog else { return owed }
        let rest = engine.mayBacklogRest ? pace.rest(at: ServiceManager.monotonicTime()) : 0
        return min(rest, owed ?? rest)
      }
      func isBacklogDue() -> Bool {
        !engine.mayBacklogRest || pace.isDue(at: ServiceManager.monotonicTime())
      }
      while queue.take(into: &jobs, waiting: sleep()) {
        // An empty batch goes on with what an earlier one has decided.
        if !jobs.isEmpty || engine.hasBacklog && isBacklogDue() { commit() }
        if engine.owesSlice && isBacklogDue() { commit() }
        if engine.owesReplies { deliverLate() }
      }
      deliverLate(isLast: true)
      engine.close()
      ended()
    }
  }
}
