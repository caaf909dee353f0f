import Testing

/// `envgate request cancel` of several requests, with the programs that ship.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct RequestCancelTests {
  private static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    for name in ["staging", "production"] {
      try daemon.must([
        "environment", "create", name, "--requester", "user:daemon", "--requester", "uid:0",
        "--reviewer", "uid:\(TestDaemon.bob.uid)",
      ])
      try daemon.must(["secret", "set", "KEY", "-e", name], input: "value")
    }
    return daemon
  }

  @Test func `an admin ends all requests, or those of an environment or an account`() throws {
    let daemon = try Self.stage()
    for (environment, uid) in [
      ("staging", TestDaemon.runner.uid), ("production", TestDaemon.runner.uid), ("production", 0),
    ] as [(String, UInt32)] {
      let made = try daemon.envgate(["request", "create", "-e", environment], as: uid)
      #expect(made.code == 0, "\(made.stderr)")
    }
    let cancel = ["request", "cancel", "--all", "--yes"]
    #expect(
      try daemon.must(cancel + ["-e", "production", "--requester", "user:daemon"])
        == "cancelled 2\n")
    #expect(try daemon.must(cancel + ["-e", "production"]) == "cancelled 3\n")
    #expect(try daemon.must(cancel + ["--json"]) == "{\"cancelled\":[1]}\n")
    #expect(try daemon.must(cancel) == "no request was open\n")
  }

  private static func ask(_ daemon: TestDaemon, _ count: Int) throws {
    for number in 1...count {
      let made = try daemon.envgate(
        ["request", "create", "-e", "production", "--reason", "job \(number)"],
        as: TestDaemon.runner.uid)
      #expect(made.code == 0, "\(made.stderr)")
    }
  }

  @Test(arguments: [["request", "cancel"], ["approve", "--yes", "--accept-new"]])
  func `where one of several requests fails, the others are done, and the first fault counts`(
    command: [String]
  ) throws {
    let daemon = try Self.stage()
    try Self.ask(daemon, 3)
    try daemon.must(["request", "cancel", "2"])
    let isApproval = command[0] == "approve"
    let done = try daemon.envgate(
      command + ["1", "2", "99", "3"], as: isApproval ? TestDaemon.bob.uid : nil)
    #expect(done.code == 77, "\(done)")
    let lines = done.stderr.split(separator: "\n")
    #expect(lines.last?.contains("request 2") == true, "\(done.stderr)")
    #expect(lines.dropLast().contains { $0.contains("request 99") }, "\(done.stderr)")
    let state = isApproval ? "approved" : "cancelled"
    for id in [1, 3] {
      #expect(try daemon.must(["request", "show", "\(id)"]).contains(": \(state)"), "\(id)")
    }
  }

  @Test func `without a ticket or the role nothing is cancelled`() throws {
    let daemon = try Self.stage()
    for _ in 1...2 {
      let made = try daemon.envgate(
        ["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
      #expect(made.code == 0, "\(made.stderr)")
    }
    for arguments in [["--all", "--yes"], ["1", "2"]] {
      let done = try daemon.envgate(
        ["request", "cancel"] + arguments, as: TestDaemon.runner.uid)
      #expect(done.code == 77 && done.text.isEmpty, "\(done.stderr)")
    }
    #expect(try daemon.must(["request", "list", "--state", "waiting"]).contains("production"))
    #expect(try daemon.must(["request", "cancel", "1", "2"]) == "cancelled 1, 2\n")
  }
}
