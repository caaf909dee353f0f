import Testing

/// Lists, as a person and as a program gets them.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ListTerminalTests {
  @Test(
    arguments: [
      ("request list", "no requests"), ("history", "no requests"),
      ("environment list", "no environments"), ("secret list -e empty", "no secrets"),
      ("variable list -e empty", "no variables"),
      ("audit list -e empty --after 99", "no records"),
    ])
  func `a list without rows says so to a person, and nothing to a program`(
    command: String, sentence: String
  ) throws {
    let daemon = try TestDaemon()
    if command.contains("empty") {
      try daemon.must(["environment", "create", "empty", "--requester", "any", "--unprotected"])
    }
    let terminal = try ApproveTerminalTests.terminal(daemon, command, uid: 0)
    #expect(try terminal.finish() == 0)
    #expect(terminal.screen.lines.first == sentence)
    let piped = try daemon.envgate(command.split(separator: " ").map(String.init))
    #expect(piped.code == 0 && piped.text.isEmpty && piped.stderr.isEmpty, "\(piped)")
  }

  @Test func `the record cuts nothing that a person goes by, and nothing at all for a program`()
    throws
  {
    let daemon = try TestDaemon()
    let name = "development-of-the-whole-north"
    try daemon.must(["environment", "create", name, "--requester", "any", "--unprotected"])
    let secrets = (1...12).map { "SECRET_NUMBER_\($0)" }
    for secret in secrets { try daemon.must(["secret", "set", secret, "-e", name], input: "v") }
    try daemon.must(["exec", "-e", name, "--reason", "a reason", "--", "true"])
    let terminal = try ApproveTerminalTests.terminal(daemon, "audit list -e \(name)", uid: 0)
    #expect(try terminal.finish() == 0)
    let shown = String(decoding: terminal.raw, as: UTF8.self)
    for word in ["environment.created", "root (uid 0)", name, "grant.activated"] + secrets {
      #expect(shown.contains(word), "\(word) in \(shown)")
    }
    let rows = try daemon.must(["audit", "list", "-e", name]).split(separator: "\n")
    #expect(
      rows.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == 8 })
    #expect(rows.contains { row in secrets.allSatisfy { row.contains($0 + "@1") } })
  }

  @Test func `request list tells who has approved a request, and nobody else`() throws {
    let daemon = try JobLifeTests.stage()
    try WatchLinesTests.ask(daemon, "x")
    let approved = try daemon.envgate(
      ["approve", "1", "--yes", "--accept-new"], as: TestDaemon.bob.uid)
    #expect(approved.code == 0, "\(approved.stderr)")
    for (uid, isMarked) in [(TestDaemon.bob.uid, true), (0, false)] {
      let terminal = try ApproveTerminalTests.terminal(daemon, "request list", uid: uid)
      #expect(try terminal.finish() == 0)
      #expect(terminal.screen.lines.first?.contains("BY YOU") == isMarked)
      #expect(
        terminal.screen.lines[1].contains("approved  approved") == isMarked,
        "\(terminal.screen.lines)")
    }
  }

  @Test func `a value is not asked for where there is no such environment`() throws {
    let daemon = try TestDaemon()
    let terminal = try ApproveTerminalTests.terminal(daemon, "secret set KEY -e nosuch", uid: 0)
    #expect(try terminal.finish() >> 8 == 77)
    let shown = String(decoding: terminal.raw, as: UTF8.self)
    #expect(shown.contains("environment.unknown") && !shown.contains("Value of"), "\(shown)")
  }

  @Test func `whoever has several roles somewhere is named there once`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "uid:7", "--reviewer", "uid:7",
      "--writer", "uid:7", "--allow-self-review",
    ])
    #expect(
      try daemon.must(["principal", "show", "uid:7"])
        == "production\trequester, writer, reviewer of rule 1\tuid:7\t-\t-\n")
  }
}
