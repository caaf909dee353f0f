import NIOCore
import NIOPosix
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// Where the process on the other end lives.
///
/// It is found out on threads beside the event loop, once for the connection, before anything is decided that
/// gives more than asking does; calls wait for it in their order, and a job socket's for the first of it.
/// How long they wait is the host's pace (``HostPace``).
/// A call that waited long enough goes on as one that may only ask, and the next finds out anew.
struct PeerInquiry {
  /// Whether the process was found to be one of this host, or of a container that the job socket is for.
  var isSettled = false
  /// Until when that holds for one more call, where only a file tells whether the process still runs.
  var freshUntil: NIODeadline?
  /// Whether a look is under way.
  var isUnderWay = false
  /// Whether the call at the front has waited long enough.
  var isOverdue = false
  /// Ends the wait of the call at the front.
  var timer: Scheduled<Void>?
  /// Since when the call at the front waits.
  var waitedSince: Int64 = 0
  /// Why nobody comes in here.
  var refusal: WireError?

  /// The wait is over.
  mutating func end() {
    isUnderWay = false
    isOverdue = false
    timer?.cancel()
    timer = nil
  }
}

extension Session {
  /// How long what was found ahead of a call holds, where only a file tells whether the process still runs.
  private static let freshness = TimeAmount.milliseconds(500)

  /// How soon it is looked again whether a slow host is to be waited for, in milliseconds.
  private static let shortestWait: Int64 = 50

  /// What is decided about a call before the engine hears of it.
  enum Standing {
    case known(Caller)
    case refused(WireError)
    /// It is being found out; the session goes on by itself when it is.
    case wait
  }

  /// Who somebody is, as far as a call needs it.
  func standing(for traits: Traits) -> Standing {
    if entrance != nil, !inquiry.isSettled {
      if let refusal = inquiry.refusal { return .refused(refusal) }
      guard waitIsOver() else { return .wait }
      return .refused(WireError(Refusal.peerUnknown))
    }
    guard process != nil, traits.permission.givesMoreThanAsking else { return .known(caller) }
    noteEnd()
    if isKnown { return .known(caller) }
    guard waitIsOver() else { return .wait }
    return .known(caller.with(confinement: .unanswered))
  }

  /// Whether it needs no look to say who the caller is.
  private var isKnown: Bool { caller.confinement != nil || inquiry.isSettled }

  /// The caller as far as it is known by now: whoever was not looked at may only ask.
  var settledCaller: Caller {
    process == nil || isKnown ? caller : caller.with(confinement: .unanswered)
  }

  /// The caller for what goes on by itself; nil while that is being found out.
  func knownCaller() -> Caller? {
    forgetOldAccount()
    guard process != nil else { return caller }
    noteEnd()
    if isKnown { return caller }
    look()
    return nil
  }

  /// Looks at the process ahead of the call that will need it.
  func lookAhead() {
    if process != nil, !isKnown { look() }
  }

  /// Where a process lives was settled when it connected; that it still lives was not.
  private func noteEnd() {
    guard process != nil, caller.confinement == nil, inquiry.isSettled else { return }
    guard let hold = hold() else {
      caller = caller.with(confinement: .processGone)
      return
    }
    switch hold.isRunning {
    case true?: break
    case false?: caller = caller.with(confinement: .processGone)
    // Only a file tells, which is looked at for each call; a look ahead holds for a call that follows soon.
    case nil: inquiry.isSettled = inquiry.freshUntil.map { NIODeadline.now() < $0 } ?? false
    }
    inquiry.freshUntil = nil
  }

  /// Whether the call at the front is to go on without an answer; begins to wait where it is not.
  private func waitIsOver() -> Bool {
    if inquiry.isOverdue {
      inquiry.isOverdue = false
      return true
    }
    look()
    if inquiry.timer == nil {
      inquiry.waitedSince = hub.looks.pace.now()
      wait(HostPace.patience)
    }
    return false
  }

  private func wait(_ milliseconds: Int64) {
    inquiry.timer = hub.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { [hub, id] in
      hub.sessions[id]?.stopWaiting()
    }
  }

  private func look() {
    if inquiry.isUnderWay { return }
    inquiry.isUnderWay = true
    hub.look(at: self)
  }

  /// Its turn to be looked at has come.
  func beginLook() {
    let hold = hold()
    hub.looks.begin(id, lane) { [hub, id] in
      let found = hold.map { $0.confinement(pace: hub.looks.pace) } ?? Confinement.processGone
      hub.eventLoop.execute {
        hub.lookEnded(id)
        hub.sessions[id]?.found(found)
      }
    }
  }

  private func hold() -> PeerHold? {
    guard let process = process ?? entrance?.process else { return nil }
    return channel.flatMap { channel in
      try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
        of: NIOBSDSocket.Handle.self
      ) { process.hold($0) }
    } ?? nil
  }

  private func stopWaiting() {
    let pace = hub.looks.pace
    let left = inquiry.waitedSince + pace.allowance - pace.now()
    if left > 0 { return wait(max(left, Self.shortestWait)) }
    inquiry.timer = nil
    inquiry.isOverdue = true
    advance()
  }

  private func found(_ confinement: Confinement?) {
    let isWaitedFor = inquiry.timer != nil
    inquiry.end()
    if let entrance {
      come(in: entrance, confinement, isWaitedFor: isWaitedFor)
      return
    }
    switch confinement {
    case nil:
      inquiry.isSettled = true
      inquiry.freshUntil = .now() + Self.freshness
    case .unanswered?: inquiry.isOverdue = isWaitedFor
    case let confinement?: caller = caller.with(confinement: confinement)
    }
    advance()
    subscription?.goOn()
  }

  // MARK: Job sockets

  private func come(in entrance: Entrance, _ confinement: Confinement?, isWaitedFor: Bool) {
    let verdict = entrance.rule.verdict(confinement)
    guard verdict == .admitted else {
      decide(verdict, isWaitedFor: isWaitedFor)
      return
    }
    checkAccount(entrance, isWaitedFor: isWaitedFor)
  }

  /// Whether the uid is an account of the host: refused, or told in the log.
  private func checkAccount(_ entrance: Entrance, isWaitedFor: Bool) {
    guard entrance.rule.asksForAccount(entrance.uid) else {
      decide(.admitted, isWaitedFor: isWaitedFor)
      hub.noteHostUID(entrance.uid, through: entrance.rule.name)
      return
    }
    inquiry.isUnderWay = true
    hub.accounts.lookup(entrance.uid) { [hub, id] answer in
      hub.eventLoop.execute {
        guard let session = hub.sessions[id] else { return }
        session.inquiry.end()
        session.decide(
          entrance.rule.verdict(answer, uid: entrance.uid), isWaitedFor: isWaitedFor)
      }
    }
  }

  private func decide(_ verdict: JobEntrance.Verdict, isWaitedFor: Bool) {
    switch verdict {
    case .admitted: inquiry.isSettled = true
    case .refused(let error): inquiry.refusal = error
    case .unknown: inquiry.isOverdue = isWaitedFor
    }
    advance()
  }

  /// Answers the call at the front, which the engine does not hear of.
  func refuseFirst(_ error: WireError, _ method: String = "connect") {
    guard let entry = conversation.first else { return }
    hub.noteRefusal(caller, method, error)
    hub.undecided.release(entry.valueBytes, of: lane)
    finishUnasked(hub.encode(error: error, id: entry.id))
  }
}

/// A peer of a job socket that has not come in yet.
struct Entrance {
  let rule: JobEntrance
  let process: PeerProcess
  let uid: UInt32
}
