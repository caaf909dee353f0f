import Glibc
import Promises
import Testing

/// Events over the real socket: complete, in order, and only what one may see.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct EventTests {
  private static func call(_ method: String, _ params: String = "") -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"#
  }

  private static func number(_ name: String, in line: String) -> Int64? {
    guard let start = line.firstRange(of: "\"\(name)\":")?.upperBound else { return nil }
    return Int64(line[start...].prefix { $0.isNumber })
  }

  /// The next so many events.
  private static func events(_ client: LineClient, _ count: Int) throws -> [String] {
    try (0..<count).map { _ in
      guard let line = try client.line() else { throw HarnessFault("the connection ended") }
      guard line.contains("\"method\":\"event\"") else { throw HarnessFault("no event: \(line)") }
      return line
    }
  }

  @Test(.promise(.eventsAreNotLost))
  func `whoever comes back with the last number misses nothing and gets nothing twice`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let runner = TestDaemon.runner.uid
    let job = try LineClient(daemon.socket, as: runner)
    let first = try LineClient(daemon.socket)
    let start = try first.call(Self.call("events.subscribe"))
    let after = try #require(Self.number("after", in: start))
    for _ in 0..<3 { _ = try job.call(Self.call("request.create", #""environment":"production""#)) }
    let seen = try Self.events(first, 2)
    let last = try #require(Self.number("sequence", in: seen[1]))
    // While nobody listens, more happens, and the daemon is stopped in between.
    _ = try job.call(Self.call("request.cancel", #""request":1"#))
    daemon.stop()
    try daemon.start()
    let second = try LineClient(daemon.socket)
    _ = try second.call(Self.call("events.subscribe", #""after":\#(last)"#))
    let rest = try Self.events(second, 2)
    let third = try LineClient(daemon.socket)
    _ = try third.call(Self.call("events.subscribe", #""after":\#(after)"#))
    let all = try Self.events(third, 4)
    // A request stands where it stands by now; what happened to it, and when, is the same.
    func moves(_ lines: [String]) -> [Substring] {
      lines.map { $0[..<($0.firstRange(of: ",\"state\":")?.lowerBound ?? $0.endIndex)] }
    }
    #expect(moves(seen + rest) == moves(all))
    #expect(
      all.map { $0.contains("request.created") } == [true, true, true, false]
        && all[3].contains("request.cancelled"))
    let sequences = all.compactMap { Self.number("sequence", in: $0) }
    #expect(sequences == sequences.sorted() && Set(sequences).count == 4)
  }

  @Test(.promise(.eventsOfOnesOwn))
  func `an account is told of its own requests and of those that it reviews, and of no other`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    try daemon.must([
      "environment", "create", "staging", "--requester", "user:man", "--reviewer", "user:games",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "staging"], input: "v")
    let told = try [TestDaemon.runner.uid, TestDaemon.bob.uid, TestDaemon.stranger.uid].map {
      let client = try LineClient(daemon.socket, as: $0)
      _ = try client.call(Self.call("events.subscribe"))
      return client
    }
    let runner = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    let stranger = try LineClient(daemon.socket, as: TestDaemon.stranger.uid)
    _ = try runner.call(Self.call("request.create", #""environment":"production""#))
    _ = try stranger.call(Self.call("request.create", #""environment":"staging""#))
    _ = try runner.call(Self.call("request.cancel", #""request":1"#))
    _ = try stranger.call(Self.call("request.cancel", #""request":2"#))
    for (client, request) in zip(told, [1, 1, 2]) {
      let events = try Self.events(client, 2)
      #expect(events.allSatisfy { $0.contains("\"request\":\(request),") }, "\(events)")
      // Nothing more comes: the answer to the next call is the next line.
      #expect(try client.call(Self.call("server.status")).contains("\"result\""))
    }
  }

  @Test func `a number behind the record, and one of another vault, is refused`() throws {
    let daemon = try TestDaemon()
    let client = try LineClient(daemon.socket)
    let answer = try client.call(Self.call("events.subscribe", #""after":1000"#))
    #expect(answer.contains("params.invalid") && answer.contains("\"current\":"), "\(answer)")
  }

  @Test(.promise(.listsEndByBytes))
  func `an account has a bounded number of subscriptions`() throws {
    let daemon = try TestDaemon()
    let clients = try (0..<9).map { _ in try LineClient(daemon.socket) }
    let answers = try clients.map { try $0.call(Self.call("events.subscribe")) }
    #expect(answers.dropLast().allSatisfy { $0.contains("\"result\"") })
    #expect(answers.last?.contains("limit.connections") == true)
    let other = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    #expect(try other.call(Self.call("events.subscribe")).contains("\"result\""))
    // A connection has one of them.
    #expect(try other.call(Self.call("events.subscribe")).contains("limit.connections"))
  }

  @Test func `whoever may know the state of a request alone is told of no other change of it`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let job = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    _ = try job.call(Self.call("request.create", #""environment":"production""#))
    // Another job of the account, to which the request is at a revision that it does not know.
    let other = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    try other.send(Self.call("request.wait", #""request":1,"revision":77"#) + "\n")
    let reviewer = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    let told = try reviewer.call(Self.call("request.wait", #""request":1,"revision":77"#))
    #expect(told.contains(#""state":"waiting""#), "\(told)")
    _ = try job.call(Self.call("request.cancel", #""request":1"#))
    let ended = try other.line()
    #expect(ended?.contains(#""state":"cancelled""#) == true, "\(ended ?? "")")
  }

  @Test(.promise(.lifelineTakesNoCalls))
  func `a lifeline takes no calls`() throws {
    let daemon = try JobLifeTests.stage()
    let job = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    let reviewer = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    let made = try job.call(Self.call("request.create", #""environment":"production""#))
    func text(_ name: String) throws -> String {
      let start = try #require(made.firstRange(of: "\"\(name)\":\"")).upperBound
      return String(made[start...].prefix { $0 != "\"" })
    }
    _ = try reviewer.call(
      Self.call("request.approve", #""request":1,"digest":"\#(try text("digest"))""#))
    _ = try job.call(Self.call("grant.activate", #""request":1"#))
    let ticket = #""request":1,"ticket":"\#(try text("ticket"))""#
    let lifeline = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    // What was piped behind it is no call either.
    let piped = Self.call("grant.hold", ticket) + "\n" + Self.call("grant.read", ticket)
    #expect(try lifeline.call(piped).contains("\"result\""))
    // Whatever holds the other end may say what it likes; nothing is answered, and nothing done.
    try lifeline.send(Self.call("grant.read", ticket) + "\n")
    try lifeline.send("no JSON at all\n")
    #expect(try !lifeline.hasLine(within: 300))
    let second = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    #expect(try second.call(Self.call("grant.hold", ticket)).contains("grant.held"))
  }
}
