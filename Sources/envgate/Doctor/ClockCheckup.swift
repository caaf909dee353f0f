import CLinux

/// Whether somebody keeps the clock, by which requests and grants end.
enum ClockCheckup {
  static func finding() -> Finding {
    var isSynchronised: Int32 = 0
    // Safety: the callee fills the local number during the call.
    return judge(unsafe envgate_clock_is_synchronised(&isSynchronised), isSynchronised != 0)
  }

  /// - Parameter error: what kept the kernel from answering, or 0.
  static func judge(_ error: Int32, _ isSynchronised: Bool) -> Finding {
    if error != 0 {
      return .notLookedAt("clock", "whether a time service runs", SystemText.of(error))
    }
    return isSynchronised
      ? .ok("clock", "the kernel reports it as synchronised")
      : .warn(
        "clock",
        "no time service is running; the expiry of requests and grants depends on the clock",
        "run chrony or systemd-timesyncd")
  }
}
