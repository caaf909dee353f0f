/// Which wall time the vault goes by, and what it thinks of the one that the host shows.
///
/// The wall clock of a host jumps: a wrong RTC, a step of NTP, a virtual machine that is resumed.
/// CLOCK_BOOTTIME does not, but begins anew at each boot. So the vault keeps the distance of the two, and
/// goes by a wall clock only while that distance stays. Another one is on *trial* until it has stood.
///
/// Invariants:
/// - within a boot ``adopted`` moves by at most 0.1 % of CLOCK_BOOTTIME, but for an adoption;
/// - a wall is adopted at once only where it is credible: between ``highest`` and seven days later in a boot
///   that has adopted none, or where the vault went by a clock that was behind. Any other stands for
///   ``patience`` first;
/// - only an adopted wall raises ``highest``, and nothing lowers it but ``init(adopting:)``.
public struct ClockState: Hashable, Sendable {
  /// How far a wall may lie from the adopted one and is still followed; also what reading two clocks one
  /// after the other may cost.
  public static let followed: Int64 = 2_000
  /// How long a wall stands before it is adopted, in milliseconds of CLOCK_BOOTTIME.
  public static let patience: Int64 = 15 * 60_000
  /// How far a wall may lie behind ``highest`` before it counts as behind.
  public static let tolerance: Int64 = 5 * 60_000
  /// How long a host may have been off, and is still believed at once.
  public static let credible: Int64 = 7 * 86_400_000
  /// How old what is stored of ``highest`` may be.
  static let storedWithin: Int64 = 60_000

  /// A wall that differs from the adopted one.
  public struct Trial: Hashable, Sendable {
    /// Its distance from the start of the boot.
    public internal(set) var offset: Int64
    /// When it was first seen, in milliseconds since boot.
    public internal(set) var since: Int64
  }

  /// The boot of the last look.
  public internal(set) var bootID: BootID
  /// Until when, in milliseconds since boot, the offsets below have followed the wall.
  public internal(set) var followedAt: Int64
  /// The adopted wall's distance from the start of this boot; nil where this boot has adopted none.
  public internal(set) var adopted: Int64?
  /// What differs from it.
  public internal(set) var trial: Trial?
  /// The highest wall time that was ever adopted.
  public internal(set) var highest: Int64
  /// When it was, in milliseconds since boot; 0 where that was before this boot.
  public internal(set) var highestAt: Int64

  /// A vault that is new, or whose clock root has set right: it adopts what it finds.
  public init(adopting reading: ClockReading) {
    self.init(
      bootID: reading.bootID, followedAt: reading.boot, adopted: reading.offset, trial: nil,
      highest: reading.wall, highestAt: reading.boot)
  }

  init(
    bootID: BootID, followedAt: Int64, adopted: Int64?, trial: Trial?, highest: Int64,
    highestAt: Int64
  ) {
    self.bootID = bootID
    self.followedAt = followedAt
    self.adopted = adopted
    self.trial = trial
    self.highest = highest
    self.highestAt = highestAt
  }

  /// What a look at the clocks came to.
  public struct Look: Sendable {
    /// What is to be kept, and stored (``ClockState/isWorthStoring(after:)``).
    public let state: ClockState
    /// What is judged by.
    public let moment: Moment
    /// The step, where this look adopted a wall that was on trial or differed from the adopted one.
    public let step: Step?
  }

  /// One wall adopted in the place of another.
  public struct Step: Hashable, Sendable {
    /// What the adopted wall would be now; nil where this boot had none.
    public let from: Int64?
    /// The wall that is adopted now.
    public let to: Int64
  }

  /// Looks at the clocks.
  public func looked(at reading: ClockReading) -> Look {
    var next = self
    if reading.bootID != bootID { next.begin(reading) }
    let drift = next.takeDrift(to: reading.boot)
    let before = next.adopted.map { $0.addingSaturating(reading.boot) }
    if let adopted = next.adopted {
      let followed = adopted.moved(toward: reading.offset, by: drift)
      if reading.offset.isWithin(Self.followed, of: followed) {
        next.adopted = followed
        next.trial = nil
        next.raise(reading)
        return Look(state: next, moment: Moment(reading, next), step: nil)
      }
    }
    let wasBehind = next.isBehind(at: reading.boot)
    let wasTried = next.trial != nil
    next.tryOut(reading, drift)
    guard next.isCredible(reading.wall, wasBehind: wasBehind) || next.hasStood(at: reading.boot)
    else { return Look(state: next, moment: Moment(reading, next), step: nil) }
    next.adopted = reading.offset
    next.trial = nil
    next.raise(reading)
    let isStep = before != nil || wasTried
    return Look(
      state: next, moment: Moment(reading, next),
      step: isStep ? Step(from: before, to: reading.wall) : nil)
  }

  /// Whether it says something that the state which was stored last does not.
  public func isWorthStoring(after stored: ClockState) -> Bool {
    bootID != stored.bootID || trial?.since != stored.trial?.since
      || !isNear(adopted, stored.adopted)
      || highest.subtractingSaturating(stored.highest) >= Self.storedWithin
  }

  private func isNear(_ one: Int64?, _ other: Int64?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.isWithin(Self.followed, of: other)
  }

  // MARK: Steps of a look

  private mutating func begin(_ reading: ClockReading) {
    bootID = reading.bootID
    followedAt = reading.boot
    adopted = nil
    trial = nil
    highestAt = 0
  }

  /// How far offsets may follow since they last did: a thousandth of the time, whole milliseconds.
  private mutating func takeDrift(to boot: Int64) -> Int64 {
    // Back within a boot goes only who is moved to another time namespace.
    guard boot >= followedAt else {
      followedAt = boot
      return 0
    }
    let elapsed = boot.subtractingSaturating(followedAt)
    followedAt = boot - elapsed % 1_000
    return elapsed / 1_000
  }

  private mutating func tryOut(_ reading: ClockReading, _ drift: Int64) {
    if var known = trial, known.since <= reading.boot {
      known.offset = known.offset.moved(toward: reading.offset, by: drift)
      if reading.offset.isWithin(Self.followed, of: known.offset) {
        trial = known
        return
      }
    }
    trial = Trial(offset: reading.offset, since: reading.boot)
  }

  /// Whether what the vault went by until now, or could not go by, lies behind what it once adopted.
  private func isBehind(at boot: Int64) -> Bool {
    guard let offset = adopted ?? trial?.offset else { return false }
    return offset.addingSaturating(boot) < lowest
  }

  private func isCredible(_ wall: Int64, wasBehind: Bool) -> Bool {
    guard wall <= highest.addingSaturating(Self.credible) else { return false }
    return wasBehind ? wall >= lowest : adopted == nil && wall >= highest
  }

  private func hasStood(at boot: Int64) -> Bool {
    trial.map { boot.subtractingSaturating($0.since) >= Self.patience } ?? false
  }

  /// The lowest wall that does not count as behind.
  var lowest: Int64 { highest.subtractingSaturating(Self.tolerance) }

  private mutating func raise(_ reading: ClockReading) {
    guard reading.wall >= highest else { return }
    highest = reading.wall
    highestAt = reading.boot
  }
}

extension Int64 {
  fileprivate func moved(toward goal: Int64, by most: Int64) -> Int64 {
    let way = goal.subtractingSaturating(self)
    return addingSaturating(Swift.min(Swift.max(way, -most), most))
  }
}
