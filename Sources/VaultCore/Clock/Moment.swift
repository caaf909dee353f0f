/// A moment on both clocks: wall time, and time since this boot.
///
/// Within a boot durations run on CLOCK_BOOTTIME, across boots on wall time (clock_gettime(2)).
public struct Moment: Hashable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var wall: Int64
  /// Milliseconds since boot, suspended time included.
  public var boot: Int64
  /// Which boot: the kernel's random boot id, as two words.
  public var bootID: BootID

  /// Makes a moment.
  public init(wall: Int64, boot: Int64, bootID: BootID) {
    self.wall = wall
    self.boot = boot
    self.bootID = bootID
  }
}

/// The kernel's id of one boot (`/proc/sys/kernel/random/boot_id`, random(4)).
public struct BootID: Hashable, Sendable {
  /// The first eight bytes, big endian.
  public let high: UInt64
  /// The last eight bytes, big endian.
  public let low: UInt64

  /// Makes an id from its two words.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// An end. It is reached when *either* clock says so: setting the wall clock back cannot prolong what
/// was allowed within a boot, and a reboot cannot prolong it beyond the wall time.
public struct Deadline: Hashable, Sendable {
  /// The moment at which it is reached.
  public let at: Moment

  /// An end that lies a number of milliseconds after a moment.
  public init(after milliseconds: Int64, from start: Moment) {
    at = Moment(
      wall: start.wall.addingSaturating(milliseconds),
      boot: start.boot.addingSaturating(milliseconds), bootID: start.bootID)
  }

  init(at moment: Moment) { at = moment }

  /// Whether the end is reached.
  public func isReached(at now: Moment) -> Bool {
    if now.wall >= at.wall { return true }
    return now.bootID == at.bootID && now.boot >= at.boot
  }

  /// The end of both that comes first.
  func earlier(_ other: Deadline) -> Deadline { isBefore(other) ? self : other }

  /// The end of both that comes last.
  func later(_ other: Deadline) -> Deadline { isBefore(other) ? other : self }

  private func isBefore(_ other: Deadline) -> Bool {
    at.bootID == other.at.bootID ? at.boot < other.at.boot : at.wall < other.at.wall
  }
}

extension Int64 {
  func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
