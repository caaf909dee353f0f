import Glibc

/// A value that one thread at a time may touch.
///
/// Over a POSIX mutex: ThreadSanitizer does not see the lock of `Synchronization.Mutex`.
///
/// Sendable: the value is touched under the mutex alone, whose memory this object owns from init to
/// deinit.
@safe
final class Guarded<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  init(_ value: Value) {
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object.
    unsafe mutex = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    self.value = value
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Lends the value. Not to be called again from within.
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
