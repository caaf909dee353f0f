/// How often what happened.
struct Tally {
  private(set) var counts: [String: Int] = [:]

  mutating func add(_ what: String, _ count: Int = 1) { counts[what, default: 0] += count }

  mutating func add(_ other: Tally) {
    for (what, count) in other.counts { add(what, count) }
  }

  /// The most frequent first.
  var text: String {
    if counts.isEmpty { return "nothing" }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
