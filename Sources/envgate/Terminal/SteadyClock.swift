import CLinux

/// A clock that nobody sets, for the time between two events of one process.
enum SteadyClock {
  /// Milliseconds of CLOCK_BOOTTIME.
  static var milliseconds: Int64 {
    var now: Int64 = 0
    // Safety: the callee fills the local integer during the call.
    _ = unsafe envgate_boottime_ms(&now)
    return now
  }
}
