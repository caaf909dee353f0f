/// Why the vault does not simply go by the host's clock, with the times that it is about; all in milliseconds.
public struct ClockDoubt: Hashable, Sendable {
  /// A wall that has to stand before it is adopted.
  public struct Trial: Hashable, Sendable {
    /// What it showed when it was first seen.
    public let began: Int64
    /// How long it still has to stand.
    public let left: Int64

    /// Makes the fact.
    public init(began: Int64, left: Int64) {
      self.began = began
      self.left = left
    }
  }

  /// What the host's clock shows.
  public let shown: Int64
  /// What the vault goes by; nil where this boot has adopted nothing.
  public let adopted: Int64?
  /// The highest time that was ever adopted.
  public let highest: Int64
  /// Whether nothing is decided until the clock is set.
  public let isBehind: Bool
  /// Since when what is shown is on trial; nil where it is adopted, though earlier than the highest.
  public let trial: Trial?

  /// Makes the value.
  public init(shown: Int64, adopted: Int64?, highest: Int64, isBehind: Bool, trial: Trial?) {
    self.shown = shown
    self.adopted = adopted
    self.highest = highest
    self.isBehind = isBehind
    self.trial = trial
  }

  /// What is in doubt.
  public enum Kind: Hashable, Sendable {
    /// The clock is behind what was adopted before this boot: nothing is decided.
    case behind
    /// It jumped.
    case trial
    /// It is adopted, and earlier than what was once adopted.
    case earlier
  }

  /// What is in doubt.
  public var kind: Kind { isBehind ? .behind : trial != nil ? .trial : .earlier }

  /// Whether it is something else than what was said before, and not only some time later.
  public func isNews(after last: ClockDoubt?) -> Bool {
    guard let last, last.kind == kind else { return true }
    guard let trial, let before = last.trial else { return false }
    return !trial.began.isWithin(ClockState.followed, of: before.began)
  }

  /// What it is and what to do, in words.
  public var sentence: String {
    let shows = "the host's clock shows \(Timestamp.text(milliseconds: shown))"
    if isBehind {
      return shows
        + ", but the vault has already reached \(Timestamp.text(milliseconds: highest)): "
        + "requests, approvals and releases are refused until the clock is set\(orStands)"
    }
    if trial != nil {
      return shows
        + ", but \(goesBy): what has expired by the host's clock is refused until the clock is set"
        + orStands
    }
    return shows + ", but the vault has already reached \(Timestamp.text(milliseconds: highest)): "
      + "after each boot nothing is released for 15 min; if the clock is right, stop the daemon and "
      + "run envgated reset-clock"
  }

  /// What the vault goes by, in words.
  public var goesBy: String {
    adopted.map { "the vault uses \(Timestamp.text(milliseconds: $0))" }
      ?? "the vault has adopted no time since boot; its last time was \(Timestamp.text(milliseconds: highest))"
  }

  /// How long a trial lasts, in words; empty where there is none.
  private var orStands: String {
    guard let trial else { return "" }
    return ", or has run steadily for another \(trial.inWords) (on trial since it showed "
      + "\(Timestamp.text(milliseconds: trial.began)))"
  }
}

extension ClockDoubt.Trial {
  /// How long it still has to stand, in words.
  public var inWords: String {
    left < 60_000 ? "\((left + 999) / 1_000) s" : "\((left + 59_999) / 60_000) min"
  }
}
