/// Something that there is so much of for all lanes together: connections, bytes.
///
/// Invariants: no lane has more than its part, nor more than half of what the others leave, so that however
/// many are greedy, there is something left for whoever comes next; what was taken is given back.
struct SharedPool {
  let total: Int
  let part: Int
  private(set) var used = 0
  private var usedBy: [Lane: Int] = [:]

  init(total: Int, part: Int) {
    self.total = total
    self.part = part
  }

  /// What a lane has of it.
  func used(by lane: Lane) -> Int { usedBy[lane] ?? 0 }

  /// Whether a lane may have so much more.
  func admits(_ count: Int, _ lane: Lane) -> Bool {
    let own = used(by: lane)
    // Half of what the others leave is never more than there is left.
    return own + count <= min(part, (total - (used - own) + 1) / 2)
  }

  /// Takes so much, if the lane may have it.
  mutating func take(_ count: Int, _ lane: Lane) -> Bool {
    guard admits(count, lane) else { return false }
    add(count, lane)
    return true
  }

  /// Takes so much whether the lane may have it or not: what there is cannot be undone.
  mutating func add(_ count: Int, _ lane: Lane) {
    used += count
    usedBy[lane, default: 0] += count
  }

  /// Gives so much back.
  mutating func give(_ count: Int, _ lane: Lane) {
    used -= count
    if Self.lower(&usedBy[lane, default: 0], by: count) { usedBy[lane] = nil }
  }

  /// Whether nothing is left.
  private static func lower(_ held: inout Int, by count: Int) -> Bool {
    held -= count
    return held <= 0
  }

  /// The same use under other limits.
  func with(total: Int, part: Int) -> SharedPool {
    var pool = SharedPool(total: total, part: part)
    pool.used = used
    pool.usedBy = usedBy
    return pool
  }
}
