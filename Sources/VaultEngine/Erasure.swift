public import VaultCore
import VaultStore

/// An answer that its batch did not give yet.
public struct LateReply: Sendable {
  /// What ``BatchOutcome/deferred`` named in its place.
  public let token: UInt64
  /// The answer.
  public let reply: CommandReply
}

/// Erasures whose commands are not answered yet: rows of it are still there, or somebody's snapshot stood in the
/// way.
///
/// Invariant: each is answered once, at the latest when its patience has ended.
struct UnansweredErasures {
  struct Entry {
    let token: UInt64
    /// What must be through before the log is cut for it.
    var task: Backlog.Task?
    /// How long it waits, in milliseconds since boot.
    var until: Int64
    let reply: (Bool) -> CommandReply
    var isErased = false
    var isGivenUp = false
  }

  private(set) var entries: [Entry] = []
  private var nextToken: UInt64 = 1
  /// When a snapshot was last found in the way; nil where the last try succeeded.
  var lastRefused: ClockReading?

  mutating func enter(
    _ reply: @escaping (Bool) -> CommandReply, _ task: Backlog.Task?, until: Int64
  ) -> UInt64 {
    defer { nextToken += 1 }
    entries.append(Entry(token: nextToken, task: task, until: until, reply: reply))
    return nextToken
  }

  /// Whether one is left for which the log can be cut.
  var awaitsCut: Bool { entries.contains { $0.task == nil } }

  /// The rows of some are gone: from now on they wait for the log alone.
  mutating func finish(_ tasks: Set<Backlog.Task>, until: Int64) {
    for index in entries.indices {
      guard let task = entries[index].task, tasks.contains(task) else { continue }
      entries[index].task = nil
      entries[index].until = until
    }
  }

  /// Some are never through.
  mutating func giveUp(on tasks: Set<Backlog.Task>) {
    if tasks.isEmpty { return }
    for index in entries.indices where entries[index].task.map(tasks.contains) == true {
      entries[index].isGivenUp = true
    }
  }

  mutating func allErased() {
    for index in entries.indices where entries[index].task == nil { entries[index].isErased = true }
  }

  /// Takes out what can be answered now.
  mutating func take(at now: ClockReading, all: Bool) -> [LateReply] {
    func isDue(_ entry: Entry) -> Bool {
      all || entry.isErased || entry.isGivenUp || now.boot >= entry.until
    }
    let due = entries.filter(isDue)
    if due.isEmpty { return [] }
    entries.removeAll(where: isDue)
    return due.map { LateReply(token: $0.token, reply: $0.reply($0.isErased)) }
  }
}

/// What was destroyed leaves the database with its commit, and the write-ahead log with a checkpoint that
/// cuts it: in the log the pages of before stand until then.
///
/// Nobody's snapshot is waited for on this thread: the answer waits, and other commands run meanwhile.
extension VaultEngine {
  /// How long an answer waits for whoever reads a snapshot, in milliseconds.
  static let patience: Int64 = 100
  /// How long an answer waits for rows that follow in slices, in milliseconds.
  static let longestRemoval: Int64 = 10_000
  /// How long after a refused try the next one comes, in milliseconds: each one syncs the database.
  public static let erasureInterval: Int64 = 10

  /// Erases where something of a committed batch was destroyed; what an earlier one still owes is tried
  /// again each second.
  /// - Returns: whether the log holds nothing of it any more.
  func eraseLog(after batch: [Pending], at now: ClockReading) -> Bool {
    let finished = backlog.takeFinished()
    lasting.unanswered.finish(finished, until: now.boot + Self.patience)
    if !finished.isEmpty || batch.contains(where: { $0.isErasure(besides: backlog) }) {
      lasting.owesErasure = true
      return mayTryErasure(at: now) && tryErasure(at: now)
    }
    return lasting.owesErasure && draft.work.wantsSignature && tryErasure(at: now)
  }

  private func mayTryErasure(at now: ClockReading) -> Bool {
    guard let last = lasting.unanswered.lastRefused else { return true }
    return now.hasPassed(Self.erasureInterval, since: last)
  }

  private func tryErasure(at now: ClockReading) -> Bool {
    // What was destroyed may stand in the copy of a backup, too; while that is made, its snapshot keeps the log.
    let isCopyGone = copy.drop()
    // False: a reader's snapshot stood in the way, or the disk did.
    let isErased = isCopyGone && (try? store.checkpointTruncating()) ?? false
    lasting.owesErasure = !isErased
    lasting.unanswered.lastRefused = isErased ? nil : now
    if isErased { lasting.unanswered.allErased() }
    return isErased
  }

  /// The answer of an erasure that a snapshot holds up, or rows of it that are still there.
  func answerLater(
    _ reply: @escaping (Bool) -> CommandReply, _ task: Backlog.Task?, at now: ClockReading
  ) -> UInt64 {
    let open = task.flatMap { backlog.holds($0) ? $0 : nil }
    let patience = open == nil ? Self.patience : Self.longestRemoval
    return lasting.unanswered.enter(reply, open, until: now.boot + patience)
  }

  /// Whether an earlier batch has commands that are not answered yet.
  public var owesReplies: Bool { !lasting.unanswered.entries.isEmpty }

  /// The answers to earlier commands that can be given now. Call it after each batch, and every
  /// ``erasureInterval`` milliseconds while ``owesReplies``.
  /// - Parameter isLast: whether nobody will ask again.
  public func lateReplies(at now: ClockReading, isLast: Bool = false) -> [LateReply] {
    if lasting.unanswered.awaitsCut && lasting.owesErasure && !lasting.isTampered
      && lasting.trouble != .gone
      && mayTryErasure(at: now)
    {
      if tryErasure(at: now) { store.topUpReserve() }
    }
    return lasting.unanswered.take(at: now, all: isLast)
  }
}

extension Pending {
  /// Whether something was destroyed of which no row is left.
  fileprivate func isErasure(besides backlog: Backlog) -> Bool {
    guard case .erasure(let task, _) = self else { return false }
    return !(task.map(backlog.holds) ?? false)
  }
}
