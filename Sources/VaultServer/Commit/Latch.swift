import Glibc

/// A gate that opens once, for threads that wait for each other at start and stop.
///
/// Sendable: the semaphore is the kernel's; its memory is owned here from init to deinit.
@safe
final class Latch: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object.
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Lets everybody through, now and later.
  func open() { _ = unsafe sem_post(semaphore) }

  func wait() {
    while unsafe sem_wait(semaphore) != 0 && errno == EINTR {}
    open()
  }

  /// Waits for so long at most; whether it was opened.
  @discardableResult
  func wait(milliseconds: Int) -> Bool {
    var until = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &until)
    until.tv_sec += milliseconds / 1_000
    until.tv_nsec += milliseconds % 1_000 * 1_000_000
    if until.tv_nsec >= 1_000_000_000 {
      until.tv_sec += 1
      until.tv_nsec -= 1_000_000_000
    }
    while true {
      if unsafe sem_timedwait(semaphore, &until) == 0 {
        open()
        return true
      }
      if errno != EINTR { return false }
    }
  }
}
