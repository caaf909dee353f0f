import NIOCore
import SecretMemory
import VaultCore
import VaultEngine
import VaultProtocol

/// One connection: its peer, its lines, its calls in order.
///
/// Invariants:
/// - `caller` and `lane` come from the kernel at accept; no message changes them;
/// - limits come before parsing: a line's length before its content, the calls in flight and its lane's part
///   of the daemon before the next line is looked at;
/// - everything here happens on the hub's event loop.
final class Session: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let id: UInt64
  var caller: Caller
  /// Whose part of the daemon it uses.
  let lane: Lane
  /// The process on the other end; nil for a job socket, whose peers have no more than it gives.
  let process: PeerProcess?
  /// What a peer of a job socket is let in by; nil for the main socket, and where there is nothing to see.
  let entrance: Entrance?
  let hub: Hub
  var conversation = Conversation()
  private(set) var channel: (any Channel)?
  let framer: LineFramer
  var isInputClosed = false
  var isRefused = false
  private(set) var isReadingPaused = false
  /// Whether the value of this connection is with the engine.
  var valueIsQueued = false
  private var isAdvancing = false
  var isClosing = false
  /// What is known of the process on the other end.
  var inquiry = PeerInquiry()
  /// Whether it stands in its lane's queue for more to be looked at.
  var isPaced = false
  /// Whether its lines wait for the next slice of the event loop.
  private var isDeferred = false
  /// How large an answer may be expected, in bytes; a whole line until there was one.
  var replyBytes: Int
  var isStopping = false
  /// Whether it only keeps a grant's environment taken: nothing that comes on it is a call any more, since
  /// whatever a job left in the background may hold it.
  var isLifeline = false
  /// What it is told beside its answers.
  var subscription: Subscription?
  /// Whether the engine knows this connection, by a request that it made or waits on or by an import, and must be
  /// told of its end.
  var hasEnd = false
  var lastActivity: NIODeadline
  /// When what is known of the caller's account was asked for.
  var accountAsked: Int64?
  var undrainedSince: NIODeadline?
  /// Since when its lane has no memory for the answer to its first call.
  var lacksRoomSince: NIODeadline?
  /// Since when the line that is coming is not whole; nil where none is, or where we do not read.
  var lineBegan: NIODeadline?
  /// The bytes of answers that the peer has not taken, as far as that was asked.
  var untaken = 0
  /// Whether an answer was written that is not flushed yet.
  var isUnflushed = false
  /// The bytes of lines, and of answers, that its lane is charged with.
  var charged = (lines: 0, replies: 0)

  init(
    id: UInt64, caller: Caller, lane: Lane, process: PeerProcess?, entrance: Entrance?, hub: Hub
  ) {
    self.id = id
    self.caller = caller
    self.lane = lane
    self.process = process
    self.entrance = entrance
    self.hub = hub
    framer = LineFramer(limit: hub.limits.line)
    replyBytes = hub.limits.line
    lastActivity = .now()
  }

  // MARK: What the channel says

  func channelActive(context: ChannelHandlerContext) {
    channel = context.channel
    hub.opened(self)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    if isRefused || isStopping || isLifeline {
      buffer.wipe()
      return
    }
    lastActivity = .now()
    framer.append(buffer)
    advance()
    refuseWhatIsTooMuch()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isUnflushed = false
    context.flush()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent {
      // Whoever closes its writing side still gets its answers.
      isInputClosed = true
      advance()
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    undrainedSince = context.channel.isWritable ? nil : .now()
    if context.channel.isWritable {
      advance()
      subscription?.goOn()
    }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    framer.discard()
    // What the engine has is held until it is decided, whoever is gone by then.
    releaseValues()
    channel = nil
    inquiry.end()
    hub.takeBackLook(of: self)
    settleCharges(isEnded: true)
    hub.closed(self)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A peer that is gone is no news; the close says all there is to say.
    context.close(promise: nil)
  }

  // MARK: Lines in

  /// Takes lines while there is room for their calls, starts what may start, and ends what is done; in a
  /// loop, since each can make room for the other.
  func advance() {
    if isAdvancing { return }
    isAdvancing = true
    defer { isAdvancing = false }
    repeat {
      takeLines()
      start()
    } while canTakeLine
    settleCharges()
    if (!isIdle && mustWait) || (isDeferred && framer.waiting > LineFramer.kept) {
      pauseReading()
    } else {
      resumeReading()
    }
    noteLine()
    closeIfDone()
  }

  /// Whether there is nothing to hold back: the next line is judged when it comes.
  private var isIdle: Bool { framer.waiting == 0 && conversation.count == 0 }

  /// Whether no more of its lines may be looked at now.
  private var mustWait: Bool {
    conversation.count >= hub.limits.inFlight || conversation.holdsValue
      || (conversation.count > 0 && hub.isOverfull(lane)) || hub.mustPause(self)
  }

  /// A value that is undecided stands in secret memory, so a connection has one of them at most.
  private var canTakeLine: Bool {
    guard !isDeferred, !isRefused, !isStopping, !isLifeline else { return false }
    if case .incomplete = framer.cut() { return false }
    if mustWait { return false }
    if hub.loop.isTimeUp {
      deferLines()
      return false
    }
    return true
  }

  /// Has the next line looked at in a later slice of the event loop, in the lane's turn.
  private func deferLines() {
    if isDeferred { return }
    isDeferred = true
    hub.loop.add(lane) { [hub, id] in hub.sessions[id]?.goOn() }
    hub.loop.go()
  }

  private func goOn() {
    isDeferred = false
    advance()
  }

  private func takeLines() {
    while canTakeLine {
      guard case .line(let length) = framer.cut() else {
        refuseLine(.lineLimit(hub.limits.line))
        return
      }
      hub.chargeLine(length, lane)
      take(unsafe framer.consume(length: length) { line in unsafe hub.decode(line) }, length)
    }
  }

  private func take(_ incoming: Incoming, _ length: Int) {
    switch incoming {
    case .notification: break
    case .malformed(let id, let error):
      append(id, .answered(hub.encode(error: error, id: id)))
    case .call(let id, let call):
      let traits = call.traits
      if let wait = hub.take(traits, lineBytes: length, lane) {
        refuse(call, id, .rate(retryAfter: wait.milliseconds))
      } else if let value = call.value, !hub.undecided.hold(value.count, of: lane) {
        refuse(call, id, WireError(Refusal.memoryExhausted))
      } else {
        append(id, .call(call, traits), lineBytes: length)
      }
    }
  }

  private func refuse(_ call: Call, _ id: MessageID, _ error: WireError) {
    hub.noteRefusal(caller, call.method.rawValue, error)
    append(id, .answered(hub.encode(error: error, id: id)))
  }

  func append(_ id: MessageID?, _ work: Conversation.Entry.Work, lineBytes: Int = 0) {
    conversation.append(Conversation.Entry(id: id, work: work, lineBytes: lineBytes))
  }

  /// Nobody knows where the next line begins, so the connection ends after the answer.
  func refuseLine(_ error: WireError) {
    isRefused = true
    framer.discard()
    append(nil, .answered(hub.encode(error: error, id: nil)))
  }

  private func pauseReading() {
    guard !isReadingPaused else { return }
    isReadingPaused = true
    try? channel?.syncOptions?.setOption(.autoRead, value: false)
  }

  private func resumeReading() {
    guard isReadingPaused else { return }
    isReadingPaused = false
    try? channel?.syncOptions?.setOption(.autoRead, value: true)
  }

  // MARK: Calls out

  /// Starts what may start.
  private func start() {
    guard conversation.hasUnstarted else { return }
    recallAccount()
    conversation.isSerial = caller.account == nil
    while conversation.hasUnstarted, let channel, channel.isWritable, hasRoom(for: replyBytes),
      let entry = conversation.next(replyBytes: replyBytes)
    {
      reserveReply(entry, replyBytes)
      if case .answered(let answer) = entry.work {
        finishUnasked(answer)
      } else if var command = entry.command(by: caller) {
        switch standing(for: command.traits) {
        case .known(let caller):
          command.caller = caller
          guard submit(command) else { return }
          // Whoever makes a request asks for more than that next; its process is looked at while the engine
          // is busy.
          if case .requestCreate? = entry.call { lookAhead() }
        case .refused(let error): refuseFirst(error)
        case .wait:
          conversation.undoStart()
          return
        }
      }
    }
  }

  /// Answers the first call, of which the engine has not heard.
  func finishUnasked(_ answer: ByteBuffer) {
    write(answer)
    finishFirst()
  }

  /// Whether the command is queued; if not, its call starts again when a batch is done.
  @discardableResult
  func submit(_ command: Command) -> Bool {
    if conversation.isSerial || conversation.first?.isAlone == true {
      conversation.updateFirst { $0.command = command }
    }
    hasEnd = hasEnd || command.traits.hasEnd
    if hub.submit(command, from: self) {
      if command.action.value != nil { valueIsQueued = true }
      return true
    }
    conversation.undoStart()
    hub.retryLater(self)
    return false
  }
}
