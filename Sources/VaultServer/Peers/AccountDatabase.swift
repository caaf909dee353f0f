import CLinux
import VaultCore

/// The host's account database, asked on threads of its own and never on an event loop.
///
/// Invariants:
/// - every question is answered within the bound, by ``AccountAnswer/unavailable`` if need be;
/// - the database holds at most so many threads, however long it hangs; a thread that hangs counts;
/// - a look-up that hangs holds up those of others for a moment, not for its own length, until so many
///   hang that there is no thread left (``AccountQueue``);
/// - a question that hangs is broken off, again and again until its thread is free: when the database
///   is back, so are the threads;
/// - a question that was broken off has no answer: not "nobody", and not fewer groups;
/// - a failure is not kept, so the first answer after an outage is used at once.
///
/// What no signal ends still holds its thread: a loop, or a kernel that waits for a disk.
///
/// A completion runs once: before the call returns where no question is needed, else on a thread of
/// the database or of the timer. It must not block.
final class AccountDatabase: Sendable {
  /// Calls `fire` once, so many milliseconds from now, on any thread.
  typealias Timer =
    @Sendable (_ milliseconds: Int64, _ fire: @escaping @Sendable () -> Void) -> Void
  typealias Answered = @Sendable (AccountAnswer) -> Void
  /// Principals in the order of their names, or why not: `principalUnknown` with the first name
  /// that stands for nobody, or `accountUnavailable`.
  typealias Resolution = Result<[Principal], Refusal>

  /// How long and how much; durations in milliseconds.
  struct Bounds: Sendable {
    var answer: Int64 = 2_000
    var lifetime: Int64 = 30_000
    /// When a question that hangs is broken off. Later than who asked gave up: a database that needs
    /// three seconds still fills the cache.
    var hang: Int64 = 5_000
    /// How soon it is broken off again.
    var nudge: Int64 = 1_000
    /// How long a question without an answer is told.
    var told: Int64 = 60_000
    var cached = 4_096
    var queue = Queue.Bounds()
  }

  typealias Queue = AccountQueue<Asker, AccountInquiry>
  /// Receives the reply once; nil: none in time.
  typealias Asker = @Sendable (Reply?) -> Void

  enum Reply {
    case account(AccountAnswer)
    case names(Resolution)
  }

  private struct State {
    var cache: AccountCache
    var queue: Queue
    /// Whether a timer is set that looks after the questions that wait.
    var isRelieving = false
    /// When a question had no answer, the last time.
    var failed: Int64?
  }

  private let source: AccountSource
  private let subordinates: SubordinateIDs
  private let sockets: Set<SocketName>
  private let overflow: OverflowIDs
  private let bounds: Bounds
  private let clock: @Sendable () -> Int64
  private let timer: Timer
  private let state: Locked<State>

  /// - Parameters:
  ///   - sockets: the job sockets that may be named.
  ///   - clock: milliseconds on a clock that is never set back.
  ///   - timer: ends the wait for an answer.
  init(
    source: AccountSource = .system, subordinates: SubordinateIDs = SubordinateIDs(),
    sockets: Set<SocketName> = [], overflow: OverflowIDs = .ofKernel(), bounds: Bounds = Bounds(),
    clock: @escaping @Sendable () -> Int64 = AccountDatabase.sinceBoot, timer: @escaping Timer
  ) {
    self.source = source
    self.subordinates = subordinates
    self.sockets = sockets
    self.overflow = overflow
    self.bounds = bounds
    self.clock = clock
    self.timer = timer
    state = Locked(
      State(
        cache: AccountCache(capacity: bounds.cached, lifetime: bounds.lifetime),
        queue: Queue(bounds: bounds.queue)))
  }

  /// CLOCK_BOOTTIME in milliseconds.
  @Sendable static func sinceBoot() -> Int64 {
    var now: Int64 = 0
    _ = unsafe envgate_boottime_ms(&now)
    return now
  }

  /// The threads that the database holds now.
  var threadCount: Int { state.withLock { $0.queue.threadCount } }

  /// Whether a question had no answer within the last minute. Answers to others do not end it: they may be
  /// of accounts that another source has.
  var failedLately: Bool {
    let now = clock()
    return state.withLock { $0.failed }.map { now - $0 < bounds.told } ?? false
  }

  private func noteFailure() {
    let now = clock()
    state.withLock { $0.failed = now }
  }

  // MARK: Questions

  /// Who a uid is. Askers of the same uid share one question.
  func lookup(_ uid: UInt32, completion: @escaping Answered) {
    if let known = known(uid) {
      completion(known)
      return
    }
    ask(.account(uid)) { reply in
      if case .account(let answer)? = reply { completion(answer) } else { completion(.unavailable) }
    }
  }

  /// Who a uid is, where that needs no question; nil where it does.
  func known(_ uid: UInt32) -> AccountAnswer? {
    let now = clock()
    return answerWithoutDatabase(uid) ?? state.withLock { $0.cache.answer(uid, now: now) }
  }

  /// How old what is known of a uid is, in milliseconds: as old as the question.
  func age(of uid: UInt32) -> Int64 {
    if answerWithoutDatabase(uid) != nil { return 0 }
    let now = clock()
    return state.withLock { $0.cache.asked(uid) }.map { now - $0 } ?? bounds.lifetime
  }

  /// Who several uids are; one completion when all are answered.
  func lookup(
    _ uids: [UInt32], completion: @escaping @Sendable ([UInt32: AccountAnswer]) -> Void
  ) {
    let wanted = Set(uids)
    guard !wanted.isEmpty else {
      completion([:])
      return
    }
    let answers = Gathering(count: wanted.count)
    for uid in wanted {
      lookup(uid) { answer in
        if let all = answers.add(uid, answer) { completion(all) }
      }
    }
  }

  /// What names stand for now. `uid:` and `gid:` are taken as they are; a name whose number is the
  /// overflow id, or a subordinate one, stands for nobody.
  func resolve(
    _ names: [PrincipalName], completion: @escaping @Sendable (Resolution) -> Void
  ) {
    if names.allSatisfy({ $0.isNumber }) {
      completion(resolved(names))
      return
    }
    ask(.names(names)) { reply in
      if case .names(let resolution)? = reply {
        completion(resolution)
      } else {
        completion(.failure(.accountUnavailable))
      }
    }
  }

  private func answerWithoutDatabase(_ uid: UInt32) -> AccountAnswer? {
    if uid == overflow.uid { return .nobody }
    do throws(SystemFault) {
      return try subordinates.contains(uid) ? .nobody : nil
    } catch {
      return .unavailable
    }
  }

  // MARK: The queue

  private func ask(_ question: AccountQuestion, _ asker: @escaping Asker) {
    let now = clock()
    let (ticket, thread) = state.withLock { state -> (Queue.Ticket?, UInt64?) in
      (state.queue.ask(question, asker), state.queue.newThread(now: now))
    }
    if let ticket { timer(bounds.answer) { self.giveUp(ticket) } }
    if let thread { start(thread) } else { relieveLater() }
    if ticket == nil {
      noteFailure()
      asker(nil)
    }
  }

  private func giveUp(_ ticket: Queue.Ticket) {
    let (asker, hanging) = state.withLock { state in
      (state.queue.giveUp(ticket), state.queue.watch(ticket))
    }
    if let asker {
      noteFailure()
      asker(nil)
    }
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
    switch state.withLock({ $0.queue.next(thread, inquiry, now: asked) }) {
    case .account(let uid)?:
      let answer = answer(uid)
      let now = clock()
      let askers = state.withLock { state in
        state.cache.keep(answer, uid: uid, asked: asked, now: now)
        return state.queue.finish(
          thread, tellsLate: now - asked < bounds.lifetime && !inquiry.isBrokenOff)
      }
      for asker in askers { asker(.account(answer)) }
      return true
    case .names(let names)?:
      let resolution = resolved(names)
      // What a name stands for now was not asked for whoever came since.
      let askers = state.withLock { $0.queue.finish(thread, tellsLate: false) }
      for asker in askers { asker(.names(resolution)) }
      return true
    case nil: return false
    }
  }

  private func answer(_ uid: UInt32) -> AccountAnswer {
    do throws(AccountFault) {
      return try source.account(uid).map { .known($0) } ?? .nobody
    } catch {
      noteFailure()
      return .unavailable
    }
  }

  private func resolved(_ names: [PrincipalName]) -> Resolution {
    var principals: [Principal] = []
    for name in names {
      do throws(AccountFault) {
        guard let principal = try source.principal(name), !isNobody(principal) else {
          return .failure(.principalUnknown(name.text))
        }
        principals.append(principal)
      } catch {
        noteFailure()
        return .failure(.accountUnavailable)
      }
    }
    return .success(principals)
  }

  private func isNobody(_ principal: Principal) -> Bool {
    switch principal {
    case .user(_, let uid): answerWithoutDatabase(uid) != nil
    case .group(_, let gid): gid == overflow.gid
    case .socket(let name): !sockets.contains(name)
    case .uid, .gid: false
    }
  }
}

/// Answers that come one by one, on any thread.
private final class Gathering: Sendable {
  private let answers = Locked<[UInt32: AccountAnswer]>([:])
  private let count: Int

  init(count: Int) { self.count = count }

  /// All answers, with the last one.
  func add(_ uid: UInt32, _ answer: AccountAnswer) -> [UInt32: AccountAnswer]? {
    answers.withLock { answers in
      answers[uid] = answer
      return answers.count == count ? answers : nil
    }
  }
}

extension PrincipalName {
  /// Whether it is a number already.
  var isNumber: Bool {
    switch self {
    case .uid, .gid, .socket: true
    case .user, .group: false
    }
  }
}

extension AccountSource {
  /// What a name stands for; nil where it stands for nothing.
  func principal(_ name: PrincipalName) throws(AccountFault) -> Principal? {
    switch name {
    case .user(let name): try uid(name).map { .user(name: name, uid: $0) }
    case .group(let name): try gid(name).map { .group(name: name, gid: $0) }
    case .uid(let number): .uid(number)
    case .gid(let number): .gid(number)
    case .socket(let name): .socket(name)
    }
  }
}
