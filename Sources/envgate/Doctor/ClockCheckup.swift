import CLinux

/// Whether somebody keeps the clock, by which requests and grants end.
enum ClockCheckup {
  static func finding() -> Finding? {
    var isSynchronised: Int32 = 0
    // Safety: the callee fills the local number during the call.
    guard unsafe envgate_clock_is_synchronised(&isSynchronised) == 0 else { return nil }
    return isSynchronised != 0
      ? .ok("clock", "the kernel holds it to be synchronised")
      : .warn(
        "clock", "nobody keeps it in step with others; requests and grants end by it",
        "run chrony or systemd-timesyncd")
  }
}
