/// One moment as the vault judges it: what the clocks say, and what of that it goes by.
///
/// Within a boot durations run on CLOCK_BOOTTIME, across boots on the adopted wall. The wall that the host
/// shows is for records and for people; on trial it can only refuse.
public struct Moment: Hashable, Sendable {
  /// What the clocks say.
  public let reading: ClockReading
  /// What the vault thinks of it, this look included.
  public let clock: ClockState

  init(_ reading: ClockReading, _ clock: ClockState) {
    self.reading = reading
    self.clock = clock
  }

  /// A moment of a clock that is adopted.
  public init(wall: Int64, boot: Int64, bootID: BootID) {
    let reading = ClockReading(wall: wall, boot: boot, bootID: bootID)
    self.init(reading, ClockState(adopting: reading))
  }

  /// The wall that the host shows, in milliseconds since 1970-01-01T00:00:00Z.
  public var wall: Int64 { reading.wall }
  /// Milliseconds since boot, suspended time included.
  public var boot: Int64 { reading.boot }
  /// Which boot.
  public var bootID: BootID { reading.bootID }

  /// The adopted wall; nil where this boot has adopted none.
  public var adopted: Int64? {
    guard let offset = clock.adopted else { return nil }
    return clock.trial == nil ? wall : offset.addingSaturating(boot)
  }

  /// What it is at least: the highest time that was adopted, and what has passed since in this boot.
  public var least: Int64 {
    clock.highest.addingSaturating(Swift.max(0, boot.subtractingSaturating(clock.highestAt)))
  }

  /// The wall from which ends are computed, never one on trial that runs ahead.
  var base: Int64 { Swift.min(wall, adopted ?? least) }

  /// The walls that must all say so, where something begins.
  var walls: [Int64] { [wall, adopted ?? wall] }

  /// Whether so many milliseconds have passed since an earlier moment of the same daemon.
  public func hasPassed(_ milliseconds: Int64, since earlier: Moment) -> Bool {
    reading.hasPassed(milliseconds, since: earlier.reading)
  }

  /// Whether the wall lies far behind what was once adopted, in a boot that has adopted none.
  public var isBehind: Bool { clock.adopted == nil && wall < clock.lowest }

  /// What people should know of the clock; nil where the vault goes by what the host shows.
  public var doubt: ClockDoubt? {
    clock.trial == nil && (adopted ?? wall) >= clock.lowest ? nil : report
  }

  /// The times that a doubt, or a refusal for its sake, is about.
  public var report: ClockDoubt {
    ClockDoubt(
      shown: wall, adopted: adopted, highest: clock.highest, isBehind: isBehind,
      trial: clock.trial.map {
        .init(
          began: $0.offset.addingSaturating($0.since),
          left: Swift.max(
            0, ClockState.patience - Swift.max(0, boot.subtractingSaturating($0.since))))
      })
  }
}
