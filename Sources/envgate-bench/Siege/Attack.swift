/// What a hostile account does with its connections. One attack a file; the swarm does the rest.
///
/// An attack ends by itself: with the time of its round, or with the last of the connections that it may
/// make.
protocol Attack: Sendable {
  /// How `--attack` names it.
  static var name: String { get }
  /// What it tries, in a line.
  static var tried: String { get }
  /// The connections that it holds at once.
  var connections: Int { get }
  /// The connections that it makes at most, those that take the place of lost ones included.
  var mostConnects: Int { get }
  /// Seconds that it needs before it begins.
  static var headStart: Double { get }
  /// What its process does before it begins, already as the attacker.
  static func prepare()

  init()
  /// A connection is open.
  mutating func opened(_ lane: inout Lane)
  /// The daemon has answered.
  mutating func answered(_ answer: Answer, on lane: inout Lane)
  /// A second has passed.
  mutating func secondPassed(_ lane: inout Lane)
}

extension Attack {
  var mostConnects: Int { connections }
  static var headStart: Double { 0.2 }
  static func prepare() {}
  mutating func answered(_ answer: Answer, on lane: inout Lane) {}
  mutating func secondPassed(_ lane: inout Lane) {}
}

/// All attacks, in the order of the table.
let attacks: [any Attack.Type] = [
  Releases.self, Connections.self, Reads.self, Requests.self, Probing.self, Slowloris.self,
  NoNewline.self, Deaf.self, HalfOpen.self, ConnectDrop.self, Garbage.self, Subscribers.self,
  Mounts.self, Waits.self, Deletes.self, Edits.self, Twins.self, StuckLog.self,
]

/// One line of the protocol.
func call(_ method: String, _ params: String = "{}") -> [UInt8] {
  Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#.utf8) + [0x0A]
}
