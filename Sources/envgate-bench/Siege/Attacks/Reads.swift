/// Lists that answer with much and cost no record.
struct Reads: Attack {
  static let name = "reads"
  static let tried =
    "1,000 connections, each 64 environment.list and request.list in the pipe; 40 requests to list"

  let connections = 1_000
  private let depth = 64
  private let listed = 40
  private let environments = call("environment.list", #"{"limit":500}"#)
  private let requests = call("request.list", #"{"limit":500}"#)
  private let create = Requests.create(reasonBytes: 2_000)

  mutating func opened(_ lane: inout Lane) {
    // What is listed stays from round to round; beyond the limit it is refused.
    if lane.number == 0 { for _ in 0..<listed { lane.send(create) } }
    for _ in 0..<depth { list(&lane) }
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) { list(&lane) }

  private func list(_ lane: inout Lane) {
    lane.send(lane.asked.isMultiple(of: 2) ? environments : requests)
  }
}
