import CLinux
import VaultCore

/// The host's account database, asked on threads of its own and never on an event loop.
///
/// Invariants:
/// - every question is answered within the bound, by ``AccountAnswer/unavailable`` if need be;
/// - the database holds at most so many threads, however long it hangs; a thread that hangs counts;
/// - a failure is not kept, so the first answer after an outage is used at once.
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
    var cached = 4_096
    var waiting = 4_096
    var threads = 4
  }

  private enum Question {
    case account(UInt32, [Answered])
    case names([PrincipalName], @Sendable (Resolution) -> Void)
  }

  private struct State {
    var cache: AccountCache
    /// Who still waits, by the number of the question.
    var open: [UInt64: Question] = [:]
    /// The question that a uid's next asker joins.
    var asking: [UInt32: UInt64] = [:]
    /// Questions that no thread has taken yet, in order.
    var queue: [UInt64] = []
    var threads = 0
    var last: UInt64 = 0
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
      State(cache: AccountCache(capacity: bounds.cached, lifetime: bounds.lifetime)))
  }

  /// CLOCK_BOOTTIME in milliseconds.
  @Sendable static func sinceBoot() -> Int64 {
    var now: Int64 = 0
    _ = unsafe envgate_boottime_ms(&now)
    return now
  }

  // MARK: Questions

  /// Who a uid is. Askers of the same uid share one question.
  func lookup(_ uid: UInt32, completion: @escaping Answered) {
    if let answer = answerWithoutDatabase(uid) {
      completion(answer)
      return
    }
    let now = clock()
    enum Step {
      case answer(AccountAnswer)
      case joined
      case asked(UInt64, startThread: Bool)
    }
    let step = state.withLock { state -> Step in
      if let answer = state.cache.answer(uid, now: now) { return .answer(answer) }
      if let number = state.asking[uid],
        case .account(_, let others) = state.open[number]
      {
        state.open[number] = .account(uid, others + [completion])
        return .joined
      }
      guard let number = enqueue(.account(uid, [completion]), &state) else {
        return .answer(.unavailable)
      }
      state.asking[uid] = number
      return .asked(number, startThread: takesThread(&state))
    }
    switch step {
    case .answer(let answer): completion(answer)
    case .joined: break
    case .asked(let number, let startThread): ask(number, startThread: startThread)
    }
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
    let asked = state.withLock { state -> (UInt64, Bool)? in
      guard let number = enqueue(.names(names, completion), &state) else { return nil }
      return (number, takesThread(&state))
    }
    if let (number, startThread) = asked {
      ask(number, startThread: startThread)
    } else {
      completion(.failure(.accountUnavailable))
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

  /// Nil where too many wait already: they will be told in time, and so will this one, now.
  private func enqueue(_ question: Question, _ state: inout State) -> UInt64? {
    guard state.queue.count < bounds.waiting else { return nil }
    state.last += 1
    state.open[state.last] = question
    state.queue.append(state.last)
    return state.last
  }

  private func takesThread(_ state: inout State) -> Bool {
    guard state.threads < bounds.threads else { return false }
    state.threads += 1
    return true
  }

  private func ask(_ number: UInt64, startThread: Bool) {
    timer(bounds.answer) { self.giveUp(number) }
    guard startThread else { return }
    do throws(ThreadFault) {
      try PlainThread.start { self.serve() }
    } catch {
      // The timer answers for the thread that there is not; the next question tries again.
      state.withLock { $0.threads -= 1 }
    }
  }

  private func giveUp(_ number: UInt64) {
    let question = state.withLock { state -> Question? in
      state.queue.removeAll { $0 == number }
      return Self.close(number, &state)
    }
    switch question {
    case .account(_, let askers)?: for asker in askers { asker(.unavailable) }
    case .names(_, let asker)?: asker(.failure(.accountUnavailable))
    case nil: break
    }
  }

  private static func close(_ number: UInt64, _ state: inout State) -> Question? {
    let question = state.open.removeValue(forKey: number)
    // Who asks for this uid from now on asks anew, though the old question may still hang.
    if case .account(let uid, _)? = question, state.asking[uid] == number {
      state.asking[uid] = nil
    }
    return question
  }

  // MARK: The threads

  /// Takes questions until there are none, then ends.
  private func serve() {
    while let (number, question) = next() {
      let asked = clock()
      switch question {
      case .account(let uid, _): finish(number, uid, answer(uid), asked)
      case .names(let names, _):
        let resolution = resolved(names)
        if case .names(_, let asker)? = state.withLock({ Self.close(number, &$0) }) {
          asker(resolution)
        }
      }
    }
  }

  private func next() -> (UInt64, Question)? {
    state.withLock { state in
      while !state.queue.isEmpty {
        let number = state.queue.removeFirst()
        if let question = state.open[number] { return (number, question) }
      }
      state.threads -= 1
      return nil
    }
  }

  private func finish(_ number: UInt64, _ uid: UInt32, _ answer: AccountAnswer, _ asked: Int64) {
    let now = clock()
    let question = state.withLock { state -> Question? in
      state.cache.keep(answer, uid: uid, asked: asked, now: now)
      return Self.close(number, &state)
    }
    if case .account(_, let askers)? = question {
      for asker in askers { asker(answer) }
    }
  }

  private func answer(_ uid: UInt32) -> AccountAnswer {
    do throws(AccountFault) {
      return try source.account(uid).map { .known($0) } ?? .nobody
    } catch {
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
