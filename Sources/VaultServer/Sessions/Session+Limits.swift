import NIOCore
import VaultCore
import VaultEngine
import VaultProtocol

/// What a connection takes of its lane's part, and what it may not be.
extension Session {
  // MARK: Memory

  /// Charges the lane with what the connection holds now.
  func settleCharges(isEnded: Bool = false) {
    let calls = conversation.held
    if untaken > 0 && !isUnflushed { untaken = bufferedBytes }
    let lines = isEnded ? 0 : framer.held + calls.lines
    let replies = isEnded ? 0 : calls.replies + untaken
    if lines != charged.lines { hub.chargeLines(lines - charged.lines, lane) }
    if replies != charged.replies { hub.chargeReplies(replies - charged.replies, lane) }
    charged = (lines, replies)
  }

  /// Keeps room free for an answer that the engine will give.
  func reserveReply(_ entry: Conversation.Entry, _ bytes: Int) {
    if case .answered = entry.work { return }
    conversation.reserve(bytes)
    hub.chargeReplies(bytes, lane)
    charged.replies += bytes
  }

  /// Whether an answer of so many bytes may be waited for; the session tries again where it may not.
  func hasRoom(for bytes: Int) -> Bool {
    if hub.admitsReply(bytes, lane) {
      lacksRoomSince = nil
      return true
    }
    // What has started will be answered, and that makes room.
    if conversation.isFirstUnstarted, lacksRoomSince == nil { lacksRoomSince = .now() }
    hub.retryLater(self)
    return false
  }

  /// Refuses the first call where its lane's other connections keep the memory for answers to themselves: no
  /// call is left without an answer.
  func refuseForRoom(now: NIODeadline, _ patience: TimeAmount) {
    guard let since = lacksRoomSince, now - since > patience, conversation.isFirstUnstarted
    else { return }
    lacksRoomSince = nil
    if let answer = conversation.readyAnswer {
      finishUnasked(answer)
    } else {
      refuseFirst(WireError(Refusal.memoryExhausted), "reply")
    }
    advance()
  }

  /// The bytes of answers that the channel holds, which is dear to ask.
  private var bufferedBytes: Int {
    guard let options = channel?.syncOptions else { return 0 }
    return (try? options.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Ends a connection whose unfinished line is too much, where its lane has too many of them.
  func refuseWhatIsTooMuch() {
    guard framer.held > 0, !isRefused, hub.isOverfull(lane) else { return }
    // A line that is whole waits for its turn; it is finished, and its peer is told when it was.
    guard case .incomplete = framer.cut() else { return }
    endBy(WireError(Refusal.memoryExhausted))
  }

  /// Answers what was taken, then this, and ends.
  private func endBy(_ error: WireError) {
    hub.noteRefusal(caller, "connect", error)
    refuseLine(error)
    advance()
  }

  // MARK: Time

  /// Notes since when a line is coming; what we do not read is not the peer's fault.
  func noteLine() {
    guard framer.waiting > 0, !isReadingPaused, !isRefused else {
      lineBegan = nil
      return
    }
    if lineBegan == nil { lineBegan = .now() }
  }

  /// Ends a connection that does not come to the end of a line.
  func refuseSlowLine(now: NIODeadline, _ patience: TimeAmount) {
    guard let lineBegan, now - lineBegan > patience, !isRefused else { return }
    endBy(.lineTime(seconds: Int(patience.nanoseconds / 1_000_000_000)))
  }
}
