import Glibc
import Promises
import Testing

/// Each account's part of the daemon, over the real socket and real uids.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct LimitTests {
  private let get =
    #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"development","name":"TOKEN"}}"#
  private let create =
    #"{"jsonrpc":"2.0","id":1,"method":"request.create","params":{"environment":"production"}}"#

  private func furnished(limits: String) throws -> TestDaemon {
    let daemon = try TestDaemon(limits: limits)
    let runner = "user:\(TestDaemon.runner.name)"
    let bob = "user:\(TestDaemon.bob.name)"
    try daemon.must([
      "environment", "create", "development", "--requester", runner, "--requester", bob,
      "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value")
    try daemon.must([
      "environment", "create", "production", "--requester", runner, "--reviewer", bob,
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value")
    return daemon
  }

  @Test(.promise(.releasesAreBounded))
  func `releases of one account are bounded, told with when, recorded, and nobody else's`()
    throws
  {
    let daemon = try furnished(limits: #"{ "releases_per_second": 1, "release_burst": 5 }"#)
    let runner = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    let second = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    var released = 0
    var refused: [String] = []
    for index in 0..<20 {
      let line = try (index % 2 == 0 ? runner : second).call(get)
      if line.contains("\"value\"") { released += 1 } else { refused.append(line) }
    }
    #expect((5...7).contains(released), "\(released)")
    #expect(refused.allSatisfy { $0.contains("limit.rate") && $0.contains("retry_after_ms") })
    let bob = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    #expect(try bob.call(get).contains("\"value\""))
    // The client waits as it is told, and has its secret.
    let patient = try daemon.envgate(
      ["secret", "get", "TOKEN", "-e", "development"], as: TestDaemon.runner.uid)
    #expect(patient.text == "value", "\(patient.stderr)")
    sleep(2)
    let audit = try daemon.must(["audit", "list", "--json"])
    #expect(audit.contains(#""method":"secret.get","reason":"limit.rate""#), "\(audit)")
  }

  @Test(.promise(.storedStateIsBounded))
  func `what stays behind is bounded, and what ends something never is`() throws {
    let daemon = try furnished(limits: #"{ "changes_per_second": 1, "change_burst": 5 }"#)
    let runner = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    var made = 0
    while try runner.call(create).contains("\"ticket\"") { made += 1 }
    #expect((4...8).contains(made), "\(made)")
    for id in 1...made {
      let cancel =
        #"{"jsonrpc":"2.0","id":1,"method":"request.cancel","params":{"request":\#(id)}}"#
      #expect(try runner.call(cancel).contains("cancelled"))
    }
    #expect(try runner.call(create).contains("limit.rate"))
    // Reading is another matter.
    #expect(try runner.call(get).contains("\"value\""))
  }

  @Test(.promise(.halfOfTheConnections))
  func `more connections than there are are refused, told and recorded, and others find theirs`()
    throws
  {
    let daemon = try furnished(limits: #"{ "connections": 20, "connections_per_uid": 15 }"#)
    var held: [LineClient] = []
    var refused = 0
    for _ in 0..<40 {
      let client = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
      // Who is turned away may be gone before the call is sent.
      try? client.send(get + "\n")
      let line = try client.line()
      if line?.contains("\"value\"") == true { held.append(client) } else { refused += 1 }
      if let line, !line.contains("\"value\"") { #expect(line.contains("limit.connections")) }
    }
    // Half of what the others leave, and no more.
    #expect(held.count == 10 && refused == 30, "\(held.count)")
    let bob = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    #expect(try bob.call(get).contains("\"value\""))
    held = []
    try eventuallyServed(daemon)
    sleep(2)
    let audit = try daemon.must(["audit", "list", "--json"])
    #expect(audit.contains(#""method":"connect","reason":"limit.connections""#), "\(audit)")
  }

  @Test(.promise(.unknownUIDsShareOnePart))
  func `many uids that the account database does not know share one part from their first call on`()
    throws
  {
    let daemon = try furnished(limits: #"{ "connections_per_uid": 8 }"#)
    var held: [LineClient] = []
    var refused = 0
    for uid: UInt32 in 1_999_000_000..<1_999_000_036 {
      let client = try LineClient(daemon.socket, as: uid)
      try? client.send(get + "\n")
      if try client.line()?.contains("limit.connections") == true {
        refused += 1
      } else {
        held.append(client)
      }
    }
    // Sixteen of them have a part of their own.
    #expect(held.count == 24 && refused == 12, "\(held.count) of 36 uids were let in")
    // Accounts have each their own, beside them.
    for uid in [TestDaemon.runner.uid, TestDaemon.bob.uid] {
      let clients = try (0..<8).map { _ in try LineClient(daemon.socket, as: uid) }
      for client in clients { #expect(try client.call(get).contains("\"value\"")) }
    }
  }

  @Test(.promise(.descriptorsAreBounded))
  func `with few descriptors there are few connections, and the daemon goes on`() throws {
    let daemon = try furnished(limits: "{}")
    daemon.stop()
    let process = try RunningProcess([
      "/usr/bin/prlimit", "--nofile=180:180", "--", try Programs.path("envgated"), "--config",
      daemon.configurationPath,
    ])
    let said = try process.readErrors(until: "listening")
    #expect(said.contains("fewer connections than configured"), "\(said)")
    var held: [LineClient] = []
    for _ in 0..<300 {
      held.append(try LineClient(daemon.socket, as: TestDaemon.runner.uid))
    }
    let bob = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    #expect(try bob.call(get).contains("\"value\""))
    let approved = try daemon.envgate(["environment", "list"])
    #expect(approved.code == 0, "\(approved.stderr)")
    held = []
    try eventuallyServed(daemon)
    process.signal(SIGTERM)
    #expect(process.finish().code == 0)
  }

  /// With the others gone there is room again, as soon as the daemon has seen them go.
  private func eventuallyServed(_ daemon: TestDaemon) throws {
    for _ in 0..<100 {
      let client = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
      try? client.send(get + "\n")
      if try client.line()?.contains("\"value\"") == true { return }
      usleep(50_000)
    }
    Issue.record("nobody is served within five seconds after the others have gone")
  }
}
