import VaultCore

/// Refusals on the record, without letting whoever is refused fill the record: the first of a kind is
/// written at once, its repetitions within a minute are counted and written as one.
///
/// Invariants:
/// - one subject has at most ``mostKindsOfOne`` kinds a minute, and all together ``mostKinds``; what is
///   refused beyond that counts under one key of the subject, or of nobody;
/// - whom the account database does not know shares one subject's part with all who are like that: one user
///   can be 65,536 uids (newuidmap(1)).
struct RefusalLog: Undoable {
  struct Key: Hashable {
    /// Nil for the vault itself, and for whoever there was no room for.
    let subject: Subject?
    let method: String
    let reason: String
    /// The credential of a unit that was not released.
    var credential: String?
  }

  struct Entry {
    let since: Moment
    let share: Share
    var repeated: Int
  }

  /// Whose part of the record a kind takes.
  enum Share: Hashable {
    case subject(Subject?)
    case nobody
  }

  static let mostKinds = 256
  static let mostKindsOfOne = 16
  static let minute: Int64 = 60_000

  private var entries = Journaled<Key, Entry>()
  private var kinds = Journaled<Share, Int>()

  mutating func take(_ step: BatchStep) {
    entries.take(step)
    kinds.take(step)
  }

  /// Whether a refusal is the first of its kind, to be written now.
  mutating func isFirst(_ key: Key, isNobody: Bool = false, at now: Moment) -> Bool {
    note(key, isNobody: isNobody, count: 1, at: now) == 1
  }

  /// Counts refusals of a kind; answers how many of them are to be written now.
  /// - Parameter isDeferred: whether none is, though they are to be counted.
  mutating func note(
    _ key: Key, isNobody: Bool, count: Int, isDeferred: Bool = false, at now: Moment
  ) -> Int {
    if entries[key] != nil {
      entries[key]?.repeated += count
      return 0
    }
    let share: Share = isNobody ? .nobody : .subject(key.subject)
    if entries.values.count >= Self.mostKinds {
      repeatOther(Key(subject: nil, method: "any", reason: "any"), .subject(nil), count, now)
      return 0
    }
    if kinds[share] ?? 0 >= Self.mostKindsOfOne {
      let subject = isNobody ? nil : key.subject
      repeatOther(Key(subject: subject, method: "any", reason: "any"), share, count, now)
      return 0
    }
    enter(key, Entry(since: now, share: share, repeated: isDeferred ? count : 0))
    return isDeferred ? 0 : count
  }

  private mutating func repeatOther(_ key: Key, _ share: Share, _ count: Int, _ now: Moment) {
    if entries[key] == nil { enter(key, Entry(since: now, share: share, repeated: 0)) }
    entries[key]?.repeated += count
  }

  private mutating func enter(_ key: Key, _ entry: Entry) {
    entries[key] = entry
    kinds[entry.share] = (kinds[entry.share] ?? 0) + 1
  }

  /// Takes out what is a minute old; what was repeated is to be written with its count.
  mutating func flush(at now: Moment, everything: Bool = false) -> [(key: Key, count: Int)] {
    var flushed: [(key: Key, count: Int)] = []
    for (key, entry) in entries.values
    where everything || now.hasPassed(Self.minute, since: entry.since) {
      entries[key] = nil
      let left = (kinds[entry.share] ?? 1) - 1
      kinds[entry.share] = left > 0 ? left : nil
      if entry.repeated > 0 { flushed.append((key, entry.repeated)) }
    }
    return flushed.sorted {
      ($0.key.subject?.text ?? "", $0.key.method, $0.key.reason)
        < ($1.key.subject?.text ?? "", $1.key.method, $1.key.reason)
    }
  }
}
