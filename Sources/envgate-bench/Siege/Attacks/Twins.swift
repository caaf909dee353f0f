/// Makes requests that all claim the same job, and takes them back: each asks which of them is newer.
struct Twins: Attack {
  static let name = "twins"
  static let tried = "12 connections: request.create with one and the same key, cancel, again"

  let connections = 12
  private let create = call(
    "request.create", #"{"environment":"production","key":"nightly","reason":"nightly deploy"}"#)

  mutating func opened(_ lane: inout Lane) { lane.send(create) }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    Requests.goOn(answer, create, on: &lane)
  }
}
