/// Reads a value as fast as it is given: what an account may do, without measure.
struct Releases: Attack {
  static let name = "releases"
  static let tried = "64 connections, each 64 secret.get of 1,500 bytes in the pipe"

  let connections = 64
  private let depth = 64
  private let line = call(
    "secret.get", #"{"environment":"development","name":"AZURE_CREDENTIALS"}"#)

  mutating func opened(_ lane: inout Lane) {
    for _ in 0..<depth { lane.send(line) }
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) { lane.send(line) }
}
