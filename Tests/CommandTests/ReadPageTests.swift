import Glibc
import Testing

/// A vault that releases something else than the request names: the job gets nothing of it.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN, root and python3"))
struct ReadPageTests {
  private static let page =
    #"{"environment":"open","items":[{"name":"KEY","version":1,"value":"v"}],"next":"KEY"}"#

  @Test(
    arguments: [
      (
        [Relay.Rule.answer("grant.read", #""name":"KEY""#, #""name":"KEX""#)],
        "sent other secrets than request 1"
      ),
      (
        [.answer("grant.read", #""version":1"#, #""version":2"#)],
        "sent other secrets than request 1"
      ),
      (
        [.answer("grant.read", #""items":\[.*\]"#, #""items":[]"#)],
        "sent other secrets than request 1"
      ),
      // Pages without an end: each with the same secret, then each with none.
      ([.hangUp("grant.read", 5), .say("grant.read", Self.page)], "the pages come to an end"),
      (
        [
          .hangUp("grant.read", 5),
          .answer("grant.read", #""items":\[.*\],"next":null"#, #""items":[],"next":"KEY""#),
        ], "the pages come to an end"
      ),
    ] as [([Relay.Rule], String)])
  func `what-was-approved: a job gets exactly what its request names, or nothing`(
    rules: [Relay.Rule], sentence: String
  ) throws {
    let daemon = try ObstacleTests.stage()
    let relay = try Relay(daemon, as: TestDaemon.runner.uid, rules)
    let done = try relay.run(ObstacleTests.exec("open", script: "echo ran"))
    #expect(done.code == 125 && done.text.isEmpty)
    #expect(done.stderr.contains(sentence), "\(done.stderr)")
  }
}
