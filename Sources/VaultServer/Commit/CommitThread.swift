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
  }

  /// What became of one batch.
  struct Delivery: Sendable {
    let replies: [Answered]
    let changedRequests: [Int64]
    let signature: ChainSignature?
    /// What is wrong with the disk, and the store's own words for it.
    let trouble: StorageTrouble?
    let fault: String?
  }

  /// Makes the engine on a new thread and serves the queue until it is closed and empty.
  ///
  /// - Parameters:
  ///   - make: opens the vault; runs on the commit thread, since the engine never leaves it.
  ///   - opened: is told how that went, once.
  ///   - clock: reads both clocks; called once a batch.
  ///   - deliver: takes the replies of a batch, in the order of its commands.
  ///   - ended: is called after the last batch, when the state directory is free.
  static func start(
    queue: CommitQueue, make: @escaping @Sendable () throws(EngineFault) -> VaultEngine,
    opened: @escaping @Sendable (EngineFault?) -> Void,
    clock: @escaping @Sendable () -> Moment,
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
      while queue.take(into: &jobs) {
        let outcome = engine.commit(jobs.map(\.command), now: clock())
        let replies = zip(jobs, outcome.replies).map { job, reply in
          Answered(
            connection: job.connection, lane: job.lane, valueBytes: job.valueBytes,
            isForEvents: job.isForEvents, reply: reply)
        }
        deliver(
          Delivery(
            replies: replies, changedRequests: outcome.changedRequests,
            signature: outcome.signature, trouble: outcome.trouble, fault: outcome.fault))
        jobs.removeAll(keepingCapacity: true)
      }
      engine.close()
      ended()
    }
  }
}
