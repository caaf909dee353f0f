/// Time that passes when a test says so, and ends the waits that are due by then, each at its time.
final class SteppedClock: Monitor, @unchecked Sendable {
  private var time: Int64 = 1_000_000
  private var alarms: [(due: Int64, fire: @Sendable () -> Void)] = []

  @Sendable func now() -> Int64 { change { time } }

  @Sendable func after(_ milliseconds: Int64, _ fire: @escaping @Sendable () -> Void) {
    change { alarms.append((time + milliseconds, fire)) }
  }

  func pass(_ milliseconds: Int64) {
    let end = now() + milliseconds
    while let fire = next(until: end) { fire() }
    change { time = end }
  }

  private func next(until end: Int64) -> (@Sendable () -> Void)? {
    change {
      let due = alarms.indices.filter { alarms[$0].due <= end }
      guard let first = due.min(by: { alarms[$0].due < alarms[$1].due }) else { return nil }
      let alarm = alarms.remove(at: first)
      time = max(time, alarm.due)
      return alarm.fire
    }
  }
}
