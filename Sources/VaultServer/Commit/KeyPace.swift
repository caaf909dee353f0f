/// How a new key's slices come between other work: after one the others have the commit thread alone, for ``share``
/// times as long as it took. A slice takes up to 5 ms, so without this each call beside a rotation would wait for one.
struct KeyPace {
  private static let share: Int64 = 5

  /// On the clock of ``ServiceManager/monotonicTime()``, in microseconds.
  private var next: Int64 = 0

  func isDue(at now: Int64) -> Bool { now >= next }

  /// How long until the next slice, in whole milliseconds, rounded up.
  func rest(at now: Int64) -> Int64 { max(0, next - now + 999) / 1_000 }

  mutating func worked(from began: Int64, for microseconds: Int64) {
    next = began + (1 + Self.share) * microseconds
  }
}
