/// Lines that are no calls.
struct Garbage: Attack {
  static let name = "garbage"
  static let tried =
    "32 connections, each 16 lines in the pipe: random bytes, bad JSON, nesting up to 60,000 deep"

  let connections = 32
  /// Should the daemon end a connection for what it says, the next one takes its place.
  let mostConnects = 10_000
  private let depth = 16
  private let lines = Self.lines()
  private var next = 0

  mutating func opened(_ lane: inout Lane) {
    for _ in 0..<depth { throwOne(&lane) }
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) { throwOne(&lane) }

  private mutating func throwOne(_ lane: inout Lane) {
    lane.send(lines[next % lines.count])
    next += 1
  }

  private static func lines() -> [[UInt8]] {
    let random = (0..<16).map { _ in
      (0..<300).map { _ in UInt8.random(in: 0...255) }.filter { $0 != 0x0A }
    }
    func nested(_ open: String, _ count: Int) -> String { String(repeating: open, count: count) }
    let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status""#
    let broken = [
      status, status + ",}", status + #","method":"secret.get"}"#, status + #","params":[]}"#,
      status + #","params":{"x":1e999}}"#, "[\(status)}]", "nul", "\u{FEFF}\(status)}",
      #"{"jsonrpc":"2.0","id":"\ud800","method":"server.status"}"#, nested("[", 33),
      nested("[", 60_000), nested(#"{"a":"#, 12_000),
      status + #","params":\#(nested("[", 50_000))"#,
      "\"" + nested("\\u0000", 10_000), nested("9", 100_000),
    ]
    return (random + broken.map { Array($0.utf8) }).map { $0 + [0x0A] }
  }
}
