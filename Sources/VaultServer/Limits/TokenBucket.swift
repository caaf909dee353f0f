import NIOCore

/// So many a second in the long run, and so many at once (a token bucket).
struct TokenBucket {
  /// How fast and how much.
  struct Rate: Hashable, Sendable {
    var perSecond: Double
    var burst: Double
  }

  private var tokens: Double
  private var updated: NIODeadline

  init(_ rate: Rate, now: NIODeadline) {
    tokens = rate.burst
    updated = now
  }

  /// Takes tokens where there are enough.
  mutating func take(_ count: Double, _ rate: Rate, now: NIODeadline) -> Bool {
    refill(rate, now)
    // What costs more than there can ever be is let through by a full bucket, which then is in debt.
    guard tokens >= min(count, rate.burst) else { return false }
    tokens -= count
    return true
  }

  /// Takes tokens whether there are any or not; what is missing is waited for later.
  mutating func charge(_ count: Double, _ rate: Rate, now: NIODeadline) {
    refill(rate, now)
    tokens -= count
  }

  /// How long until there are so many; nothing where there are.
  mutating func wait(for count: Double, _ rate: Rate, now: NIODeadline) -> TimeAmount {
    refill(rate, now)
    let missing = min(count, rate.burst) - tokens
    return missing <= 0 ? .zero : .microseconds(Int64(missing / rate.perSecond * 1_000_000) + 1)
  }

  /// Whether it is as if it had never been used.
  mutating func isFull(_ rate: Rate, now: NIODeadline) -> Bool {
    refill(rate, now)
    return tokens >= rate.burst
  }

  private mutating func refill(_ rate: Rate, _ now: NIODeadline) {
    guard now > updated else { return }
    let seconds = Double((now - updated).nanoseconds) / 1_000_000_000
    tokens = min(rate.burst, tokens + seconds * rate.perSecond)
    updated = now
  }
}

/// A bucket for each lane that uses one.
struct TokenBuckets {
  private(set) var rate: TokenBucket.Rate
  private var buckets: [Lane: TokenBucket] = [:]

  init(_ rate: TokenBucket.Rate) { self.rate = rate }

  mutating func take(_ count: Double = 1, _ lane: Lane, now: NIODeadline) -> Bool {
    buckets[lane, default: TokenBucket(rate, now: now)].take(count, rate, now: now)
  }

  mutating func charge(_ count: Double, _ lane: Lane, now: NIODeadline) {
    buckets[lane, default: TokenBucket(rate, now: now)].charge(count, rate, now: now)
  }

  mutating func wait(for count: Double, _ lane: Lane, now: NIODeadline) -> TimeAmount {
    buckets[lane, default: TokenBucket(rate, now: now)].wait(for: count, rate, now: now)
  }

  /// Another rate from now on; what was used stays used.
  mutating func adopt(_ rate: TokenBucket.Rate) { self.rate = rate }

  /// Forgets who has used nothing lately.
  mutating func forgetIdle(now: NIODeadline) {
    buckets = buckets.filter { lane, bucket in
      var bucket = bucket
      return !bucket.isFull(rate, now: now)
    }
  }
}
