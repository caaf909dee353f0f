import NIOCore

/// Tells the service manager that the daemon serves, as long as it does.
///
/// Invariant: each notice took a turn of the event loop and an answer of the commit thread since the
/// one before. Where one of the two hangs no notice leaves, and the manager starts the daemon anew.
///
/// Sendable: everything here is touched on `eventLoop` alone.
final class Watchdog: @unchecked Sendable {
  private let eventLoop: any EventLoop
  private let interval: TimeAmount
  private let probe: () -> Void
  private let tell: () -> Void
  private var hasAnswered = false

  /// - Parameters:
  ///   - patience: how long the manager waits for a notice; it gets two in that time.
  ///   - probe: gives the commit thread something to answer.
  ///   - tell: tells the manager.
  init(
    eventLoop: any EventLoop, patience: TimeAmount, probe: @escaping () -> Void,
    tell: @escaping () -> Void
  ) {
    self.eventLoop = eventLoop
    interval = .nanoseconds(max(1, patience.nanoseconds / 2))
    self.probe = probe
    self.tell = tell
  }

  /// Begins; on the event loop.
  func start() {
    probe()
    eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in self.turn() }
  }

  /// The commit thread has answered a batch.
  func committed() { hasAnswered = true }

  private func turn() {
    // What was asked last is still open, so there is no need to ask anew.
    guard hasAnswered else { return }
    hasAnswered = false
    tell()
    probe()
  }
}
