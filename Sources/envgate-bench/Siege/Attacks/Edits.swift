/// An admin's script that edits a gate below which a thousand requests wait.
struct Edits: Attack {
  static let name = "edits"
  static let tried =
    "an admin: environment.update of a gate with 1,000 waiting requests, 20 times a second"

  let connections = 1
  private var count = 0

  mutating func opened(_ lane: inout Lane) { edit(&lane) }

  mutating func answered(_ answer: Answer, on lane: inout Lane) { edit(&lane) }

  private mutating func edit(_ lane: inout Lane) {
    count += 1
    lane.send(
      call(
        "environment.update",
        #"{"name":"crowded","max_reads":\#(1 + count % 5),"allow_weaken":true}"#))
  }
}
