/// Listens on as many connections as it may while it makes news itself.
struct Subscribers: Attack {
  static let name = "subscribers"
  static let tried =
    "events.subscribe on 1,000 connections, and 12 more that create and cancel requests"

  let connections = 1_012
  private let create = Requests.create(reasonBytes: 10)
  private let subscribe = call("events.subscribe")

  mutating func opened(_ lane: inout Lane) {
    lane.send(isMaker(lane) ? create : subscribe)
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    if isMaker(lane) { Requests.goOn(answer, create, on: &lane) }
  }

  private func isMaker(_ lane: Lane) -> Bool { lane.number < 12 }
}
