import VaultProtocol

/// Tells a daemon that hangs from one that has nothing to say, while a call waits for people.
///
/// A minute after the last answer a question goes out on a connection of its own, since the daemon answers the
/// calls of one connection in order. Whatever comes back shows that the daemon lives, a refusal as well.
public final class Pulse {
  private let path: String
  private let interval: Int64
  private let patience: Int64
  private var next: WaitDeadline
  /// Up to when an answer, or a place in the daemon's queue, is waited for.
  private var end: WaitDeadline?
  private var question: Connection?

  /// - Parameters:
  ///   - path: the daemon's socket.
  ///   - interval: seconds between an answer and the next question.
  ///   - patience: seconds that an answer is waited for.
  public init(path: String, every interval: Int64 = 60, patience: Int64 = 60) {
    self.path = path
    self.interval = interval
    self.patience = patience
    next = WaitDeadline(secondsFromNow: interval)
  }

  /// For a vault on this host; nil for one on another, whose ssh minds that.
  public convenience init?(of destination: Destination) {
    guard case .socket(let path) = destination.place else { return nil }
    self.init(path: path)
  }

  /// Asks where it is time to, and looks whether an answer came. It waits for nothing.
  /// - Throws: ``ClientFault/daemonSilent(seconds:)`` where none came in time.
  public func tick() throws(ClientFault) {
    if question?.hasSomethingToRead == true { return heard() }
    if let end, end.remaining == 0 { throw .daemonSilent(seconds: patience) }
    guard question == nil, next.remaining == 0 else { return }
    do {
      let connection = try Connection(path: path, deadline: WaitDeadline(secondsFromNow: 0))
      _ = try connection.post(.serverStatus)
      question = connection
    } catch ClientFault.busy {
      // The daemon takes nobody in; it is tried again at the next tick.
    } catch {
      // A daemon that is gone is for the connection that waits to notice.
      return heard()
    }
    end = end ?? WaitDeadline(secondsFromNow: patience)
  }

  private func heard() {
    question = nil
    end = nil
    next = WaitDeadline(secondsFromNow: interval)
  }
}
