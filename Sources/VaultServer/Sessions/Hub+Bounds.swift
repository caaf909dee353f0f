import NIOCore

/// What connections may use, and how long they may take.
extension Hub {
  /// What one connection may use.
  struct Limits: Sendable {
    var line: Int
    var inFlight: Int
    var shares: Shares.Limits
    var timing = Timing()
  }

  /// How long a connection may do what.
  struct Timing: Sendable {
    /// Nothing at all, where it holds nothing and waits for nothing.
    var idle: TimeAmount = .minutes(10)
    /// Take its answers.
    var drain: TimeAmount = .seconds(10)
    /// Bring a line to its end.
    var line: TimeAmount = .seconds(30)
    /// Wait until its lane has memory for an answer.
    var room: TimeAmount = .seconds(3)
    /// Be who the account database has said.
    var accountAge: TimeAmount = .seconds(30)
    /// Work before the event loop serves its sockets again.
    var slice: TimeAmount = LoopQueue.slice
  }
}
