import VaultCore

/// What can be asked of the account database.
enum AccountQuestion: Hashable, Sendable {
  case account(UInt32)
  case names([PrincipalName])

  var isNames: Bool {
    if case .names = self { true } else { false }
  }
}

/// Which questions wait, which thread has which, and who is told: the decisions, without threads,
/// timers or locks.
///
/// Invariants:
/// - a question that hangs is held by one thread, however often it is asked;
/// - whoever asks *afresh* is told by a question that begins after that, and by no earlier one;
/// - a thread that has had its question for `slow` does not count among the `threads` that serve, so
///   that those who are slow to look up hold up nobody else for longer;
/// - there are at most `mostThreads`, of which names hold at most `threadsOfNames`: whoever is to be
///   looked up finds a thread, whatever names somebody makes up.
struct AccountQueue<Asker, Inquiry: AnyObject> {
  /// How many, and how long in milliseconds.
  struct Bounds: Sendable {
    /// Questions that no thread has taken yet.
    var waiting = 4_096
    /// Threads that serve.
    var threads = 4
    /// Threads in all, with those that hang.
    var mostThreads = 16
    var threadsOfNames = 8
    var slow: Int64 = 100
  }

  /// What an asker gives up with.
  struct Ticket: Hashable, Sendable {
    fileprivate let question: AccountQuestion
    fileprivate let number: UInt64
    /// Whether another question about the same must end first.
    let isBehind: Bool
  }

  private struct Open {
    /// Who asked before a thread took the question.
    var askers: [UInt64: Asker] = [:]
    /// Who asked since.
    var late: [UInt64: Asker] = [:]
    /// Who asked afresh since.
    var afresh: [UInt64: Asker] = [:]
    /// The thread that has it.
    var thread: UInt64?
  }

  private struct Thread {
    var question: AccountQuestion?
    var inquiry: Inquiry?
    var since: Int64 = 0
    var isWatched = false
  }

  private let bounds: Bounds
  private var open: [AccountQuestion: Open] = [:]
  private var waiting: [AccountQuestion] = []
  private var threads: [UInt64: Thread] = [:]
  private var last: UInt64 = 0

  init(bounds: Bounds) { self.bounds = bounds }

  var isWaiting: Bool { !waiting.isEmpty }
  var threadCount: Int { threads.count }

  // MARK: Askers

  /// Adds an asker; nil where too many questions wait: they will be told in time, and so will this
  /// one, now.
  /// - Parameter afresh: whether a question that has begun will not do.
  mutating func ask(
    _ question: AccountQuestion, afresh: Bool = false, _ asker: Asker
  ) -> Ticket? {
    if open[question] == nil {
      guard waiting.count < bounds.waiting else { return nil }
      waiting.append(question)
    }
    last += 1
    let hasBegun = open[question]?.thread != nil
    if !hasBegun {
      open[question, default: Open()].askers[last] = asker
    } else if afresh {
      open[question]?.afresh[last] = asker
    } else {
      open[question]?.late[last] = asker
    }
    return Ticket(question: question, number: last, isBehind: hasBegun && afresh)
  }

  /// Takes an asker away whose time is over; nil where it was answered.
  mutating func giveUp(_ ticket: Ticket) -> Asker? {
    guard var entry = open[ticket.question] else { return nil }
    let asker =
      entry.askers.removeValue(forKey: ticket.number)
      ?? entry.late.removeValue(forKey: ticket.number)
      ?? entry.afresh.removeValue(forKey: ticket.number)
    if entry.thread == nil && entry.askers.isEmpty {
      open[ticket.question] = nil
      waiting.removeAll { $0 == ticket.question }
    } else {
      open[ticket.question] = entry
    }
    return asker
  }

  // MARK: Threads

  /// The number of a thread to start now; nil where none is wanted.
  mutating func newThread(now: Int64) -> UInt64? {
    guard threads.count < bounds.mostThreads, serving(now) < bounds.threads else { return nil }
    let starting = threads.values.count { $0.question == nil }
    let takesNames = takesNames
    guard starting < waiting.count(where: { takesNames || !$0.isNames }) else { return nil }
    last += 1
    threads[last] = Thread()
    return last
  }

  mutating func endThread(_ thread: UInt64) { threads[thread] = nil }

  /// The next question of a thread; nil where it is to end, since nothing waits for it, or it comes
  /// back from a hang and enough others serve.
  mutating func next(_ thread: UInt64, _ inquiry: Inquiry, now: Int64) -> AccountQuestion? {
    let takesNames = takesNames
    guard serving(now) <= bounds.threads,
      let index = waiting.firstIndex(where: { takesNames || !$0.isNames })
    else {
      endThread(thread)
      return nil
    }
    let question = waiting.remove(at: index)
    threads[thread] = Thread(question: question, inquiry: inquiry, since: now)
    open[question]?.thread = thread
    return question
  }

  /// Ends a thread's question and answers who is told.
  ///
  /// - Parameter late: whether those who asked since are told too, but for those who asked afresh; else it is
  ///   asked again for them.
  mutating func finish(_ thread: UInt64, tellsLate late: Bool) -> [Asker] {
    guard let question = threads[thread]?.question, let entry = open[question] else { return [] }
    threads[thread] = Thread()
    open[question] = nil
    var told = Array(entry.askers.values)
    var next = entry.afresh
    if late {
      told += entry.late.values
    } else {
      next.merge(entry.late) { first, _ in first }
    }
    if !next.isEmpty {
      open[question] = Open(askers: next)
      waiting.append(question)
    }
    return told
  }

  // MARK: Breaking off

  /// What hangs behind a ticket and since when, where nobody watches it yet.
  mutating func watch(_ ticket: Ticket) -> (Inquiry, since: Int64)? {
    guard let thread = open[ticket.question]?.thread, let held = threads[thread],
      let inquiry = held.inquiry, !held.isWatched
    else { return nil }
    threads[thread]?.isWatched = true
    return (inquiry, held.since)
  }

  /// Whether an inquiry still has its thread.
  func hangs(_ inquiry: Inquiry) -> Bool { threads.values.contains { $0.inquiry === inquiry } }

  // MARK: Counting

  private func serving(_ now: Int64) -> Int {
    threads.values.count { $0.question == nil || now - $0.since < bounds.slow }
  }

  private var takesNames: Bool {
    threads.values.count { $0.question?.isNames == true } < bounds.threadsOfNames
  }
}
