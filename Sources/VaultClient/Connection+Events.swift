public import VaultProtocol

/// How requests move on, told by the daemon as it happens.
extension Connection {
  /// The most events that are kept while a call waits for its answer.
  private static let mostKept = 4_096
  /// The most bytes of text in one of them: names and words of the protocol.
  private static let mostText = 1_024

  /// Subscribes to what the caller may see.
  /// - Parameter after: the sequence of the last event that is known; nil from now on.
  /// - Returns: behind which record the events begin.
  /// - Throws: as ``call(_:as:deadline:)``; `params.invalid` where the record is not that long: the
  ///   vault is another one, or an older copy of it.
  public func subscribe(after: Int64? = nil) throws -> Int64 {
    try call(.eventsSubscribe(EventsSubscribe(after: after)), as: SubscribedView.self).after
  }

  /// Takes the next event, and waits for it.
  /// - Parameter deadline: up to when; nil without end.
  /// - Throws: ``ClientFault/timedOut`` at the deadline, ``ClientFault/connectionLost`` at its end, and
  ///   what the ``vigil`` throws; an event that comes later is not lost by either of the first.
  public func nextEvent(deadline: WaitDeadline? = nil) throws -> EventView {
    if !events.isEmpty { return events.removeFirst() }
    return try receiveEvent(deadline: deadline)
  }

  func keep(_ event: EventView) throws {
    // A daemon that never answers but tells on and on would fill our memory.
    let text = event.event.utf8.count + event.environment.utf8.count + event.state.utf8.count
    guard events.count < Self.mostKept, text <= Self.mostText else {
      throw ClientFault.replyInvalid("an answer comes between events")
    }
    events.append(event)
  }
}
