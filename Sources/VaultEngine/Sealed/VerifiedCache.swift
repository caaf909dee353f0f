import VaultCrypto

/// A verified value and its part of the set hash, which a row that is not live has not.
final class Verified<Value: Sendable>: Sendable {
  let value: Value
  let leaf: Digest32?

  init(_ value: Value, _ leaf: Digest32?) {
    self.value = value
    self.leaf = leaf
  }
}

/// How much a cache holds.
struct CacheBudget {
  /// Nothing is kept.
  static let none = CacheBudget(entries: 0)

  let entries: Int
  var bytes = Int.max
}

/// What was verified lately.
///
/// Invariant: no cache grows beyond its budget. A full one is dropped whole, since every entry can be read again.
struct VerifiedCache<Key: Hashable, Value: Sendable> {
  private let budget: CacheBudget
  private var entries: [Key: Verified<Value>] = [:]
  private var bytes = 0
  private let weigh: (Value) -> Int

  init(_ budget: CacheBudget, weigh: @escaping (Value) -> Int) {
    self.budget = budget
    self.weigh = weigh
  }

  subscript(_ key: Key) -> Verified<Value>? { entries[key] }

  mutating func keep(_ verified: Verified<Value>, at key: Key) {
    guard budget.entries > 0 else { return }
    let weight = weigh(verified.value)
    if entries.count >= budget.entries || bytes + weight > budget.bytes { removeAll() }
    bytes += weight
    if let old = entries.updateValue(verified, forKey: key) { bytes -= weigh(old.value) }
  }

  mutating func drop(_ key: Key) {
    if let old = entries.removeValue(forKey: key) { bytes -= weigh(old.value) }
  }

  mutating func drop(where isGone: (Key) -> Bool) {
    for key in entries.keys.filter(isGone) { drop(key) }
  }

  mutating func removeAll() {
    entries.removeAll()
    bytes = 0
  }
}
