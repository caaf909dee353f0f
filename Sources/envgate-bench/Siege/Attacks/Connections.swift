/// Takes all the connections that there are and keeps them just alive.
struct Connections: Attack {
  static let name = "connections"
  static let tried = "2,000 connections, each a server.status a second"

  let connections = 2_000
  private let line = call("server.status")

  mutating func opened(_ lane: inout Lane) { lane.send(line) }
  mutating func secondPassed(_ lane: inout Lane) { lane.send(line) }
}
