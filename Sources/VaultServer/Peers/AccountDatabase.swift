import VaultCore
import VaultEngine

/// The host's account database, asked on threads of its own and never on an event loop
/// (``AccountThreads``).
///
/// Invariants:
/// - every question is answered within the bound, by ``AccountAnswer/unavailable`` if need be;
/// - a question that was broken off has no answer: not "nobody", and not fewer groups;
/// - a failure is not kept, so the first answer after an outage is used at once;
/// - an answer that was asked for afresh comes of a question that began after that; after one without an answer
///   the uid is not asked for afresh for a moment.
///
/// A completion runs once: before the call returns where no question is needed, else on a thread of
/// the database or of the timer. It must not block.
final class AccountDatabase: Sendable {
  typealias Timer = AccountThreads.Timer
  typealias Answered = @Sendable (AccountAnswer) -> Void
  /// Principals in the order of their names, or why not: `principalUnknown` with the first name
  /// that stands for nobody, or `accountUnavailable`.
  typealias Resolution = Result<[Principal], Refusal>

  /// How long and how much; durations in milliseconds.
  struct Bounds: Sendable {
    var answer: Int64 = 2_000
    /// The same where a decision relies on an answer that is five seconds old at most.
    var freshAnswer: Int64 = 4_000
    var lifetime: Int64 = 30_000
    /// How old an answer may be by which somebody is refused whom a rule may name.
    var doubt: Int64 = 2_000
    /// How long a uid that had no answer is not asked about afresh.
    var silence: Int64 = 2_000
    /// When a question that hangs is broken off. Later than who asked gave up: a database that needs
    /// three seconds still fills the cache.
    var hang: Int64 = 5_000
    /// How soon it is broken off again.
    var nudge: Int64 = 1_000
    /// How long a question without an answer is told.
    var told: Int64 = 60_000
    var cached = 4_096
    var queue = AccountThreads.Queue.Bounds()
  }

  private struct State {
    var cache: AccountCache
    /// When a question had no answer, the last time.
    var failed: Int64?
    /// When a question about a uid had no answer, where that was a moment ago.
    var silent: [UInt32: Int64] = [:]
  }

  private let names: AccountNames
  private let bounds: Bounds
  private let clock: @Sendable () -> Int64
  private let state: Locked<State>
  private let threads: AccountThreads

  /// - Parameters:
  ///   - sockets: the job sockets that may be named.
  ///   - clock: milliseconds on a clock that is never set back.
  ///   - timer: ends the wait for an answer.
  init(
    source: AccountSource = .system, subordinates: SubordinateIDs = SubordinateIDs(),
    sockets: Set<SocketName> = [], overflow: OverflowIDs = .ofKernel(), bounds: Bounds = Bounds(),
    clock: @escaping @Sendable () -> Int64 = BootTime.now, timer: @escaping Timer
  ) {
    self.bounds = bounds
    self.clock = clock
    let state = Locked(
      State(cache: AccountCache(capacity: bounds.cached, lifetime: bounds.lifetime)))
    self.state = state
    let names = AccountNames(
      source: source, subordinates: subordinates, sockets: sockets, overflow: overflow)
    self.names = names
    threads = AccountThreads(bounds: bounds, clock: clock, timer: timer) { question, asked in
      switch question {
      case .account(let uid):
        let answer = Self.answer(uid, source)
        let now = clock()
        state.withLock { $0.cache.keep(answer, uid: uid, asked: asked, now: now) }
        return .account(.init(answer: answer, asked: asked))
      case .names(let wanted): return .names(names.resolved(wanted))
      }
    }
  }

  /// The threads that the database holds now.
  var threadCount: Int { threads.count }

  /// Whether a question had no answer within the last minute. Answers to others do not end it: they may be
  /// of accounts that another source has.
  var failedLately: Bool {
    let now = clock()
    return state.withLock { $0.failed }.map { now - $0 < bounds.told } ?? false
  }

  // MARK: Accounts

  /// Who a uid is, by an answer that is at most ``Bounds/lifetime`` old. Askers of the same uid share one
  /// question.
  func lookup(_ uid: UInt32, completion: @escaping Answered) {
    if let known = known(uid) {
      completion(known)
      return
    }
    threads.ask(.account(uid)) { completion(self.noted(uid, $0).answer) }
  }

  /// Who a uid is, where that needs no question; nil where it does.
  func known(_ uid: UInt32) -> AccountAnswer? {
    let now = clock()
    return answerWithoutDatabase(uid) ?? state.withLock { $0.cache.answer(uid, now: now) }
  }

  /// Whether a uid is nobody's account by its number: the overflow id, or a subordinate one.
  func isDecidedByNumber(_ uid: UInt32) -> Bool { answerWithoutDatabase(uid) != nil }

  /// When what is known of a uid was asked for.
  func asked(of uid: UInt32) -> Int64 {
    let now = clock()
    if answerWithoutDatabase(uid) != nil { return now }
    return state.withLock { $0.cache.asked(uid) } ?? now - bounds.lifetime
  }

  /// Whether an answer that was asked for then may still be used.
  func isCurrent(asked: Int64) -> Bool { clock() - asked < bounds.lifetime }

  /// Forgets what was answered: whoever reloads the daemon has changed something.
  func forget() { state.withLock { $0.cache.removeAll() } }

  /// Who a uid is now: by a question that begins after this, which all share who come before it begins.
  func lookupAfresh(_ uid: UInt32, completion: @escaping @Sendable (FreshAnswer) -> Void) {
    let now = clock()
    if let answer = answerWithoutDatabase(uid) {
      completion(FreshAnswer(answer, asked: now))
      return
    }
    if state.withLock({ $0.silent[uid] }).map({ now - $0 < bounds.silence }) ?? false {
      completion(FreshAnswer(.unavailable, asked: now))
      return
    }
    threads.ask(.account(uid), afresh: true) { completion(self.noted(uid, $0)) }
  }

  /// Who a uid is, where a kept answer refuses somebody: by one that is a moment old at most.
  func lookupDoubted(_ uid: UInt32, completion: @escaping Answered) {
    let oldest = clock() - bounds.doubt
    if let known = known(uid), asked(of: uid) > oldest {
      completion(known)
    } else {
      lookupAfresh(uid) { completion($0.answer) }
    }
  }

  /// Who several uids are; one completion when all are answered.
  func lookup(
    _ uids: [UInt32], completion: @escaping @Sendable ([UInt32: AccountAnswer]) -> Void
  ) {
    Gathering.gather(uids, { self.lookup($0, completion: $1) }, completion)
  }

  /// Who several uids are now.
  func lookupAfresh(
    _ uids: [UInt32], completion: @escaping @Sendable ([UInt32: FreshAnswer]) -> Void
  ) {
    Gathering.gather(uids, { self.lookupAfresh($0, completion: $1) }, completion)
  }

  /// What names stand for now. `uid:` and `gid:` are taken as they are; a name whose number is the
  /// overflow id, or a subordinate one, stands for nobody.
  func resolve(
    _ wanted: [PrincipalName], completion: @escaping @Sendable (Resolution) -> Void
  ) {
    if wanted.allSatisfy({ $0.isNumber }) {
      completion(names.resolved(wanted))
      return
    }
    threads.ask(.names(wanted)) { reply in
      guard case .names(let resolution)? = reply else {
        self.noteFailure()
        completion(.failure(.accountUnavailable))
        return
      }
      if case .failure(.accountUnavailable) = resolution { self.noteFailure() }
      completion(resolution)
    }
  }

  private func answerWithoutDatabase(_ uid: UInt32) -> AccountAnswer? {
    names.answerWithoutDatabase(uid)
  }

  // MARK: Failures

  private func noteFailure() {
    let now = clock()
    state.withLock { $0.failed = now }
  }

  /// The answer of a reply, and that there was none, noted.
  private func noted(_ uid: UInt32, _ reply: AccountThreads.Reply?) -> FreshAnswer {
    let now = clock()
    guard case .account(let account)? = reply, account.answer != .unavailable else {
      state.withLock { state in
        state.failed = now
        state.silent = state.silent.filter { now - $0.value < bounds.silence }
        state.silent[uid] = now
      }
      return FreshAnswer(.unavailable, asked: now)
    }
    state.withLock { $0.silent[uid] = nil }
    return FreshAnswer(account.answer, asked: account.asked)
  }

  private static func answer(_ uid: UInt32, _ source: AccountSource) -> AccountAnswer {
    do throws(AccountFault) {
      return try source.account(uid).map { .known($0) } ?? .nobody
    } catch { return .unavailable }
  }
}
