import NIOCore
import VaultCore
import VaultProtocol

/// How a connection ends, or stops being one that calls.
extension Session {
  /// From here on what comes is thrown away, and its end is all that counts.
  func becomeLifeline() {
    isLifeline = true
    framer.discard()
    if let count = conversation.heldBytes, !valueIsQueued { hub.release(count, of: lane) }
    _ = conversation.dropUnstarted()
  }

  func closeIfDone() {
    guard isInputClosed || isRefused || isStopping, conversation.count == 0, !isClosing,
      let channel
    else { return }
    isClosing = true
    framer.discard()
    channel.writeAndFlush(hub.emptyBuffer).whenComplete { _ in channel.close(promise: nil) }
  }

  /// Takes nothing new; what was taken is answered, waits are told that the daemon stops.
  func stop() {
    isStopping = true
    framer.discard()
    for id in conversation.dropUnstarted() {
      append(id, .answered(hub.encode(error: .serverStopping, id: id)))
    }
    if hub.unpark(self), let entry = conversation.first {
      finish(with: hub.encode(error: .serverStopping, id: entry.id))
    }
    advance()
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
