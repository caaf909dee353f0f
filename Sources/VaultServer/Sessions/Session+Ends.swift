import NIOCore
import VaultCore
import VaultProtocol

/// How a connection ends, or stops being one that calls.
extension Session {
  /// From here on what comes is thrown away, and its end is all that counts.
  func becomeLifeline() {
    isLifeline = true
    framer.discard()
    _ = dropUnstarted()
  }

  /// Takes back what has not started. Answers the ids.
  private func dropUnstarted() -> [MessageID?] {
    let before = conversation.valueBytes
    let ids = conversation.dropUnstarted()
    hub.undecided.release(before - conversation.valueBytes, of: lane)
    return ids
  }

  /// Gives back what values hold; what the engine has is held until it is decided, whoever is gone by then.
  func releaseValues() {
    if !valueIsQueued { hub.undecided.release(conversation.valueBytes, of: lane) }
  }

  func closeIfDone() {
    guard isInputClosed || isRefused || isStopping, conversation.count == 0, !isClosing,
      let channel
    else { return }
    // A whole line that waits for its turn is still owed an answer.
    if !isRefused, !isStopping, !isLifeline, case .line = framer.cut() { return }
    isClosing = true
    framer.discard()
    channel.writeAndFlush(hub.emptyBuffer).whenComplete { _ in channel.close(promise: nil) }
  }

  /// Takes nothing new; what was taken is answered, waits are told that the daemon stops.
  func stop() {
    isStopping = true
    framer.discard()
    for id in dropUnstarted() {
      append(id, .answered(hub.encode(error: .serverStopping, id: id)))
    }
    if hub.unpark(self), let entry = conversation.first {
      finish(with: hub.encode(error: .serverStopping, id: entry.id))
    }
    advance()
  }

  /// Does what becomes due with time.
  func secondPassed(holdsGrant: Bool) {
    let now = NIODeadline.now()
    let timing = hub.limits.timing
    refuseSlowLine(now: now, timing.line)
    refuseForRoom(now: now, timing.room)
    if let resolvedAt, now - resolvedAt > timing.accountAge { forgetAccount() }
    closeIfIdle(idle: timing.idle, drain: timing.drain, holdsGrant: holdsGrant)
  }

  /// Ends the connection as it is.
  func cut() { channel?.close(promise: nil) }

  /// Ends a connection that has been idle, or that does not take its answers.
  func closeIfIdle(idle: TimeAmount, drain: TimeAmount, holdsGrant: Bool) {
    let now = NIODeadline.now()
    if let undrainedSince, now - undrainedSince > drain {
      channel?.close(promise: nil)
    } else if conversation.count == 0, now - lastActivity > idle, !isLifeline,
      subscription == nil, !holdsGrant
    {
      channel?.close(promise: nil)
    }
  }
}
