public import VaultProtocol

/// Calls that go out together, so that a daemon takes them in one turn.
extension Connection {
  /// A call that was made, and whose answer has not been taken.
  public struct PostedCall: Sendable {
    let number: Int64
    let call: Call
  }

  /// Sends calls in one piece. The daemon does them in their order, each whatever became of the one before.
  ///
  /// Answers are taken in the order of the calls; those that are left are dropped by what is called next.
  /// - Throws: ``ClientFault`` where they could not be sent.
  public func post(_ calls: Call...) throws -> [PostedCall] {
    let first = try send(calls, usualDeadline)
    return calls.enumerated().map { PostedCall(number: first + Int64($0.offset), call: $0.element) }
  }

  /// Waits for the answer to a call that was posted.
  ///
  /// Where it came too fast for the vault, it is made again; and so is one whose answer came while a later
  /// call's was waited for, and was dropped.
  /// - Throws: as ``call(_:as:deadline:)``.
  public func take<View: WireView>(
    _ posted: PostedCall, as: View.Type = View.self
  ) throws -> View {
    if posted.number < lastAwaited { return try call(posted.call) }
    do {
      // Safety: the line is not touched.
      return try unsafe receive(posted.number, usualDeadline) {
        value, _ in try View(value)
      }
    } catch let error as WireError where error.retryAfter != nil {
      return try call(posted.call)
    } catch {
      throw newerProtocol(behind: error) ?? error
    }
  }
}
