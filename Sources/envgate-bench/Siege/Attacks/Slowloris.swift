/// Lines that never end, a byte a second.
struct Slowloris: Attack {
  static let name = "slowloris"
  static let tried = "1,000 connections, each a byte of a call a second, never a newline"

  let connections = 1_000
  private let line = call("server.status").dropLast()

  mutating func opened(_ lane: inout Lane) { secondPassed(&lane) }

  mutating func secondPassed(_ lane: inout Lane) {
    lane.send([line[lane.asked % line.count]])
  }
}
