import VaultCore

/// What the account database said lately, bounded in number and age.
///
/// An answer is as old as its question: one that a slow database took a minute to give is a minute
/// old.
struct AccountCache {
  private struct Entry {
    let answer: AccountAnswer
    let asked: Int64
  }

  private let capacity: Int
  private let lifetime: Int64
  private var entries: [UInt32: Entry] = [:]

  /// - Parameter lifetime: how long an answer holds, in milliseconds.
  init(capacity: Int, lifetime: Int64) {
    self.capacity = capacity
    self.lifetime = lifetime
  }

  var count: Int { entries.count }

  /// The answer for a uid, while it is fresh.
  func answer(_ uid: UInt32, now: Int64) -> AccountAnswer? {
    guard let entry = entries[uid], isFresh(entry, now) else { return nil }
    return entry.answer
  }

  /// When the answer for a uid was asked for; nil where there is none.
  func asked(_ uid: UInt32) -> Int64? { entries[uid]?.asked }

  /// Forgets every answer.
  mutating func removeAll() { entries = [:] }

  /// Keeps an answer, unless a later question was answered already. A failure is not kept.
  mutating func keep(_ answer: AccountAnswer, uid: UInt32, asked: Int64, now: Int64) {
    let entry = Entry(answer: answer, asked: asked)
    guard answer != .unavailable, isFresh(entry, now) else { return }
    if let present = entries[uid], present.asked > asked { return }
    if entries[uid] == nil && entries.count >= capacity { makeRoom(now) }
    entries[uid] = entry
  }

  private func isFresh(_ entry: Entry, _ now: Int64) -> Bool { now - entry.asked < lifetime }

  private mutating func makeRoom(_ now: Int64) {
    entries = entries.filter { isFresh($0.value, now) }
    if entries.count >= capacity, let oldest = entries.min(by: { $0.value.asked < $1.value.asked })
    {
      entries[oldest.key] = nil
    }
  }
}
