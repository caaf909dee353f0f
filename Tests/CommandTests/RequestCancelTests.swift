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
    #expect(try daemon.must(cancel) == "there was nothing to cancel\n")
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
