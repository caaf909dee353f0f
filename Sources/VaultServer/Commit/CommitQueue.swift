import Glibc
import SecretMemory
import VaultCore
import VaultEngine

/// The bounded queue in front of the commit thread: many producers, one consumer that takes all there is.
///
/// Invariant: order of submission is order of decision. A full queue refuses at once; who is refused
/// keeps the command and stops reading from its peer (back-pressure), so nothing is lost.
///
/// Sendable: all state is guarded by the mutex, whose memory this object owns from init to deinit.
@safe
final class CommitQueue: @unchecked Sendable {
  /// A command and the connection that its reply goes to.
  struct Job: Sendable {
    let connection: UInt64
    let command: Command
    /// Whether the reply is for what the connection subscribed to, and answers none of its calls.
    var isForEvents = false

    /// The bytes of the value that it brings, undecided as long as the job is not.
    var valueBytes: Int? {
      if case .setSecret(_, _, let value, _, _) = command.action { value.count } else { nil }
    }
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let filled: UnsafeMutablePointer<pthread_cond_t>
  private var jobs: [Job] = []
  private var isSleeping = false
  private var isClosed = false
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object.
    unsafe mutex = .allocate(capacity: 1)
    unsafe filled = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(filled, nil)
    jobs.reserveCapacity(capacity)
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
    if isClosed || jobs.count >= capacity { return false }
    jobs.append(job)
    if isSleeping {
      isSleeping = false
      unsafe pthread_cond_signal(filled)
    }
    return true
  }

  /// Adds the vault's own last or recurring job, for which a full queue is no reason to be lost.
  func submitAlways(_ job: Job) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    if isClosed { return }
    jobs.append(job)
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

  /// No batch is larger, so that no answer waits for more than these.
  static let largestBatch = 256

  /// Waits for jobs and takes up to ``largestBatch`` of them; false once the queue is closed and empty.
  ///
  /// - Parameter spare: an emptied array whose storage the queue fills next.
  func take(giving spare: inout [Job]) -> Bool {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while jobs.isEmpty {
      if isClosed { return false }
      isSleeping = true
      unsafe pthread_cond_wait(filled, mutex)
    }
    isSleeping = false
    if jobs.count <= Self.largestBatch {
      swap(&jobs, &spare)
    } else {
      spare.append(contentsOf: jobs.prefix(Self.largestBatch))
      jobs.removeFirst(Self.largestBatch)
    }
    return true
  }
}
