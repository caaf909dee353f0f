import NIOCore
import VaultCore
import VaultCalls

/// Each lane's part of what the daemon does for connections that it has: how many bytes, how much of its time.
///
/// Invariant: one principal at its limits leaves the others what they had. What could be waited for is waited
/// for, by not reading from the peer; what would be of no use later is refused.
///
/// Used on the hub's event loop alone.
struct Shares {
  /// What a lane may use.
  struct Limits: Hashable, Sendable {
    var connections = 4_096
    var connectionsPerLane = 1_024
    var releases = TokenBucket.Rate(perSecond: 200, burst: 2_000)
    var changes = TokenBucket.Rate(perSecond: 2, burst: 5_000)
    /// New connections: a thousand at once would hold the event loop for a tenth of a second.
    var connects: TokenBucket.Rate {
      TokenBucket.Rate(perSecond: max(1_000, releases.perSecond), burst: 32)
    }
    /// Lines, of whatever content. A job makes some calls around each of its releases.
    var calls: TokenBucket.Rate {
      TokenBucket.Rate(
        perSecond: max(2_000, 10 * releases.perSecond), burst: max(2_000, 2 * releases.burst))
    }
  }

  /// Bytes of lines that came and are not answered.
  private static let lineBytes = (total: 128 << 20, part: 32 << 20)
  /// Bytes of answers that are expected, or that peers have not taken.
  private static let replyBytes = (total: 256 << 20, part: 64 << 20)

  var lines = SharedPool(total: Self.lineBytes.total, part: Self.lineBytes.part)
  var replies = SharedPool(total: Self.replyBytes.total, part: Self.replyBytes.part)
  private var calls: TokenBuckets
  private var releases: TokenBuckets
  private var changes: TokenBuckets

  init(_ limits: Limits) {
    calls = TokenBuckets(limits.calls)
    releases = TokenBuckets(limits.releases)
    changes = TokenBuckets(limits.changes)
  }

  /// Other limits from now on; what is in use stays in use.
  mutating func adopt(_ limits: Limits) {
    calls.adopt(limits.calls)
    releases.adopt(limits.releases)
    changes.adopt(limits.changes)
  }

  /// How long a lane must wait until its next line may be looked at; zero where it need not.
  mutating func pause(_ lane: Lane, now: NIODeadline) -> TimeAmount {
    calls.wait(for: 1, lane, now: now)
  }

  /// A line was looked at; a long one takes as long as several.
  mutating func chargeLine(_ bytes: Int, _ lane: Lane, now: NIODeadline) {
    calls.charge(1 + Double(bytes / 4_096), lane, now: now)
  }

  /// What a call takes beyond its line, where the lane has that.
  ///
  /// - Returns: nil, or how long until it has.
  mutating func take(
    _ traits: Traits, lineBytes: Int, _ lane: Lane, now: NIODeadline
  ) -> TimeAmount? {
    if traits.weight > 1 { calls.charge(Double(traits.weight - 1), lane, now: now) }
    switch traits.cost {
    case .nothing: return nil
    case .release:
      return releases.take(1, lane, now: now) ? nil : releases.wait(for: 1, lane, now: now)
    case .change, .changeByLine:
      let count = Double(traits.cost.changes(lineBytes: lineBytes))
      return changes.take(count, lane, now: now) ? nil : changes.wait(for: count, lane, now: now)
    }
  }

  /// Forgets lanes that have used nothing lately.
  mutating func forgetIdle(now: NIODeadline) {
    calls.forgetIdle(now: now)
    releases.forgetIdle(now: now)
    changes.forgetIdle(now: now)
  }
}
