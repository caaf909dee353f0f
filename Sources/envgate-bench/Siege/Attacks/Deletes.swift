/// An admin's script that makes an environment of 1,000 versions and deletes it, again and again.
struct Deletes: Attack {
  static let name = "deletes"
  static let tried =
    "an admin: 100 secrets of 10 versions of 2,000 bytes, then environment.delete, again and again"

  private static let secrets = 100
  private static let versions = 10

  let connections = 20
  private var environment = 0
  /// How many values of the present environment are set.
  private var set = 0
  private var sent = 0
  private var isDeleting = false
  private let value = String(repeating: "x", count: 2_000)

  mutating func opened(_ lane: inout Lane) {
    if lane.number == 0 { create(&lane) }
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    if lane.number == 0 {
      if isDeleting { create(&lane) }
    } else {
      set += 1
      go(&lane)
    }
  }

  /// Those that wait for the next environment look for it ten times a second.
  mutating func secondPassed(_ lane: inout Lane) {
    if lane.number > 0, lane.inFlight == 0 { go(&lane) }
    if lane.number == 0, !isDeleting, set >= Self.secrets * Self.versions {
      isDeleting = true
      lane.send(call("environment.delete", #"{"name":"\#(name)"}"#))
    }
  }

  private var name: String { "siege-\(environment)" }

  private mutating func create(_ lane: inout Lane) {
    environment += 1
    set = 0
    sent = 0
    isDeleting = false
    lane.send(
      call(
        "environment.create", #"{"name":"\#(name)","requesters":["uid:1"],"unprotected":true}"#))
  }

  private mutating func go(_ lane: inout Lane) {
    guard environment > 0, sent < Self.secrets * Self.versions else { return }
    let secret = "S_\(sent % Self.secrets)"
    sent += 1
    lane.send(
      call(
        "secret.set", #"{"environment":"\#(name)","name":"\#(secret)","value":"\#(value)"}"#))
  }
}
