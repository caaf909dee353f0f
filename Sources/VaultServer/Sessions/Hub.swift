import NIOCore
import StrictJSON
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// What the sessions share: the way to the engine and back, who waits on which request, one reader and
/// one writer of lines.
///
/// Sendable: everything here is touched on `eventLoop` alone; other threads only carry the reference to
/// `eventLoop.execute`.
final class Hub: @unchecked Sendable {
  let eventLoop: any EventLoop
  private(set) var limits: Limits
  let accounts: AccountDatabase
  let looks: LookThreads
  /// Connections whose processes are to be looked at.
  var lookQueue = LookQueue()
  /// Uids of accounts of the host that came through job sockets, since they were last forgotten.
  var hostUIDs = HostUIDs()
  let emptyBuffer = ByteBuffer()
  private let queue: CommitQueue
  let auditDesk: AuditDesk
  let backupDesk: BackupDesk
  let status: ServerStatusFacts
  let meters: Meters
  let logger: DaemonLog
  private var protocolLimits: ProtocolLimits
  private var reader = JSONReader()
  var encoder: ReplyEncoder

  private(set) var sessions: [UInt64: Session] = [:]
  let admission: Admission
  var shares: Shares
  var undecided = UndecidedValues()
  private var nextConnection: UInt64 = 1
  /// What waits for its turn of the event loop.
  private(set) lazy var loop = LoopQueue(
    length: limits.timing.slice,
    soon: { [eventLoop] in eventLoop.execute($0) },
    later: { [eventLoop] in _ = eventLoop.scheduleTask(in: $0, $1) },
    ended: { [unowned self] in flushAll() })
  var waiters = Waiters()
  /// The number of the last batch, and of the one whose answer is being taken.
  private var delivered: UInt64 = 0
  private(set) var answering: UInt64 = 0
  /// Answers that wait for their turn.
  private var untaken = 0
  private var holders: [Int64: UInt64] = [:]
  /// Connections that found no room, in the commit's queue or in their lane's memory.
  private lazy var retrying = Retries { [unowned self] id, over in
    guard let session = sessions[id] else { return over() }
    loop.add(session.lane) { [unowned self] in
      sessions[id]?.advance()
      over()
    }
  }
  /// Connections that wait until their lane may have more looked at, in the order in which they came.
  var paced: [Lane: CircularBuffer<UInt64>] = [:]
  /// What was refused before it came to the engine, until the next second.
  var refused: [Admission.Refused: Int] = [:]
  /// Looks after approvals whose reviewers may have left.
  private(set) lazy var reviewers = ReviewerRound(self)
  /// Seconds until the chain is walked over by itself, and whether a piece of that is under way.
  lazy var chainCheck = limits.timing.chainCheck.first
  var isCheckingChain = false
  /// The connections that are told events.
  var subscribers: Set<UInt64> = []
  private var news: VaultNews
  private var ownCalls: [UInt64: (CommandReply) -> Void] = [:]
  private var unflushed: [Session] = []
  private(set) var isStopping = false
  private var stopped: (() -> Void)?

  init(
    eventLoop: any EventLoop, limits: Limits, admission: Admission, valueBytes: Int,
    accounts: AccountDatabase, looks: LookThreads,
    queue: CommitQueue, auditDesk: AuditDesk, backupDesk: BackupDesk, status: ServerStatusFacts,
    meters: Meters = Meters(),
    logger: DaemonLog
  ) {
    self.eventLoop = eventLoop
    self.limits = limits
    self.admission = admission
    shares = Shares(limits.shares)
    self.accounts = accounts
    self.looks = looks
    self.queue = queue
    self.auditDesk = auditDesk
    self.backupDesk = backupDesk
    self.status = status
    self.meters = meters
    self.logger = logger
    news = VaultNews(logger)
    protocolLimits = ProtocolLimits(line: limits.line, value: valueBytes)
    encoder = ReplyEncoder(limits: protocolLimits)
  }

  // MARK: Connections

  /// The next connection's number; never used again.
  func newConnection() -> UInt64 {
    defer { nextConnection += 1 }
    return nextConnection
  }

  /// The connections of one lane that may be told events: each of them is looked after at every change.
  private static let mostSubscribers = 8

  /// Whether one more connection of this lane may be told events.
  func admitsSubscriber(_ lane: Lane) -> Bool {
    subscribers.count { sessions[$0]?.lane == lane } < Self.mostSubscribers
  }

  func opened(_ session: Session) {
    sessions[session.id] = session
    if isStopping { session.stop() }
  }

  func closed(_ session: Session) {
    guard sessions.removeValue(forKey: session.id) != nil else { return }
    admission.leave(session.lane)
    retrying.remove(session.id)
    subscribers.remove(session.id)
    _ = unpark(session)
    if session.hasEnd {
      for (request, holder) in holders where holder == session.id { holders[request] = nil }
    }
    // A daemon that stops ends the connections itself: that is not the end of their jobs, which come back.
    if session.hasEnd && !isStopping {
      queue.submitAlways(
        CommitQueue.Job(
          connection: session.id, lane: session.lane,
          command: Command(caller: session.caller, action: .connectionEnded)))
    }
    if isStopping && sessions.isEmpty { allClosed() }
  }

  // MARK: Lines

  func decode(_ line: UnsafeRawBufferPointer) -> Incoming {
    // Safety: lent by the framer for this call; values are copied into secret memory.
    unsafe Incoming.decode(line, reader: &reader, limits: protocolLimits)
  }

  func encode(error: WireError, id: MessageID?) -> ByteBuffer {
    meters.refused(error.reason)
    encoder.encode(id, error: error)
    return takeLine()
  }

  func encode(_ event: EventView) -> ByteBuffer {
    encoder.encode(event: event)
    return takeLine()
  }

  func encode(_ result: some WireView, id: MessageID) -> ByteBuffer {
    encoder.encode(id, result: result)
    return takeLine()
  }

  func takeLine() -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.reserveCapacity(encoder.count)
    unsafe encoder.withUnsafeBytes { bytes in
      // Safety: the encoder's bytes are valid for this call and copied here.
      _ = unsafe buffer.writeBytes(bytes)
    }
    encoder.wipe()
    return buffer
  }

  // MARK: To the engine and back

  /// Whether the command could be queued.
  func submit(_ command: Command, from session: Session) -> Bool {
    queue.submit(
      CommitQueue.Job(connection: session.id, lane: session.lane, command: command))
  }

  /// Asks the engine on behalf of what a session subscribed to.
  func submitForEvents(_ command: Command, _ session: Session) {
    queue.submitAlways(
      CommitQueue.Job(
        connection: session.id, lane: session.lane, command: command, isForEvents: true))
  }

  /// The queue was full; the session tries again when a batch is done.
  func retryLater(_ session: Session) { retrying.insert(session.id) }

  /// A batch is done. Each answer waits for its lane's turn.
  func deliver(_ delivery: CommitThread.Delivery) {
    meters.take(delivery)
    delivered += 1
    let number = delivered
    for answered in delivery.replies {
      if let own = ownCalls.removeValue(forKey: answered.connection) {
        // What came before a change of limits is answered by what was in force before.
        loop.drain()
        own(answered.reply)
        continue
      }
      untaken += 1
      loop.add(answered.lane) { [unowned self] in take(answered, from: number) }
    }
    for id in waiters.changed(delivery.changedRequests, in: number) {
      guard let lane = sessions[id]?.lane else { continue }
      loop.add(lane) { [unowned self] in sessions[id]?.requestChanged() }
    }
    if !delivery.changedRequests.isEmpty {
      for id in subscribers {
        guard let lane = sessions[id]?.lane else { continue }
        loop.add(lane) { [unowned self] in sessions[id]?.subscription?.news() }
      }
    }
    news.take(delivery)
    news.logSignature(isStopping: isStopping)
    retrying.go()
    // The last batches of a daemon that stops are answered before it is gone.
    if isStopping { loop.drain() } else { loop.go() }
  }

  /// Takes an answer to its connection, which may be gone by now.
  private func take(_ answered: CommitThread.Answered, from delivery: UInt64) {
    untaken -= 1
    let session = sessions[answered.connection]
    if let bytes = answered.valueBytes { settle(bytes, answered, session) }
    if let session {
      answering = delivery
      if answered.isForEvents {
        session.subscription?.answer(answered.reply)
      } else {
        noteHolder(answered.reply, session)
        session.answer(answered.reply)
      }
    }
    if untaken == 0 { waiters.settled() }
  }

  /// A value has come back from the engine: it is decided, unless its session has to ask somebody first.
  private func settle(_ bytes: Int, _ answered: CommitThread.Answered, _ session: Session?) {
    session?.valueIsQueued = false
    if case .refused(.accountNeeded) = answered.reply, session != nil { return }
    undecided.release(bytes, of: answered.lane)
  }

  func needsFlush(_ session: Session) {
    unflushed.append(session)
    // Outside a delivery the channel's own read-complete flushes; here it is soon enough.
    if unflushed.count == 1 { eventLoop.execute { self.flushAll() } }
  }

  func flushAll() {
    let sessions = unflushed
    unflushed.removeAll(keepingCapacity: true)
    for session in sessions { session.flush() }
  }

  private func noteHolder(_ reply: CommandReply, _ session: Session) {
    guard case .request(let answer) = reply else { return }
    if answer.request.state == .active {
      if session.conversation.first?.call?.holdsGrant == true {
        holders[answer.request.id] = session.id
      }
    } else {
      holders[answer.request.id] = nil
    }
  }

  // MARK: Time

  /// Every second: time passes for the engine, and for connections that do nothing or take nothing.
  func tick() {
    let now = NIODeadline.now()
    let holding = Set(holders.values)
    flushRefusals(now: now)
    submitOwn(.tick)
    news.logSignature(isStopping: isStopping)
    shares.forgetIdle(now: now)
    looks.startThread()
    var ids = Array(sessions.keys)[...]
    while !ids.isEmpty {
      let some = ids.prefix(Self.looksAtOnce)
      ids = ids.dropFirst(Self.looksAtOnce)
      loop.add(.vault) { [unowned self] in
        for id in some { sessions[id]?.secondPassed(holdsGrant: holding.contains(id)) }
      }
    }
    reviewers.tick()
    checkChain()
    retrying.go()
    loop.go()
    // Where the record or the engine did not answer, a second has passed.
    for id in subscribers { sessions[id]?.subscription?.goOn() }
  }

  /// The connections that are looked at in one piece each second.
  private static let looksAtOnce = 64

  /// A record of the daemon's own life.
  func note(_ event: AuditEvent) { submitOwn(.lifecycle(event)) }

  /// Something that the vault itself wants, for which a full queue is no reason to be lost.
  ///
  /// - Parameter answered: takes the answer; most wait for none.
  func submitOwn(_ action: Action, answered: ((CommandReply) -> Void)? = nil) {
    submitOwn(Command(caller: Self.vault, action: action), .vault, answered: answered)
  }

  /// The same for somebody who has no connection, in their own lane.
  func submitOwn(_ command: Command, _ lane: Lane, answered: ((CommandReply) -> Void)?) {
    // Connection 0 is the vault itself: nobody is answered.
    let connection = answered == nil ? 0 : newConnection()
    ownCalls[connection] = answered
    queue.submitAlways(CommitQueue.Job(connection: connection, lane: lane, command: command))
  }

  /// Limits that hold from now on. A connection keeps the longest line that it began with.
  func adopt(_ limits: Limits, valueBytes: Int) {
    self.limits = limits
    shares.adopt(limits.shares)
    admission.adopt(limits.shares)
    protocolLimits = ProtocolLimits(line: limits.line, value: valueBytes)
    encoder = ReplyEncoder(limits: protocolLimits)
  }

  /// Cuts what did not end by itself.
  func cut() {
    for session in sessions.values { session.cut() }
  }

  // MARK: Waiting

  /// Whether the session waits for the next change of a request, as far as it knows that; false where the
  /// request has changed since.
  func park(_ session: Session, on request: Int64) -> Bool {
    waiters.park(session.id, on: request, asOf: answering)
  }

  /// Whether the session was waiting.
  func unpark(_ session: Session) -> Bool {
    guard let request = session.conversation.first?.call?.parksOn else { return false }
    return waiters.unpark(session.id, from: request)
  }

  /// The vault itself as a caller: nobody, with no right to anything.
  private static let vault = Caller(
    uid: .max, kernelGroups: [], isOverflow: true, connection: 0, account: .nobody)

  /// Finish what was taken, refuse what is new; `done` is called when the last connection is closed.
  func stop(_ done: @escaping () -> Void) {
    isStopping = true
    stopped = done
    loop.drain()
    for session in sessions.values { session.stop() }
    flushAll()
    if sessions.isEmpty { allClosed() }
  }

  private func allClosed() {
    let done = stopped
    stopped = nil
    done?()
  }

  /// Has the next signature in the log, however soon after the last one.
  func logNextSignature() { news.logNextSignature() }
}
