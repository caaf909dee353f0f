/// Asks for much and reads nothing, so that the daemon is left with the answers.
struct Deaf: Attack {
  static let name = "deaf"
  static let tried = "1,000 connections, each 64 secret.get of 64,000 bytes, and reads none"

  let connections = 1_000
  private let lines = Array(
    repeatElement(
      call("secret.get", #"{"environment":"development","name":"LARGE"}"#), count: 64
    ).joined())

  mutating func opened(_ lane: inout Lane) {
    lane.isDeaf = true
    lane.send(lines)
  }
}
