import Glibc
import NIOCore
import SecretMemory
import VaultCalls
import VaultCore
import VaultEngine

/// The bounded queue in front of the commit thread: many producers, one consumer that takes all there is.
///
/// Invariants:
/// - within a lane the order of submission is the order of decision;
/// - lanes take turns, so nobody waits behind what somebody else has piled up, and no lane fills the queue;
/// - a full queue refuses at once; who is refused keeps the command and stops reading from its peer
///   (back-pressure), so nothing is lost.
///
/// Sendable: all state is guarded by the mutex, whose memory this object owns from init to deinit.
@safe
final class CommitQueue: @unchecked Sendable {
  /// A command and the connection that its reply goes to.
  struct Job: Sendable {
    let connection: UInt64
    /// Whose turn it takes.
    let lane: Lane
    let command: Command
    /// Whether the reply is for what the connection subscribed to, and answers none of its calls.
    var isForEvents = false

    /// The bytes of the value that it brings, undecided as long as the job is not.
    var valueBytes: Int? { command.action.value?.count }
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let filled: UnsafeMutablePointer<pthread_cond_t>
  private var jobs = LaneTurns<Job>()
  private var count = 0
  private var isSleeping = false
  private var isClosed = false
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object.
    unsafe mutex = .allocate(capacity: 1)
    unsafe filled = .allocate(capacity: 1)
    // The monotonic clock, so that nobody who sets the wall clock prolongs a wait.
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(filled, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(filled)
    unsafe pthread_mutex_destroy(mutex)
    unsafe filled.deallocate()
    unsafe mutex.deallocate()
  }

  /// Adds a job; false where the queue is full or closed.
  func submit(_ job: Job) -> Bool {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    if isClosed || count >= capacity { return false }
    // A look at the lane only where it can have so many.
    if count >= capacity / 2, jobs.count(of: job.lane) >= capacity / 2 { return false }
    append(job)
    return true
  }

  /// Adds the vault's own last or recurring job, for which a full queue is no reason to be lost.
  func submitAlways(_ job: Job) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    if isClosed { return }
    append(job)
  }

  /// The jobs that wait.
  var depth: Int {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return count
  }

  private func append(_ job: Job) {
    count += 1
    jobs.append(job, job.lane)
    if isSleeping {
      isSleeping = false
      unsafe pthread_cond_signal(filled)
    }
  }

  /// Takes no more jobs; those that were taken are still decided.
  func close() {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    isClosed = true
    unsafe pthread_cond_signal(filled)
  }

  /// No batch is worth more short commands, so that no answer waits for more than these.
  static let largestBatch = 256
  /// What a lane gets of a batch at a turn, in short commands.
  private static let turn = 16

  /// Waits for jobs and takes what ``largestBatch`` short ones are worth; false once the queue is closed and empty.
  ///
  /// - Parameters:
  ///   - batch: an emptied array, which receives them.
  ///   - milliseconds: how long it waits at most, where somebody is owed an answer; then there is no job.
  func take(into batch: inout [Job], waiting milliseconds: Int64? = nil) -> Bool {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    let end = milliseconds.map { Self.monotonic(in: $0) }
    while count == 0 {
      if isClosed { return false }
      isSleeping = true
      guard var end else {
        unsafe pthread_cond_wait(filled, mutex)
        continue
      }
      if unsafe pthread_cond_timedwait(filled, mutex, &end) == ETIMEDOUT, count == 0 {
        isSleeping = false
        return !isClosed
      }
    }
    isSleeping = false
    var worth = 0
    while worth < Self.largestBatch, !jobs.isEmpty {
      let end = min(worth + Self.turn, Self.largestBatch)
      jobs.takeTurn { job in
        worth += Int(job.command.traits.worth)
        count -= 1
        batch.append(job)
        return worth < end
      }
    }
    return true
  }

  private static func monotonic(in milliseconds: Int64) -> timespec {
    var end = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = Int64(end.tv_nsec) + milliseconds % 1_000 * 1_000_000
    end.tv_sec += Int(milliseconds / 1_000 + nanoseconds / 1_000_000_000)
    end.tv_nsec = Int(nanoseconds % 1_000_000_000)
    return end
  }
}
