import Glibc
import Promises
import Testing

/// Names, with the programs that ship: who makes one, who is asked about it, and what a job then gets.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct NewNameCommandTests {
  static let (bob, writer, runner) = (
    TestDaemon.bob.uid, TestDaemon.carol.uid, TestDaemon.runner.uid
  )

  static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "uid:\(runner)", "--reviewer",
      "uid:\(bob)", "--writer", "uid:\(writer)",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "production"], input: "one")
    return daemon
  }

  @Test(.promise(.writersMakeNoNames))
  func `what-was-approved: a writer steers no job by a name, and an admin's new one is asked for`()
    throws
  {
    let daemon = try Self.stage()
    for name in ["GNUMAKEFLAGS", "TAR_OPTIONS", "COMPOSE", "HARMLESS"] {
      let set = try daemon.envgate(
        ["secret", "set", name, "-e", "production"], as: Self.writer, input: "x")
      #expect(set.code == 77 && set.stderr.contains("name.new"), "\(set)")
      let variable = try daemon.envgate(
        ["variable", "set", name, "-e", "production", "--value", "x"], as: Self.writer)
      #expect(variable.code == 77 && variable.stderr.contains("name.new"), "\(variable)")
    }
    let reserved = try daemon.envgate(["secret", "create", "COMPOSE", "-e", "production"])
    #expect(reserved.code == 65 && reserved.stderr.contains("COMPOSE_FILE"), "\(reserved)")
    try daemon.must([
      "environment", "edit", "production", "--allow-name", "COMPOSE", "--allow-weaken",
    ])
    try daemon.must(["secret", "create", "COMPOSE", "-e", "production"])
    try daemon.must(["secret", "set", "COMPOSE", "-e", "production"], as: Self.writer, input: "x")
    try daemon.must(["request", "create", "-e", "production"], as: Self.runner)
    let shown = try daemon.must(["request", "show", "1"], as: Self.bob)
    let lines = shown.split(separator: "\n").map(String.init)
    #expect(lines[1].hasPrefix("  new name") && lines[1].contains("secret COMPOSE:"), "\(shown)")
    #expect(lines[2].contains("secret KEY:"), "\(shown)")
    let json = try daemon.must(["request", "show", "1", "--json"], as: Self.bob)
    #expect(json.contains(#""name":"COMPOSE","version":1,"new":true"#), "\(json)")
    let refused = try daemon.envgate(["approve", "1", "--yes"], as: Self.bob)
    #expect(
      refused.code == 77 && refused.stderr.contains("COMPOSE, KEY; add --accept-new"), "\(refused)")
    try daemon.must(["approve", "1", "--yes", "--accept-new"], as: Self.bob)
    // From here on both are known: nobody is asked again.
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", "second"], as: Self.runner)
    try daemon.must(["approve", "2", "--yes"], as: Self.bob)
    try daemon.must(["variable", "set", "SETTING", "-e", "production", "--value", "x"])
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", "third"], as: Self.runner)
    let third = try daemon.envgate(["approve", "3", "--yes"], as: Self.bob)
    #expect(third.code == 77 && third.stderr.contains("SETTING"), "\(third)")
    // The digest of what was shown is an answer to all of it.
    let now = try daemon.must(["request", "show", "3", "--json"], as: Self.bob)
    let digest = try #require(now.split(separator: "\"").first { $0.hasPrefix("sha256:") })
    try daemon.must(["approve", "3", "--digest", String(digest)], as: Self.bob)
  }

  @Test(.promise(.newNamesAreTyped))
  func `on a terminal each new name is typed`() throws {
    let daemon = try Self.stage()
    try daemon.must(["variable", "set", "SETTING", "-e", "production", "--value", "x"])
    try daemon.must(["request", "create", "-e", "production"], as: Self.runner)
    let wrong = try ApproveTerminalTests.terminal(daemon, "approve 1", columns: 200)
    try wrong.until("The secret KEY is new in production. Type KEY to confirm:")
    try wrong.type("y\n")
    #expect(try wrong.finish() & 0xFF00 != 0)
    #expect(try daemon.must(["request", "show", "1"]).contains(": waiting"))
    let right = try ApproveTerminalTests.terminal(daemon, "approve 1", columns: 200)
    try right.until("Type KEY to confirm:")
    try right.type("KEY\n")
    try right.until("Type SETTING to confirm:")
    try right.type("SETTING\n")
    try right.until("KEY version 1? [y/N]")
    try right.type("y\n")
    #expect(try right.finish() & 0xFF00 == 0)
    #expect(try daemon.must(["request", "show", "1"]).contains(": approved"))
  }

  @Test func `an import by a writer with a new name sets nothing, and names them`() throws {
    let daemon = try Self.stage()
    let refused = try daemon.envgate(
      ["secret", "import", "-e", "production"], as: Self.writer, input: "KEY=two\nA=1\nB=2\n")
    #expect(refused.code == 77 && refused.stderr.contains("A, B would be new"), "\(refused)")
    #expect(try daemon.must(["secret", "versions", "KEY", "-e", "production"]).contains("1"))
    #expect(!(try daemon.must(["secret", "list", "-e", "production"]).contains("A ")))
    try daemon.must(["secret", "create", "A", "-e", "production"])
    try daemon.must(["secret", "create", "B", "-e", "production"])
    #expect(
      try daemon.must(
        ["secret", "import", "-e", "production"], as: Self.writer, input: "KEY=two\nA=1\nB=2\n")
        == "KEY 2\nA 1\nB 1\n")
  }

  @Test func `an edit that protects an environment names what writers made before`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "e", "--requester", "any", "--unprotected", "--writer",
      "uid:\(Self.writer)",
    ])
    try daemon.must(["secret", "set", "MINE", "-e", "e"], input: "x")
    try daemon.must(["secret", "set", "THEIRS", "-e", "e"], as: Self.writer, input: "x")
    let told = try daemon.must(["environment", "edit", "e", "--reviewer", "uid:\(Self.bob)"])
    #expect(
      told.contains("writers made these names while it was not protected: THEIRS\n"), "\(told)")
  }

  @Test func `lower case is refused wherever a name is typed, and the name offered`() throws {
    let daemon = try Self.stage()
    for arguments in [
      ["secret", "set", "key", "-e", "production"],
      ["secret", "create", "key", "-e", "production"],
      ["secret", "get", "key", "-e", "production"],
      ["secret", "delete", "key", "-e", "production", "--yes"],
      ["secret", "versions", "key", "-e", "production"],
      ["variable", "set", "key", "-e", "production", "--value", "x"],
      ["variable", "delete", "key", "-e", "production", "--yes"],
      ["request", "create", "-e", "production", "-s", "key"],
      ["history", "-e", "production", "--secret", "key"],
      ["environment", "edit", "production", "--allow-name", "key"],
    ] {
      let done = try daemon.envgate(arguments, input: "x")
      #expect(
        done.code == 65 && done.stderr.contains("name.case") && done.stderr.contains("write KEY"),
        "\(arguments): \(done)")
    }
    let imported = try daemon.envgate(["secret", "import", "-e", "production"], input: "key=x\n")
    #expect(imported.code == 65 && imported.stderr.contains("name.case"), "\(imported)")
  }

  @Test func `the doctor and the list mark a stored name that nobody could make today`() throws {
    let daemon = try Self.stage()
    try daemon.must([
      "environment", "edit", "production", "--allow-name", "GIT_TOKEN", "--allow-weaken",
    ])
    try daemon.must(["secret", "create", "GIT_TOKEN", "-e", "production"])
    #expect(try daemon.envgate(["doctor"]).text.contains("no stored name is reserved"))
    try daemon.must(["environment", "edit", "production", "--no-allow-name", "GIT_TOKEN"])
    let listed = try daemon.must(["secret", "list", "-e", "production"])
    #expect(listed.contains("reserved: controls a tool that moves code or data"), "\(listed)")
    let doctor = try daemon.envgate(["doctor"]).text
    #expect(doctor.contains("GIT_TOKEN in production"), "\(doctor)")
  }
}
