import Glibc

/// What a caller minds while it waits for an answer: the time that passes, and a descriptor beside the
/// connection's own, such as one that tells of signals.
///
/// One call is made however often it ticks: to give a wait up and to begin it anew would leave the first
/// one with the daemon, which answers its calls in order.
public struct Vigil {
  private let descriptor: Int32
  private let milliseconds: Int32
  private let body: () throws -> Void

  /// - Parameters:
  ///   - descriptor: wakes the wait when it can be read; -1 for none. It stays the caller's.
  ///   - milliseconds: how long at most until the next tick.
  ///   - tick: called at each wake. What it throws ends the wait and is thrown by the call; nothing
  ///     can be said on that connection any more, since its answer may still come.
  public init(descriptor: Int32 = -1, every milliseconds: Int32, tick: @escaping () throws -> Void)
  {
    self.descriptor = descriptor
    self.milliseconds = max(1, milliseconds)
    body = tick
  }

  /// Ticks once.
  public func tick() throws { try body() }

  /// Sleeps, ticking, for so many milliseconds; shorter where the descriptor can be read.
  public func sleep(_ milliseconds: Int32) throws {
    var entry = entry
    // Safety: the kernel reads and fills the one local struct during the call.
    _ = unsafe poll(&entry, 1, shorten(milliseconds))
    try tick()
  }

  /// The same where there may be nothing to mind; a signal may cut it short.
  static func sleep(_ milliseconds: Int32, minding vigil: Vigil?) throws {
    if let vigil { try vigil.sleep(milliseconds) } else { _ = poll(nil, 0, milliseconds) }
  }

  /// What poll(2) takes; a descriptor below 0 it passes over.
  var entry: pollfd { pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0) }

  /// The shorter of a time-out of poll(2), -1 for none, and the time to the next tick.
  func shorten(_ timeout: Int32) -> Int32 {
    timeout < 0 ? milliseconds : min(timeout, milliseconds)
  }
}
