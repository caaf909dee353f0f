/// What the host's two clocks say at one moment, believed or not: what records and rows keep.
public struct ClockReading: Hashable, Sendable {
  /// The wall clock as it is: milliseconds since 1970-01-01T00:00:00Z.
  public var wall: Int64
  /// CLOCK_BOOTTIME: milliseconds since boot, suspended time included (clock_gettime(2)).
  public var boot: Int64
  /// Which boot.
  public var bootID: BootID

  /// Makes a reading.
  public init(wall: Int64, boot: Int64, bootID: BootID) {
    self.wall = wall
    self.boot = boot
    self.bootID = bootID
  }

  /// How far the wall clock lies from the start of this boot, by itself.
  var offset: Int64 { wall.subtractingSaturating(boot) }

  /// Whether so many milliseconds have passed since an earlier reading of the same daemon, whatever the
  /// wall clock says.
  public func hasPassed(_ milliseconds: Int64, since earlier: ClockReading) -> Bool {
    bootID != earlier.bootID || boot >= earlier.boot.addingSaturating(milliseconds)
  }
}

/// The kernel's random id of one boot (`/proc/sys/kernel/random/boot_id`, random(4)).
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

extension Int64 {
  /// The sum, or the nearest number where there is none.
  package func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }

  func subtractingSaturating(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }

  /// Whether it lies at most so far from another number.
  func isWithin(_ distance: Int64, of other: Int64) -> Bool {
    subtractingSaturating(other).magnitude <= distance.magnitude
  }
}
