/// Long beginnings of lines that the daemon must hold until they end.
struct NoNewline: Attack {
  static let name = "no-newline"
  static let tried = "200 connections of 100,000 bytes without a newline, 20 of 1 MiB"

  let connections = 220
  private let short = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
  private let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)

  mutating func opened(_ lane: inout Lane) { lane.send(lane.number < 200 ? short : long) }
}
