import Glibc
import Promises
import Testing

/// `asker-alone` with the real daemon: what one job learns of another job of its account, by every way.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct NeighbourTests {
  private static let runner = TestDaemon.runner.uid

  private static func call(_ method: String, _ params: String = "") -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"#
  }

  @Test(.promise(.othersSeeLittle))
  func `asker-alone: another job of the account learns number, environment and state alone`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let job = try LineClient(daemon.socket, as: Self.runner)
    let neighbour = try LineClient(daemon.socket, as: Self.runner)
    let follower = try LineClient(daemon.socket, as: Self.runner)
    _ = try follower.call(Self.call("events.subscribe"))
    let claims =
      #""environment":"production","reason":"WORD","ref":"WORD","commit":"WORD","run_url":"WORD","#
      + #""command":["WORD"],"delivery":"WORD","key":"WORD","attended":true"#
    let created = try job.call(Self.call("request.create", claims))
    let ticket = try #require(
      created.firstRange(of: "egr1_").map { created[$0.lowerBound...].prefix { $0 != "\"" } })
    let part =
      #"{"id":1,"environment":"production","state":"waiting","requester":{"uid":\#(Self.runner),"#
      + #""account":"daemon"},"partial":true}"#
    #expect(
      try neighbour.call(Self.call("request.get", #""request":1"#))
        == #"{"jsonrpc":"2.0","id":1,"result":\#(part)}"#)
    #expect(
      try neighbour.call(Self.call("request.list"))
        == #"{"jsonrpc":"2.0","id":1,"result":{"items":[\#(part)],"next":null}}"#)
    for reply in [
      try job.call(Self.call("request.get", #""request":1"#)),
      try job.call(Self.call("request.list")),
      try neighbour.call(Self.call("request.get", #""request":1,"ticket":"\#(ticket)""#)),
    ] {
      #expect(reply.contains("WORD") && reply.contains(#""partial":false"#))
    }
    // A wait tells of the end alone, whatever revision it says it has seen.
    try neighbour.send(Self.call("request.wait", #""request":1,"revision":0"#) + "\n")
    _ = try daemon.must(["reject", "1", "-m", "WORD"], as: TestDaemon.bob.uid)
    let waited = try neighbour.line()
    #expect(waited?.contains(#""state":"rejected""#) == true && waited?.contains("WORD") == false)
    let shown = try job.call(Self.call("request.wait", #""request":1"#))
    #expect(shown.contains(#""comment":"WORD""#), "its own job is told why: \(shown)")
    for event in ["request.created", "request.rejected"] {
      let line = try follower.line()
      #expect(line?.contains(event) == true && line?.contains("WORD") == false)
    }
  }

  @Test func `the events of a neighbour's request are changes of its state`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--approvals", "2",
      "--reviewer", "user:backup", "--reviewer", "user:games",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "production"], input: "v")
    let job = try LineClient(daemon.socket, as: Self.runner)
    let followers = try [Self.runner, TestDaemon.bob.uid].map {
      let client = try LineClient(daemon.socket, as: $0)
      _ = try client.call(Self.call("events.subscribe"))
      return client
    }
    _ = try job.call(Self.call("request.create", #""environment":"production""#))
    for uid in [TestDaemon.bob.uid, TestDaemon.carol.uid] {
      _ = try daemon.must(["approve", "1", "--yes", "--accept-new"], as: uid)
    }
    _ = try job.call(Self.call("grant.activate", #""request":1"#))
    _ = try job.call(Self.call("grant.close", #""request":1,"outcome":"failure""#))
    for (follower, approvals) in zip(followers, [1, 2]) {
      var seen: [String] = []
      while seen.last?.contains("grant.closed") != true, let line = try follower.line() {
        seen.append(line)
      }
      #expect(seen.count { $0.contains("request.approved") } == approvals)
      #expect(seen.allSatisfy { !$0.contains("failure") })
    }
  }
}
