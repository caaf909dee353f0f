import NIOCore
import StrictJSON
import VaultCore
import VaultEngine
import VaultProtocol

/// What the sessions share: the way to the engine and back, who waits on which request, one reader and
/// one writer of lines.
///
/// Sendable: everything here is touched on `eventLoop` alone; other threads only carry the reference to
/// `eventLoop.execute`.
final class Hub: @unchecked Sendable {
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
    /// Be who the account database has said.
    var accountAge: TimeAmount = .seconds(30)
  }

  let eventLoop: any EventLoop
  private(set) var limits: Limits
  let accounts: AccountDatabase
  let looks: LookThreads
  /// Uids of accounts of the host that came through job sockets, since they were last forgotten.
  var hostUIDs = HostUIDs()
  let emptyBuffer = ByteBuffer()
  private let queue: CommitQueue
  let auditDesk: AuditDesk
  let status: ServerStatusFacts
  let logger: DaemonLog
  private var protocolLimits: ProtocolLimits
  private var reader = JSONReader()
  var encoder: ReplyEncoder

  private(set) var sessions: [UInt64: Session] = [:]
  let admission: Admission
  var shares: Shares
  private var undecided: [Lane: Int] = [:]
  private var nextConnection: UInt64 = 1
  /// Who waits on which request.
  var parked: [Int64: Set<UInt64>] = [:]
  /// Connections whose request has moved, and that are to look at it again.
  private lazy var woken = Slices(self) { $0.requestChanged() }
  private var holders: [Int64: UInt64] = [:]
  /// Connections that found no room, in the commit's queue or in their lane's memory.
  private lazy var retrying = Slices(self) { $0.advance() }
  /// Connections that wait until their lane may have more looked at, in the order in which they came.
  var paced: [Lane: CircularBuffer<UInt64>] = [:]
  /// What was refused before it came to the engine, until the next second.
  var refused: [Admission.Refused: Int] = [:]
  /// The connections that are told events.
  var subscribers: Set<UInt64> = []
  /// What was wrong with the disk at the last batch.
  private var trouble: StorageTrouble?
  /// What was in doubt of the clock at the last batch.
  private var doubt: ClockDoubt?
  private var signatures = SignatureLog()
  private var ownCalls: [UInt64: (CommandReply) -> Void] = [:]
  private var unflushed: [Session] = []
  private(set) var isStopping = false
  private var stopped: (() -> Void)?

  init(
    eventLoop: any EventLoop, limits: Limits, admission: Admission, valueBytes: Int,
    accounts: AccountDatabase, looks: LookThreads,
    queue: CommitQueue, auditDesk: AuditDesk, status: ServerStatusFacts, logger: DaemonLog
  ) {
    self.eventLoop = eventLoop
    self.limits = limits
    self.admission = admission
    shares = Shares(limits.shares)
    self.accounts = accounts
    self.looks = looks
    self.queue = queue
    self.auditDesk = auditDesk
    self.status = status
    self.logger = logger
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
    for (request, holder) in holders where holder == session.id { holders[request] = nil }
    // A daemon that stops ends the connections itself: that is not the end of their jobs, which come back.
    if session.concernsRequests && !isStopping {
      queue.submitAlways(
        CommitQueue.Job(
          connection: session.id, lane: session.lane,
          command: Command(caller: session.caller, action: .connectionEnded)))
    }
    if isStopping && sessions.isEmpty { allClosed() }
  }

  /// Bytes of values that one lane may have undecided: a sixteenth of the arena, so that nobody can fill
  /// it for everybody.
  private static let mostUndecided = 4 << 20

  /// Counts a value that was read and is not decided; false where the lane has too much of that.
  func hold(_ bytes: Int, of lane: Lane) -> Bool {
    guard undecided[lane, default: 0] + bytes <= Self.mostUndecided else { return false }
    undecided[lane, default: 0] += bytes
    return true
  }

  /// A value has come back from the engine: it is decided, unless its session has to ask somebody first.
  private func settle(_ bytes: Int, _ answered: CommitThread.Answered, _ session: Session?) {
    session?.valueIsQueued = false
    if case .refused(.accountNeeded) = answered.reply, session != nil { return }
    release(bytes, of: answered.lane)
  }

  /// The value is decided, or its connection is gone.
  func release(_ bytes: Int, of lane: Lane) {
    let left = undecided[lane, default: 0] - bytes
    undecided[lane] = left > 0 ? left : nil
  }

  // MARK: Lines

  func decode(_ line: UnsafeRawBufferPointer) -> Incoming {
    // Safety: lent by the framer for this call; values are copied into secret memory.
    unsafe Incoming.decode(line, reader: &reader, limits: protocolLimits)
  }

  func encode(error: WireError, id: MessageID?) -> ByteBuffer {
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

  /// A batch is done.
  func deliver(_ delivery: CommitThread.Delivery) {
    for answered in delivery.replies {
      let session = sessions[answered.connection]
      if let bytes = answered.valueBytes { settle(bytes, answered, session) }
      guard let session else {
        ownCalls.removeValue(forKey: answered.connection)?(answered.reply)
        continue
      }
      if answered.isForEvents {
        session.subscription?.answer(answered.reply)
        continue
      }
      noteHolder(answered.reply, session)
      session.answer(answered.reply)
    }
    for request in delivery.changedRequests {
      for id in parked.removeValue(forKey: request) ?? [] { woken.insert(id) }
    }
    woken.go()
    if !delivery.changedRequests.isEmpty {
      for id in subscribers { sessions[id]?.subscription?.news() }
    }
    if let signature = delivery.signature { signatures.signed(signature) }
    logSignature()
    if delivery.trouble != trouble { log(delivery.trouble, delivery.fault) }
    log(delivery.clock)
    // What peers take now makes room for what waits.
    flushAll()
    retrying.go()
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
      switch session.conversation.first?.work {
      case .command(.activate(_, _, .connection)), .command(.resumeGrant):
        holders[answer.request.id] = session.id
      default: break
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
    logSignature()
    shares.forgetIdle(now: now)
    for session in sessions.values {
      session.refuseSlowLine(now: now, limits.timing.line)
      session.refuseForRoom(now: now, limits.timing.room)
      if let resolved = session.resolvedAt, now - resolved > limits.timing.accountAge {
        session.forgetAccount()
      }
      session.closeIfIdle(
        idle: limits.timing.idle, drain: limits.timing.drain,
        holdsGrant: holding.contains(session.id))
    }
    retrying.go()
    // Where the record or the engine did not answer, a second has passed.
    for id in subscribers { sessions[id]?.subscription?.goOn() }
  }

  /// A record of the daemon's own life.
  func note(_ event: AuditEvent) { submitOwn(.lifecycle(event)) }

  /// Something that the vault itself wants, for which a full queue is no reason to be lost.
  ///
  /// - Parameter answered: takes the answer; most wait for none.
  func submitOwn(_ action: Action, answered: ((CommandReply) -> Void)? = nil) {
    // Connection 0 is the vault itself: nobody is answered.
    let connection = answered == nil ? 0 : newConnection()
    ownCalls[connection] = answered
    queue.submitAlways(
      CommitQueue.Job(
        connection: connection, lane: .vault,
        command: Command(caller: Self.vault, action: action)))
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

  /// The vault itself as a caller: nobody, with no right to anything.
  private static let vault = Caller(
    uid: .max, kernelGroups: [], isOverflow: true, connection: 0, account: .nobody)

  /// Finish what was taken, refuse what is new; `done` is called when the last connection is closed.
  func stop(_ done: @escaping () -> Void) {
    isStopping = true
    stopped = done
    for session in sessions.values { session.stop() }
    flushAll()
    if sessions.isEmpty { allClosed() }
  }

  private func allClosed() {
    let done = stopped
    stopped = nil
    done?()
  }

  /// Once a change: a disk that is full answers thousands of calls.
  private func log(_ trouble: StorageTrouble?, _ fault: String?) {
    self.trouble = trouble
    guard let trouble else {
      logger.notice("the vault's disk is as it should be again")
      return
    }
    logger.critical(
      "the vault's disk is in trouble",
      metadata: [.trouble: "\(trouble.rawValue)", .fault: "\(fault ?? trouble.sentence)"])
  }

  /// Once a change: the times in it go on.
  private func log(_ next: ClockDoubt?) {
    defer { doubt = next }
    guard let next else {
      if doubt != nil { logger.notice("the vault goes by the host's clock again") }
      return
    }
    guard next.isNews(after: doubt) else { return }
    logger.warning(next.sentence, metadata: [.reason: Warnings.Reason(next).rawValue])
  }

  /// Has the next signature in the log, however soon after the last one.
  func logNextSignature() { signatures.isDue = true }

  private func logSignature() {
    guard let signature = signatures.next(now: .now(), isStopping: isStopping) else { return }
    logger.info(
      "audit head signed",
      metadata: [
        .sequence: "\(signature.sequence)", .hash: "sha256:\(hexadecimal(signature.hash))",
        .signature: "\(hexadecimal(signature.signature))",
      ])
  }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
