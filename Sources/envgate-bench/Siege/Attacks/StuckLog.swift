/// Whatever makes the daemon write to its log, while nobody reads the log and its pipe is full.
struct StuckLog: Attack {
  static let name = "stuck-log"
  static let tried = "64 connections that probe, while the pipe of the daemon's log is full"

  private var probing = Probing()
  var connections: Int { probing.connections }

  mutating func opened(_ lane: inout Lane) { probing.opened(&lane) }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    probing.answered(answer, on: &lane)
  }
}
