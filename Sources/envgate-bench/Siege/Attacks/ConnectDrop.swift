/// Connections that are gone before they are looked at.
struct ConnectDrop: Attack {
  static let name = "connect-drop"
  static let tried = "connects and drops, 10,000 times a round"

  let connections = 64
  let mostConnects = 10_000

  mutating func opened(_ lane: inout Lane) { lane.isDropped = true }
}
