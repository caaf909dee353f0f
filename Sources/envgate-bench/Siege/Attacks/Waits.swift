/// Waits on one request with as many connections as it may, and moves it again and again.
struct Waits: Attack {
  static let name = "waits"
  static let tried =
    "1,000 connections that wait on one request, which is cancelled and made anew as they are answered"

  let connections = 1_001
  private let create = Requests.create(reasonBytes: 1_000)
  private var request: Int64?
  private var waiting = 0

  mutating func opened(_ lane: inout Lane) {
    if lane.number == 0 { lane.send(create) } else { wait(&lane) }
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    if let made = answer.made { request = made }
    if lane.number > 0 { wait(&lane) }
  }

  mutating func secondPassed(_ lane: inout Lane) {
    if lane.number == 0 {
      if let request { lane.send(call("request.cancel", #"{"request":\#(request)}"#)) }
      lane.send(create)
    } else if lane.inFlight == 0 {
      wait(&lane)
    }
  }

  private func wait(_ lane: inout Lane) {
    guard let request else { return }
    lane.send(call("request.wait", #"{"request":\#(request)}"#))
  }
}
