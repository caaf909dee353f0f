import Glibc

/// A thread could not be started: the errno of pthread_create(3).
struct ThreadFault: Error {
  let errno: Int32
}

/// A detached POSIX thread that runs one closure.
///
/// Threads of our own, not a pool: each has one duty for life and may block.
enum PlainThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ run: @escaping @Sendable () -> Void) throws(ThreadFault) {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Safety: the retain made here is taken over, once, by the thread's first statement.
    let body = unsafe Unmanaged.passRetained(Body(run))
    let code = unsafe pthread_create(
      &thread, &attributes,
      { context in
        if let context = unsafe context {
          let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
          body.run()
        }
        return nil
      }, body.toOpaque())
    if code != 0 {
      unsafe body.release()
      throw ThreadFault(errno: code)
    }
  }
}
