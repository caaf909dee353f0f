import CLinux
import VaultCore

/// The threads on which the account database is asked, and who is told.
///
/// Invariants:
/// - every asker is told within the bound, that there is no answer if need be;
/// - the database holds at most so many threads, however long it hangs; a thread that hangs counts;
/// - a look-up that hangs holds up those of others for a moment, not for its own length, until so many
///   hang that there is no thread left (``AccountQueue``);
/// - a question that hangs is broken off, again and again until its thread is free: when the database
///   is back, so are the threads.
///
/// What no signal ends still holds its thread: a loop, or a kernel that waits for a disk.
///
/// An asker is told once, on a thread of the database or of the timer. It must not block.
final class AccountThreads: Sendable {
  /// Calls `fire` once, so many milliseconds from now, on any thread.
  typealias Timer =
    @Sendable (_ milliseconds: Int64, _ fire: @escaping @Sendable () -> Void) -> Void
  typealias Queue = AccountQueue<Asker, AccountInquiry>
  /// Receives the reply once; nil: none in time.
  typealias Asker = @Sendable (Reply?) -> Void

  enum Reply {
    case account(FreshAccount)
    case names(AccountDatabase.Resolution)
  }

  /// What the database said, and when it was asked, in milliseconds.
  struct FreshAccount {
    let answer: AccountAnswer
    let asked: Int64
  }

  private struct State {
    var queue: Queue
    /// Whether a timer is set that looks after the questions that wait.
    var isRelieving = false
  }

  private let bounds: AccountDatabase.Bounds
  private let clock: @Sendable () -> Int64
  private let timer: Timer
  /// Asks the database, for as long as that takes.
  private let reply: @Sendable (AccountQuestion, _ asked: Int64) -> Reply
  private let state: Locked<State>

  init(
    bounds: AccountDatabase.Bounds, clock: @escaping @Sendable () -> Int64,
    timer: @escaping Timer, reply: @escaping @Sendable (AccountQuestion, _ asked: Int64) -> Reply
  ) {
    self.bounds = bounds
    self.clock = clock
    self.timer = timer
    self.reply = reply
    state = Locked(State(queue: Queue(bounds: bounds.queue)))
  }

  /// The threads that the database holds now.
  var count: Int { state.withLock { $0.queue.threadCount } }

  // MARK: The queue

  /// - Parameter afresh: whether the question must begin after this.
  func ask(_ question: AccountQuestion, afresh: Bool = false, _ asker: @escaping Asker) {
    let now = clock()
    let (ticket, thread) = state.withLock { state -> (Queue.Ticket?, UInt64?) in
      (state.queue.ask(question, afresh: afresh, asker), state.queue.newThread(now: now))
    }
    if let ticket {
      // Behind a question that has begun, that one's time comes first.
      let bound = afresh ? bounds.freshAnswer : bounds.answer
      timer(ticket.isBehind ? 2 * bound : bound) { self.giveUp(ticket) }
    }
    if let thread { start(thread) } else { relieveLater() }
    if ticket == nil { asker(nil) }
  }

  private func giveUp(_ ticket: Queue.Ticket) {
    let (asker, hanging) = state.withLock { state in
      (state.queue.giveUp(ticket), state.queue.watch(ticket))
    }
    asker?(nil)
    if let (inquiry, since) = hanging {
      timer(max(0, since + bounds.hang - clock())) { self.breakOff(inquiry) }
    }
  }

  private func breakOff(_ inquiry: AccountInquiry) {
    let hangs = state.withLock { state in
      // Under the lock, so that the thread is there: it takes the lock before it ends the inquiry.
      guard state.queue.hangs(inquiry) else { return false }
      inquiry.breakOff()
      return true
    }
    if hangs { timer(bounds.nudge) { self.breakOff(inquiry) } }
  }

  /// Looks after what waits, when those who are served may have turned out to be slow.
  private func relieveLater() {
    let isDue = state.withLock { state in
      guard state.queue.isWaiting, !state.isRelieving else { return false }
      state.isRelieving = true
      return true
    }
    if isDue { timer(bounds.queue.slow) { self.relieve() } }
  }

  private func relieve() {
    let now = clock()
    let threads = state.withLock { state -> [UInt64] in
      state.isRelieving = false
      var threads: [UInt64] = []
      while let thread = state.queue.newThread(now: now) { threads.append(thread) }
      return threads
    }
    for thread in threads { start(thread) }
    relieveLater()
  }

  // MARK: The threads

  private func start(_ thread: UInt64) {
    do throws(ThreadFault) {
      try PlainThread.start { self.serve(thread) }
    } catch {
      // The timer answers for the thread that there is not; what waits is looked after.
      state.withLock { $0.queue.endThread(thread) }
      relieveLater()
    }
  }

  /// Takes questions until there are none for it, then ends.
  private func serve(_ thread: UInt64) {
    do throws(AccountFault) {
      while try serveOne(thread) {}
    } catch {
      state.withLock { $0.queue.endThread(thread) }
    }
    relieveLater()
  }

  /// Whether there was a question.
  private func serveOne(_ thread: UInt64) throws(AccountFault) -> Bool {
    let inquiry = try AccountInquiry()
    defer { inquiry.end() }
    let asked = clock()
    guard let question = state.withLock({ $0.queue.next(thread, inquiry, now: asked) }) else {
      return false
    }
    let reply = reply(question, asked)
    let now = clock()
    let askers = state.withLock { state in
      // What a name stands for now was not asked for whoever came since.
      state.queue.finish(
        thread,
        tellsLate: !question.isNames && now - asked < bounds.lifetime && !inquiry.isBrokenOff)
    }
    for asker in askers { asker(reply) }
    return true
  }
}
