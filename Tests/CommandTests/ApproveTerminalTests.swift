import Glibc
import Promises
import Testing

/// People who are asked on a terminal: what they see first, and what counts as their answer.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ApproveTerminalTests {
  private static let bob = TestDaemon.bob.uid

  /// Starts the client, once a file is there, on a terminal.
  static func terminal(
    _ daemon: TestDaemon, _ arguments: String, behind gate: String? = nil, columns: Int = 80,
    uid: UInt32 = bob
  ) throws -> TerminalProcess {
    let wait = gate.map { "until [ -e \($0) ]; do sleep 0.02; done;" } ?? ""
    return try TerminalProcess(
      ["/bin/sh", "-c", "\(wait) exec \(try Programs.path("envgate")) \(arguments)"],
      columns: columns, rows: 40, environment: ["ENVGATE_SOCKET": daemon.socket], uid: uid)
  }

  @Test(
    .promise(.typedAheadIsForgotten),
    arguments: [
      ("approve 1 --accept-new", "Approve request 1 of "),
      ("revoke --all", "Revoke every approval and grant? [y/N]"),
      ("environment delete production", "with all its secrets and variables?"),
    ])
  func `what was typed before the question was there is no answer to it`(
    command: String, question: String
  ) throws {
    let daemon = try JobLifeTests.stage()
    try daemon.must(["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
    let gate = daemon.folder + "/run/gate"
    let terminal = try Self.terminal(
      daemon, command, behind: gate, uid: command.hasPrefix("environment") ? 0 : Self.bob)
    let typed = command.hasPrefix("environment") ? "production" : "y"
    try terminal.type(typed + "\n")
    // The echo: the terminal has it.
    try terminal.until(typed)
    close(open(gate, O_CREAT | O_WRONLY, 0o644))
    try terminal.until(question)
    // A state that the answer would have changed.
    #expect(try daemon.must(["request", "show", "1"]).contains(": waiting"))
    try terminal.type("no\n")
    #expect(try terminal.finish() & 0xFF00 != 0)
    #expect(try daemon.must(["request", "show", "1"]).contains(": waiting"))
  }

  @Test(.promise(.wholeTextIsShown))
  func `whoever approves is shown all that is claimed and said, however long`() throws {
    let daemon = try JobLifeTests.stage()
    let (reason, value) = (Self.text("r", bytes: 4_000), Self.text("v", bytes: 4_000))
    try daemon.must(["variable", "set", "LONG", "-e", "production", "--value", value])
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", reason], as: TestDaemon.runner.uid)
    let terminal = try Self.terminal(daemon, "approve 1 --accept-new")
    try terminal.until("KEY version 1? [y/N]")
    let raw = String(decoding: terminal.raw, as: UTF8.self)
    let words = Set(raw.split(whereSeparator: { " \"\r\n".contains($0) }))
    for text in [reason, value] {
      #expect(text.split(separator: " ").allSatisfy { words.contains($0) })
    }
    let shown = try daemon.must(["request", "show", "1"])
    #expect(shown.contains("\"\(reason)\"") && shown.contains("\"\(value)\""))
  }

  private static func askTwice(_ daemon: TestDaemon) throws {
    for _ in 0..<2 {
      try daemon.must(
        ["request", "create", "-e", "production", "--reason", "nightly"],
        as: TestDaemon.runner.uid)
    }
  }

  @Test(.promise(.claimsStayClaims))
  func `approve: a request with a twin is approved by its number, and not by --yes`() throws {
    let daemon = try JobLifeTests.stage()
    try Self.askTwice(daemon)
    for (typed, state) in [("y", ": waiting"), ("2", ": waiting"), ("1", ": approved")] {
      let terminal = try Self.terminal(daemon, "approve 1 --accept-new", columns: 160)
      try terminal.until(
        "KEY version 1, though request 2 makes the same claims? Type 1 to confirm:")
      try terminal.type(typed + "\n")
      #expect(try (terminal.finish() & 0xFF00 == 0) == (typed == "1"))
      #expect(try daemon.must(["request", "show", "1"]).contains(state))
    }
    for options in [["--yes"], ["--yes", "--accept-new"]] {
      let refused = try daemon.envgate(["approve", "2"] + options, as: Self.bob)
      #expect(
        refused.code == 77
          && refused.stderr.contains(
            "envgate: request.twins: request 1 makes the same claims as request 2, so --yes alone "
              + "approves neither; if the log of the job that you expect names request 2, add --digest sha256:"
          ))
      #expect(try daemon.must(["request", "show", "2"]).contains(": waiting"))
    }
    let shown = try daemon.must(["request", "show", "2", "--json"], as: Self.bob)
    let digest = try #require(shown.split(separator: "\"").first { $0.hasPrefix("sha256:") })
    let done = try daemon.envgate(
      ["approve", "2", "--digest", String(digest), "--json"], as: Self.bob)
    #expect(
      done.code == 0
        && done.stderr.hasSuffix(
          "envgate: request 2 was approved, and request 1 makes the same claims\n")
    )
  }

  @Test func `approve: a twin that comes while the question stands is asked about too`() throws {
    let daemon = try JobLifeTests.stage()
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", "nightly"], as: TestDaemon.runner.uid)
    let terminal = try Self.terminal(daemon, "approve 1 --accept-new", columns: 160)
    try terminal.until("KEY version 1? [y/N]")
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", "nightly"], as: TestDaemon.runner.uid)
    try terminal.type("y\n")
    try terminal.until("twins      request 2 makes the same claims as this one")
    try terminal.until("Type 1 to confirm:")
    #expect(try daemon.must(["request", "show", "1"]).contains(": waiting"))
    try terminal.type("1\n")
    #expect(try terminal.finish() & 0xFF00 == 0)
    #expect(try daemon.must(["request", "show", "1"]).contains(": approved"))
  }

  @Test func `approve: what was changed while the question stands is not asked about anew`() throws
  {
    let daemon = try JobLifeTests.stage()
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", "nightly"], as: TestDaemon.runner.uid)
    let terminal = try Self.terminal(daemon, "approve 1 --accept-new", columns: 160)
    try terminal.until("KEY version 1? [y/N]")
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", "nightly"], as: TestDaemon.runner.uid)
    try daemon.must(["variable", "set", "REGION", "-e", "production", "--value", "north"])
    try terminal.type("y\n")
    // The yes was to what was shown, which is worth nothing by now.
    try terminal.until("digest")
    #expect(try terminal.finish() & 0xFF00 != 0)
    #expect(try daemon.must(["request", "show", "1"]).contains(": waiting"))
  }

  @Test func `approve: whoever is no reviewer is told whom to ask, before any question`() throws {
    let daemon = try JobLifeTests.stage()
    try daemon.must(["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
    let refused = try daemon.envgate(
      ["approve", "1", "--yes", "--accept-new"], as: TestDaemon.runner.uid)
    #expect(refused.code == 77, "\(refused)")
    #expect(refused.stderr.contains("you are not a reviewer of production"), "\(refused)")
  }

  @Test func `approve: without a terminal it says what to say, and shows nothing`() throws {
    let daemon = try JobLifeTests.stage()
    try daemon.must(["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
    let refused = try daemon.envgate(["approve", "1"], as: Self.bob)
    #expect(refused.code == 64 && refused.stderr.contains("no terminal to ask on"), "\(refused)")
    #expect(refused.text.isEmpty)
  }

  @Test func `approve: new variables that do not all fit are approved by no name that is typed`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let admin = try LineClient(daemon.socket)
    for number in 10..<30 {
      let name = "SETTING_\(number)_" + String(repeating: "X", count: 100)
      let answer = try admin.call(
        #"{"jsonrpc":"2.0","id":1,"method":"variable.set","params":{"environment":"production","name":"\#(name)","value":"v"}}"#
      )
      #expect(answer.contains("\"result\""), "\(answer)")
    }
    try daemon.must(["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
    let terminal = try Self.terminal(daemon, "approve 1", columns: 160)
    #expect(try terminal.finish() & 0xFF00 != 0)
    #expect(String(decoding: terminal.raw, as: UTF8.self).contains("--accept-new"))
    #expect(try daemon.must(["request", "show", "1"]).contains(": waiting"))
  }

  /// Words with numbers, each there once.
  private static func text(_ word: String, bytes: Int) -> String {
    var text = "\(word)0"
    for number in 1... {
      let next = " \(word)\(number)"
      if text.utf8.count + next.utf8.count > bytes { break }
      text += next
    }
    return text
  }
}
