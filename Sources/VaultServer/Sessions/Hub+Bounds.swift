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
    /// Seconds between two rounds of questions about those who approved.
    var reviewers = 30
    /// Seconds until the daemon begins to walk over the audit chain, and until it does so again.
    var chainCheck = (first: 5, again: 86_400)
    /// Work before the event loop serves its sockets again.
    var slice: TimeAmount = LoopQueue.slice
  }
}
