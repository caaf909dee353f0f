import CLinux

/// The clock of waits: it goes on while the host sleeps, and is never set.
enum BootTime {
  /// CLOCK_BOOTTIME in milliseconds.
  @Sendable static func now() -> Int64 {
    var now: Int64 = 0
    _ = unsafe envgate_boottime_ms(&now)
    return now
  }
}
