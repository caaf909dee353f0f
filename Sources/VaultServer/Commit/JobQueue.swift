import Glibc
import VaultCore
import VaultProtocol

/// Work for one thread that owns one resource: jobs are closures that borrow it.
///
/// Sendable: all state is guarded by the mutex, whose memory this object owns from init to deinit.
@safe
final class JobQueue<Resource>: @unchecked Sendable {
  typealias Job = @Sendable (Resource?) -> Void

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let filled: UnsafeMutablePointer<pthread_cond_t>
  private var jobs: [Job] = []
  private var isClosed = false

  init() {
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object.
    unsafe mutex = .allocate(capacity: 1)
    unsafe filled = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(filled, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(filled)
    unsafe pthread_mutex_destroy(mutex)
    unsafe filled.deallocate()
    unsafe mutex.deallocate()
  }

  func submit(_ job: @escaping Job) {
    unsafe pthread_mutex_lock(mutex)
    if !isClosed { jobs.append(job) }
    unsafe pthread_cond_signal(filled)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Has the thread make an answer for the wire; where the resource does not open, the store is failing.
  func ask<Answer>(
    _ make: @escaping @Sendable (Resource) throws -> Answer,
    _ done: @escaping @Sendable (Result<Answer, WireError>) -> Void
  ) {
    submit { resource in
      do {
        guard let resource else { throw Refusal.storageUnavailable(.failing) }
        done(.success(try make(resource)))
      } catch let refusal as Refusal {
        done(.failure(WireError(refusal)))
      } catch {
        done(.failure(WireError(Refusal.storageUnavailable(.failing))))
      }
    }
  }

  func close() {
    unsafe pthread_mutex_lock(mutex)
    isClosed = true
    unsafe pthread_cond_signal(filled)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Serves jobs until the queue is closed. A resource that does not open is tried again with each job.
  func serve(_ open: () throws -> Resource) {
    var resource = try? open()
    while let job = next() {
      if resource == nil { resource = try? open() }
      job(resource)
    }
  }

  private func next() -> Job? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while jobs.isEmpty {
      if isClosed { return nil }
      unsafe pthread_cond_wait(filled, mutex)
    }
    return jobs.removeFirst()
  }
}
