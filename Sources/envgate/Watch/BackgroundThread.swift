import Glibc

/// A thread that runs until its body or the process ends; with the signal mask of its maker.
enum BackgroundThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// - Throws: ``CommandFault`` `system` where there is no thread to be had.
  static func start(_ body: @escaping @Sendable () -> Void) throws {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    // Safety: the one reference that is handed over is taken by the thread, or back where there is none.
    let failure = unsafe pthread_create(
      &thread, nil,
      { raw in
        guard let raw = unsafe raw else { return nil }
        let work = unsafe Unmanaged<Work>.fromOpaque(raw).takeRetainedValue()
        work.body()
        return nil
      }, work.toOpaque())
    guard failure == 0 else {
      unsafe work.release()
      throw CommandFault(.system, "pthread_create failed: \(SystemText.of(failure))")
    }
    pthread_detach(thread)
  }
}
