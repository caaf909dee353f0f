import Glibc
import Promises
import Testing

/// Thousands of jobs of one account that wait, and what the account can still do meanwhile.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct WaitingCrowdTests {
  private static let runner = TestDaemon.runner
  private static let bob = TestDaemon.bob
  private let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#
  private let wait = #"{"jsonrpc":"2.0","id":1,"method":"request.wait","params":{"request":1}}"#

  private func furnished() throws -> TestDaemon {
    let daemon = try TestDaemon(
      limits: #"{ "connections": 8192, "releases_per_second": 20000, "release_burst": 100000 }"#)
    try daemon.must([
      "environment", "create", "development", "--requester", "user:\(Self.runner.name)",
      "--unprotected",
    ])
    try daemon.must([
      "environment", "create", "production", "--requester", "user:\(Self.runner.name)",
      "--reviewer", "user:\(Self.bob.name)",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value")
    return daemon
  }

  private func get(_ name: String) -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"development","name":"\#(name)"}}"#
  }

  @Test(.promise(.parkedWaitsHoldNoMemory))
  func `nothing is left without an answer: 900 parked waits keep no memory from their account`()
    throws
  {
    let daemon = try furnished()
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value")
    let made = try daemon.must(
      ["request", "create", "-e", "production", "--json"], as: Self.runner.uid)
    #expect(made.contains(#""id":1"#), "\(made)")
    let waiting = try (0..<900).map { _ in
      let client = try LineClient(daemon.socket, as: Self.runner.uid)
      try client.send(wait + "\n")
      return client
    }
    let other = try LineClient(daemon.socket, as: Self.runner.uid)
    #expect(try other.call(status).contains(#""state":"running""#))
    #expect(try other.call(get("TOKEN")).contains(#""value":"value""#))
    try daemon.must(["reject", "1", "-m", "not today"], as: Self.bob.uid)
    for client in waiting {
      let line = try client.line()
      #expect(line?.contains(#""state":"rejected""#) == true, "\(line ?? "the connection ended")")
    }
  }

  @Test(.promise(.deafConnectionsAreTold))
  func `nothing is left without an answer: a call for which its account has no memory is refused`()
    throws
  {
    let daemon = try furnished()
    try daemon.must(
      ["secret", "set", "LARGE", "-e", "development"], input: String(repeating: "x", count: 60_000))
    // Each asks for about a megabyte and reads nothing of it.
    let deaf = try (0..<900).map { _ in
      let client = try LineClient(daemon.socket, as: Self.runner.uid)
      try client.send(String(repeating: get("LARGE") + "\n", count: 17))
      return client
    }
    let other = try LineClient(daemon.socket, as: Self.runner.uid)
    var answers: [String] = []
    try eventually("a call is refused for want of memory") {
      answers.append(try other.call(status))
      return answers.last?.contains("limit.memory") == true
    }
    // The memory of others is theirs.
    let bob = try LineClient(daemon.socket, as: Self.bob.uid)
    #expect(try bob.call(status).contains(#""state":"running""#))
    withExtendedLifetime(deaf) {}
  }
}
