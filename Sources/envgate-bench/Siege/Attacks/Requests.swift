/// Makes requests as large as they may be and takes them back, so that no limit of waiting ones holds.
struct Requests: Attack {
  static let name = "requests"
  static let tried =
    "12 connections: request.create with 37 KB of text, cancel, again; one with a 60,000 byte reason"

  /// Each leaves one request waiting when its round ends, and an account may have 50.
  let connections = 12
  private let tooLong = Self.create(reasonBytes: 60_000)
  private let longest = Self.create(reasonBytes: 4_096, besides: true)

  mutating func opened(_ lane: inout Lane) { lane.send(line(lane)) }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    Self.goOn(answer, line(lane), on: &lane)
  }

  private func line(_ lane: Lane) -> [UInt8] { lane.number == 0 ? tooLong : longest }

  /// Takes back what was made and makes the next; both in one write, so that the wire never rests.
  static func goOn(_ answer: Answer, _ create: [UInt8], on lane: inout Lane) {
    if let made = answer.made {
      lane.send(call("request.cancel", #"{"request":\#(made)}"#))
      lane.send(create)
    } else if lane.inFlight == 0 {
      lane.send(create)
    }
  }

  /// - Parameter besides: whether the other texts of a request are as long as they may be; with `key`
  ///   they would be too long together.
  static func create(reasonBytes: Int, besides: Bool = false) -> [UInt8] {
    func text(_ count: Int) -> String { String(repeating: "x", count: count) }
    var params = #"{"environment":"production","reason":"\#(text(reasonBytes))""#
    if besides {
      for part in ["ref", "commit", "run_url", "delivery"] {
        params += #","\#(part)":"\#(text(4_096))""#
      }
      params += #","command":["\#(text(16_384))"]"#
    }
    return call("request.create", params + "}")
  }
}
