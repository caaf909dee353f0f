import Glibc

/// A point in time up to which the client waits, on CLOCK_BOOTTIME: setting the wall clock neither
/// cuts a wait short nor prolongs it (clock_gettime(2)).
public struct WaitDeadline: Hashable, Sendable {
  private let milliseconds: Int64

  /// The point that lies a number of seconds from now.
  public init(secondsFromNow seconds: Int64) {
    let (length, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    let (sum, wrapped) = Self.now.addingReportingOverflow(overflow ? .max : length)
    milliseconds = wrapped ? .max : sum
  }

  /// What poll(2) takes: the milliseconds that are left, 0 when none are, at most `Int32.max`.
  public var remaining: Int32 {
    Int32(clamping: max(0, milliseconds - Self.now))
  }

  /// Whichever of both comes first.
  public func sooner(of other: WaitDeadline) -> WaitDeadline {
    milliseconds <= other.milliseconds ? self : other
  }

  /// The milliseconds on that clock.
  public static var now: Int64 {
    var time = timespec()
    // Safety: the kernel fills the local struct during the call.
    guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
