/// Ends its own side and never closes: who counts on the peer's close waits for ever.
struct HalfOpen: Attack {
  static let name = "half-open"
  static let tried =
    "500 connections that end their side after half a line, 500 at once; none is closed"

  let connections = 1_000
  private let half = Array(call("server.status").prefix(30))

  mutating func opened(_ lane: inout Lane) {
    if lane.number.isMultiple(of: 2) { lane.send(half) }
    lane.shutWriting()
  }
}
