import VaultCore

/// Refusals on the record, without letting whoever is refused fill the record: the first of a kind is
/// written at once, its repetitions within a minute are counted and written as one.
///
/// Invariant: bounded by ``mostKinds``; beyond it refusals of any further kind count under one key.
struct RefusalLog {
  struct Key: Hashable {
    let uid: UInt32
    let method: String
    let reason: String
  }

  struct Entry {
    let since: Moment
    var repeated: Int
  }

  static let mostKinds = 1_024
  static let minute: Int64 = 60_000

  private var entries: [Key: Entry] = [:]

  /// Whether a refusal is the first of its kind, to be written now.
  mutating func isFirst(_ key: Key, at now: Moment) -> Bool {
    if entries[key] != nil {
      entries[key]?.repeated += 1
      return false
    }
    if entries.count >= Self.mostKinds {
      let other = Key(uid: .max, method: "any", reason: "any")
      entries[other, default: Entry(since: now, repeated: 0)].repeated += 1
      return false
    }
    entries[key] = Entry(since: now, repeated: 0)
    return true
  }

  /// Takes out what is a minute old; what was repeated is to be written with its count.
  mutating func flush(at now: Moment, everything: Bool = false) -> [(key: Key, count: Int)] {
    if entries.isEmpty { return [] }
    var flushed: [(key: Key, count: Int)] = []
    for (key, entry) in entries
    where everything || Deadline(after: Self.minute, from: entry.since).isReached(at: now) {
      entries[key] = nil
      if entry.repeated > 0 { flushed.append((key, entry.repeated)) }
    }
    return flushed.sorted {
      ($0.key.uid, $0.key.method, $0.key.reason) < ($1.key.uid, $1.key.method, $1.key.reason)
    }
  }
}
