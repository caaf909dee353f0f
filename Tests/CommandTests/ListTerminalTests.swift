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
