/// An end.
///
/// In the boot in which it was made CLOCK_BOOTTIME ends it, and so do the adopted wall and the shown one
/// together. In another boot the adopted wall ends it. A wall on trial that says so alone ends nothing: what
/// hangs on the end is refused until the trial is over.
public struct Deadline: Hashable, Sendable {
  /// Where an end stands.
  public enum Standing: Hashable, Sendable {
    /// It is still to come.
    case ahead
    /// It has come by a wall on trial, and not by the vault's.
    case disputed
    /// It has come.
    case reached
  }

  /// When it is reached. The wall is computed from the lower of the walls, so that what was made while the
  /// clock ran ahead lives no longer in the next boot.
  public let at: ClockReading
  /// The same by the wall that the host showed: within the boot, what was made under a clock on trial is not
  /// over by that clock.
  public let shown: Int64

  /// An end that lies a number of milliseconds after a moment.
  public init(after milliseconds: Int64, from start: Moment) {
    self.init(
      at: ClockReading(
        wall: start.base.addingSaturating(milliseconds),
        boot: start.boot.addingSaturating(milliseconds), bootID: start.bootID),
      shown: start.wall.addingSaturating(milliseconds))
  }

  /// An end that lies a number of milliseconds after what the clocks showed, for what does not outlive its boot.
  init(after milliseconds: Int64, from start: ClockReading) {
    let wall = start.wall.addingSaturating(milliseconds)
    self.init(
      at: ClockReading(
        wall: wall, boot: start.boot.addingSaturating(milliseconds), bootID: start.bootID),
      shown: wall)
  }

  init(at reading: ClockReading, shown: Int64) {
    at = reading
    self.shown = shown
  }

  /// Where the end stands.
  public func standing(at now: Moment) -> Standing {
    let isSameBoot = now.bootID == at.bootID
    if isSameBoot && now.boot >= at.boot { return .reached }
    if let adopted = now.adopted {
      let isOver =
        isSameBoot
        ? adopted >= at.wall && now.wall >= shown
        // Where this boot went by a clock that is behind, what was adopted before still counts.
        : max(adopted, now.least) >= at.wall
      if isOver { return .reached }
    }
    return now.wall >= (isSameBoot ? shown : at.wall) ? .disputed : .ahead
  }

  /// Whether the end is reached.
  public func isReached(at now: Moment) -> Bool { standing(at: now) == .reached }

  /// The end of both that comes first.
  func earlier(_ other: Deadline) -> Deadline { isBefore(other) ? self : other }

  /// The end of both that comes last.
  func later(_ other: Deadline) -> Deadline { isBefore(other) ? other : self }

  private func isBefore(_ other: Deadline) -> Bool {
    at.bootID == other.at.bootID ? at.boot < other.at.boot : at.wall < other.at.wall
  }
}

/// The end of a wait, from which on something is allowed: what an ``Deadline`` is to what ends.
///
/// It is over when every clock says so, and computed from the higher of the walls.
public struct Wait: Hashable, Sendable {
  /// When it is over.
  public let until: ClockReading

  /// A wait of a number of milliseconds from a moment.
  public init(of milliseconds: Int64, from start: Moment) {
    until = ClockReading(
      wall: start.walls.reduce(start.wall, max).addingSaturating(milliseconds),
      boot: start.boot.addingSaturating(milliseconds), bootID: start.bootID)
  }

  /// Whether it is over.
  public func isOver(at now: Moment) -> Bool {
    if now.bootID == until.bootID && now.boot < until.boot { return false }
    return now.walls.allSatisfy { $0 >= until.wall }
  }
}
