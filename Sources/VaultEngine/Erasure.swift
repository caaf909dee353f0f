public import VaultCore
import VaultStore

/// An answer that its batch did not give yet.
public struct LateReply: Sendable {
  /// What ``BatchOutcome/deferred`` named in its place.
  public let token: UInt64
  /// The answer.
  public let reply: CommandReply
}

/// Erasures whose commands are not answered yet: somebody's snapshot stood in the way.
///
/// Invariant: each is answered once, at the latest when its patience has ended.
struct UnansweredErasures {
  struct Entry {
    let token: UInt64
    let since: ClockReading
    let reply: (Bool) -> CommandReply
    var isErased = false
  }

  private(set) var entries: [Entry] = []
  private var nextToken: UInt64 = 1
  /// When a snapshot was last found in the way; nil where the last try succeeded.
  var lastRefused: ClockReading?

  mutating func enter(_ reply: @escaping (Bool) -> CommandReply, at now: ClockReading) -> UInt64 {
    defer { nextToken += 1 }
    entries.append(Entry(token: nextToken, since: now, reply: reply))
    return nextToken
  }

  mutating func allErased() {
    for index in entries.indices { entries[index].isErased = true }
  }

  /// Takes out what can be answered now.
  mutating func take(at now: ClockReading, all: Bool) -> [LateReply] {
    func isDue(_ entry: Entry) -> Bool {
      all || entry.isErased || now.hasPassed(VaultEngine.patience, since: entry.since)
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
  /// How long after a refused try the next one comes, in milliseconds: each one syncs the database.
  public static let erasureInterval: Int64 = 10

  /// Erases where something of a committed batch was destroyed; what an earlier one still owes is tried
  /// again each second.
  /// - Returns: whether the log holds nothing of it any more.
  func eraseLog(after batch: [Pending], at now: ClockReading) -> Bool {
    if batch.contains(where: { if case .erasure = $0 { true } else { false } }) {
      owesErasure = true
      return mayTryErasure(at: now) && tryErasure(at: now)
    }
    return owesErasure && wantsSignature && tryErasure(at: now)
  }

  private func mayTryErasure(at now: ClockReading) -> Bool {
    guard let last = unanswered.lastRefused else { return true }
    return now.hasPassed(Self.erasureInterval, since: last)
  }

  private func tryErasure(at now: ClockReading) -> Bool {
    // False: a reader's snapshot stood in the way, or the disk did.
    let isErased = (try? store.checkpointTruncating()) ?? false
    owesErasure = !isErased
    unanswered.lastRefused = isErased ? nil : now
    if isErased { unanswered.allErased() }
    return isErased
  }

  /// The answer of an erasure that a snapshot held up.
  func answerLater(_ reply: @escaping (Bool) -> CommandReply, at now: ClockReading) -> UInt64 {
    unanswered.enter(reply, at: now)
  }

  /// Whether an earlier batch has commands that are not answered yet.
  public var owesReplies: Bool { !unanswered.entries.isEmpty }

  /// The answers to earlier commands that can be given now. Call it after each batch, and every
  /// ``erasureInterval`` milliseconds while ``owesReplies``.
  /// - Parameter isLast: whether nobody will ask again.
  public func lateReplies(at now: ClockReading, isLast: Bool = false) -> [LateReply] {
    if owesReplies && owesErasure && !isTampered && trouble != .gone && mayTryErasure(at: now) {
      if tryErasure(at: now) { store.topUpReserve() }
    }
    return unanswered.take(at: now, all: isLast)
  }
}
