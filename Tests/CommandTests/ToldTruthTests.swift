import Glibc
import Promises
import Testing

/// What a person is told of a vault is so, and what they are advised to do works.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ToldTruthTests {
  @Test(.promise(.vainRequestsAreMarked))
  func `a request whose job was killed says that nobody waits, wherever a reviewer looks`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let job = try JobLifeTests.job(daemon, "true")
    _ = try job.readErrors(until: "waits")
    let before = try daemon.must(["request", "show", "1", "--json"])
    #expect(!before.contains("\"left\""))
    job.signal(SIGKILL)
    job.wait()
    try eventually("the vault knows") {
      try daemon.must(["request", "show", "1", "--json"]).contains("\"left\":{\"since\":\"2")
    }
    #expect(try daemon.must(["request", "list", "--json"]).contains("\"left\":{"))
    let shown = try daemon.must(["request", "show", "1"])
    #expect(shown.hasPrefix("Request 1 for production: waiting, nobody waits since "), "\(shown)")
    let listed = try daemon.must(["request", "list"])
    #expect(listed.contains("\tnobody waits since ") && listed.contains("s, ends in "), "\(listed)")
    let watch = try WatchLinesTests.watch(daemon)
    #expect(try watch.line().contains("\tnobody waits since "))
    let terminal = try ApproveTerminalTests.terminal(daemon, "approve 1")
    try terminal.until("Type KEY")
    try terminal.press("KEY\r", until: "Type REGION")
    try terminal.press("REGION\r", until: "[y/N]")
    let asked = String(decoding: terminal.raw, as: UTF8.self)
    #expect(asked.contains("KEY version 1, though nobody waits since "), "\(asked)")
    try terminal.press("n\r", until: "not approved")
  }

  @Test func `nobody is told that there are no requests while no daemon answers`() throws {
    let daemon = try TestDaemon()
    daemon.stop()
    for command in ["request list", "history", "environment list", "audit list"] {
      let terminal = try ApproveTerminalTests.terminal(daemon, command, uid: 0)
      #expect(try terminal.finish() >> 8 == 69, "\(command)")
      let shown = String(decoding: terminal.raw, as: UTF8.self)
      #expect(!shown.contains("no requests") && !shown.contains("no records"), "\(shown)")
    }
  }

  @Test func `status tells the roles that environments give, as doctor does`() throws {
    let daemon = try JobLifeTests.stage()
    let status = try daemon.must(["status"], as: TestDaemon.bob.uid)
    #expect(
      status.contains("roles    none in the configuration\n         reviewer of production\n"),
      "\(status)")
    let doctor = try daemon.envgate(["doctor"], as: TestDaemon.bob.uid)
    #expect(doctor.text.contains("roles: reviewer of production"), "\(doctor)")
  }

  @Test func `history has reads without a request, by whom a request was rejected and why`() throws
  {
    let daemon = try JobLifeTests.stage()
    try daemon.must([
      "environment", "create", "dev", "--requester", "user:daemon", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "dev"], input: "t")
    for _ in 0..<2 {
      try daemon.must(["secret", "get", "TOKEN", "-e", "dev"], as: TestDaemon.runner.uid)
    }
    try WatchLinesTests.ask(daemon, "one")
    try daemon.must(["reject", "1", "-m", "not before\u{A0}Monday"], as: TestDaemon.bob.uid)
    let history = try daemon.must(["history"])
    #expect(history.contains("\tdev\tdaemon (uid 1)\tTOKEN@1\t-\t"), "\(history)")
    #expect(history.contains("\tread 2 times in all\t-\n"))
    #expect(
      history.contains("\trejected by backup (uid 34)\t\"not before\\u{A0}Monday\"\n"),
      "\(history)")
    // Only what is asked for.
    #expect(try daemon.must(["history", "--requester", "uid:5"]).isEmpty)
    #expect(try daemon.must(["history", "--until", "1h"]).isEmpty)
    #expect(try daemon.must(["history", "--requester", "user:daemon"]) == history)
    #expect(try daemon.must(["history", "--since", "1h"]) == history)
    let group = try daemon.envgate(["history", "--requester", "group:daemon"])
    #expect(group.code == 64)
    let order = try daemon.envgate(["history", "--since", "1h", "--until", "2h"])
    #expect(
      order.code == 64
        && order.stderr.contains("--until is earlier than --since; exchange the two"), "\(order)")
  }

  @Test func `a list is bounded on a terminal and says that there is more, in a pipe it is whole`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    for _ in 0..<6 { try WatchLinesTests.ask(daemon, "x") }
    for command in ["request list", "history"] {
      let words = command.split(separator: " ").map(String.init)
      let two = try daemon.envgate(words + ["--limit", "2"])
      #expect(two.text.split(separator: "\n").map { $0.prefix { $0 != "\t" } } == ["6", "5"])
      #expect(
        two.stderr
          == "envgate: there are older requests; add --limit N to see more\n")
      let all = try daemon.envgate(words + ["--limit", "6"])
      #expect(all.text.split(separator: "\n").count == 6 && all.stderr.isEmpty, "\(all)")
      #expect(try daemon.must(words).split(separator: "\n").count == 6)
      #expect(try daemon.envgate(words + ["--limit", "0"]).code == 64)
    }
    let last = try daemon.envgate(["audit", "list", "--last", "2"])
    let whole = try daemon.must(["audit", "list"]).split(separator: "\n")
    #expect(last.text.split(separator: "\n") == whole.suffix(2) && last.stderr.isEmpty, "\(last)")
    let own = try daemon.must(["audit", "list", "-e", "production", "--last", "3"])
    #expect(
      own.split(separator: "\n")
        == (try daemon.must(["audit", "list", "-e", "production"])).split(separator: "\n").suffix(3)
    )
    // The record of this vault is longer than a person gets unasked.
    for value in 0..<100 {
      try daemon.must(["variable", "set", "N", "-e", "production", "--value", "\(value)"])
    }
    let terminal = try ApproveTerminalTests.terminal(daemon, "audit list", uid: 0)
    #expect(try terminal.finish() == 0)
    let shown = String(decoding: terminal.raw, as: UTF8.self)
    #expect(shown.contains("there are older records; add --last N"))
    #expect(!shown.contains("vault.created") && shown.contains("variable.set"))
  }

  @Test(arguments: [
    ["secret", "destroy", "KEY", "--version", "1"], ["secret", "delete", "KEY"],
    ["variable", "delete", "REGION"],
  ])
  func `without a terminal nothing is destroyed or deleted unless --yes is said`(command: [String])
    throws
  {
    let daemon = try JobLifeTests.stage()
    let refused = try daemon.envgate(command + ["-e", "production"])
    #expect(
      refused.code == 64 && refused.stderr.contains("to do it without asking, add --yes"),
      "\(refused)")
    #expect(try daemon.must(["secret", "list", "-e", "production"]).contains("KEY\t1\tenabled"))
    #expect(try daemon.must(["variable", "list", "-e", "production"]).contains("REGION"))
    #expect(try daemon.envgate(command + ["-e", "production", "--yes"]).code == 0)
  }

  @Test func `advice about a version that is destroyed works, and so does that about a lost key`()
    throws
  {
    let daemon = try TestDaemon()
    try daemon.must(["environment", "create", "dev", "--requester", "uid:0", "--unprotected"])
    try daemon.must(["secret", "set", "EQ", "-e", "dev"], input: "1")
    try daemon.must(["secret", "destroy", "EQ", "-e", "dev", "--version", "1", "--yes"])
    // `get`, a word of the command, is near to EQ; the name that was typed is not.
    let unknown = try daemon.envgate(["secret", "get", "NONCHARACTER", "-e", "dev"])
    #expect(
      unknown.stderr.hasSuffix("dev has no secret NONCHARACTER; set it first\n"), "\(unknown)")
    let exec = try daemon.envgate(["exec", "-e", "dev", "--", "true"])
    #expect(
      exec.stderr.contains("a writer can set one with envgate secret set"), "\(exec)")
    try daemon.must(["secret", "set", "EQ", "-e", "dev"], input: "2")
    try daemon.must(["exec", "-e", "dev", "--", "true"])
    daemon.stop()
    let key = daemon.folder + "/root.key"
    #expect(rename(key, key + ".copy") == 0)
    let lost = try Programs.run([Programs.path("envgated"), "--config", daemon.configurationPath])
    #expect(lost.code == 78)
    #expect(
      lost.stderr.contains(
        "no other key opens the vault in \(daemon.stateDirectory): put it back from your copy")
        && !lost.stderr.contains("envgated init"), "\(lost)")
    #expect(rename(key + ".copy", key) == 0)
    try daemon.start()
    try daemon.must(["exec", "-e", "dev", "--", "true"])
    daemon.stop()
    #expect(rename(daemon.stateDirectory + "/vault.sqlite3", daemon.folder + "/elsewhere") == 0)
    for log in ["-wal", "-shm"] { unlink(daemon.stateDirectory + "/vault.sqlite3" + log) }
    let gone = try Programs.run([Programs.path("envgated"), "--config", daemon.configurationPath])
    #expect(gone.stderr.contains("put it back from your copy"), "\(gone)")
  }

  @Test(arguments: [
    (
      ["environment", "create", "a b", "--requester", "any", "--unprotected"],
      "letters, digits, _ . and -"
    ),
    (["secret", "list", "-e", "a/b"], "letters, digits, _ . and -"),
    (["secret", "get", "A-B", "-e", "x"], "A to Z, 0 to 9 and _, not starting with a digit"),
    (
      ["variable", "set", "1A", "-e", "x", "--value", "v"],
      "A to Z, 0 to 9 and _, not starting with a digit"
    ),
    (
      ["exec", "-e", "x", "-s", "A=a-b", "--", "true"],
      "letters, digits and _, not starting with a digit"
    ),
  ])
  func `a name that is refused says which characters are allowed`(
    arguments: [String], allowed: String
  ) throws {
    let done = try Programs.run([Programs.path("envgate")] + arguments)
    #expect(
      done.code != 0 && done.stderr.contains("is not allowed; allowed: \(allowed)"),
      "\(done)")
  }

  @Test func `envgated --help shows its two options`() throws {
    let help = try Programs.run([Programs.path("envgated"), "--help"]).text
    #expect(help.contains("USAGE: envgated --config <file> [--check]"), "\(help)")
    #expect(help.contains("--check           validate that file and exit"))
  }
}

/// Accounts of the real account database that go.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct GoneAccountTests {
  @Test func `environment show marks accounts that are gone`() throws {
    let host = try ChangingHost()
    try host.must([
      "environment", "create", "production", "--requester", "user:runner", "--reviewer",
      "user:alice", "--reviewer", "user:bob",
    ])
    let before = try host.must(["environment", "show", "production"])
    #expect(
      before.contains("one of user:alice and user:bob must approve") && !before.contains("gone"),
      "\(before)")
    try host.delete("alice")
    let shown = try host.must(["environment", "show", "production"])
    #expect(
      shown.contains("one of user:alice (gone or renumbered) and user:bob must approve"), "\(shown)"
    )
    #expect(shown.contains("user:alice: no longer satisfies any rule."), "\(shown)")
    #expect(!shown.contains("user:bob ("))
  }
}
