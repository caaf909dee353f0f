import Glibc

/// A gate that opens once, for threads that wait for each other at start and stop.
///
/// Sendable: the state is guarded by the mutex, whose memory this object owns from init to deinit.
@safe
final class Latch: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let opened: UnsafeMutablePointer<pthread_cond_t>
  private var isOpen = false

  init() {
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object. The
    // monotonic clock, so that nobody who sets the wall clock prolongs a wait.
    unsafe mutex = .allocate(capacity: 1)
    unsafe opened = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(opened, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(opened)
    unsafe pthread_mutex_destroy(mutex)
    unsafe opened.deallocate()
    unsafe mutex.deallocate()
  }

  /// Lets everybody through, now and later.
  func open() {
    unsafe pthread_mutex_lock(mutex)
    isOpen = true
    unsafe pthread_cond_broadcast(opened)
    unsafe pthread_mutex_unlock(mutex)
  }

  func wait() {
    unsafe pthread_mutex_lock(mutex)
    while !isOpen { unsafe pthread_cond_wait(opened, mutex) }
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Waits for so long at most; whether it was opened.
  @discardableResult
  func wait(milliseconds: Int) -> Bool {
    var until = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &until)
    until.tv_sec += milliseconds / 1_000
    until.tv_nsec += milliseconds % 1_000 * 1_000_000
    if until.tv_nsec >= 1_000_000_000 {
      until.tv_sec += 1
      until.tv_nsec -= 1_000_000_000
    }
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while !isOpen {
      if unsafe pthread_cond_timedwait(opened, mutex, &until) == ETIMEDOUT { return isOpen }
    }
    return true
  }
}
