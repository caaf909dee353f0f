import Glibc
import VaultCore

/// The wall clock, and times as people read them. All times are milliseconds since the epoch.
enum WallClock {
  static var now: Int64 {
    var time = timespec()
    // Safety: the kernel fills the local struct during the call.
    guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// `in 24h`, or `now` for what lies behind.
  static func ahead(_ time: Int64, now: Int64) -> String {
    time <= now ? "now" : "in \(TimeSpan.nearest(seconds: (time - now) / 1_000))"
  }

  /// `within 8h`, or `by now` for what lies behind.
  static func deadline(_ time: Int64, now: Int64) -> String {
    time <= now ? "by now" : "within \(TimeSpan.nearest(seconds: (time - now) / 1_000))"
  }

  /// `5m ago`.
  static func ago(_ time: Int64, now: Int64) -> String {
    "\(TimeSpan.rough(seconds: (now - time) / 1_000)) ago"
  }

  /// `2026-01-31 12:34:56Z`.
  static func text(_ time: Int64) -> String {
    let text = Timestamp.text(milliseconds: time)
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "Z"
  }
}
