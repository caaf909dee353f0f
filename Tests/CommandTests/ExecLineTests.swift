import Glibc
import Testing

/// What `exec` asks the daemon, line by line, as something between the two sees it.
@Suite(
  .serialized,
  .enabled(
    if: Programs.isThere && Programs.isRoot && access("/usr/bin/python3", X_OK) == 0,
    "needs ENVGATE_BIN, root and the package python3"))
struct ExecLineTests {
  private struct Run {
    let methods: [String]
    /// The line with which it asked for its grant first.
    let activation: String?
    let done: Finished
  }

  /// Runs `exec` as the runner, and answers what it asked.
  private static func exec(
    _ daemon: TestDaemon, _ environment: String, _ rules: Relay.Rule...,
    while body: () throws -> Void = {}
  ) throws -> Run {
    let relay = try Relay(daemon, as: TestDaemon.runner.uid, rules)
    let job = try relay.start(
      ["exec", "-e", environment, "-s", "KEY", "--", "/bin/sh", "-c", "echo $KEY $SETTING"])
    try body()
    let done = job.finish()
    return Run(
      methods: relay.methods, activation: relay.lines.first { $0.contains("grant.activate") },
      done: done)
  }

  private static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    let runner = "user:\(TestDaemon.runner.name)"
    for (name, options) in [
      ("open", ["--unprotected"]), ("closed", ["--reviewer", "user:\(TestDaemon.bob.name)"]),
    ] {
      try daemon.must(["environment", "create", name, "--requester", runner] + options)
      try daemon.must(["secret", "set", "KEY", "-e", name], input: "value")
      try daemon.must(["variable", "set", "SETTING", "-e", name, "--value", "old"])
    }
    return daemon
  }

  @Test func `a job that waits for nobody asks six lines, and for nothing twice`() throws {
    let run = try Self.exec(try Self.stage(), "open")
    #expect(run.done.text == "value old\n", "\(run.done.stderr)")
    #expect(
      run.methods == [
        "environment.get", "request.create", "variable.list", "grant.activate", "grant.read",
        "grant.close",
      ])
    #expect(run.activation?.contains("\"wait\"") == false, "it stands in no queue")
  }

  @Test func `a job that waited asks again for what may have changed, and for nothing else`() throws
  {
    let daemon = try Self.stage()
    let run = try Self.exec(daemon, "closed") {
      try eventually("there is a request to approve") {
        try daemon.envgate(["approve", "1", "--yes", "--accept-new"], as: TestDaemon.bob.uid).code
          == 0
      }
    }
    #expect(run.done.text == "value old\n", "\(run.done.stderr)")
    #expect(
      run.methods == [
        "environment.get", "variable.list", "request.create", "request.get", "request.wait",
        "grant.activate", "environment.get", "variable.list", "grant.read", "grant.close",
      ])
  }

  @Test
  func
    `an environment that changes before the request is made is looked at again, with its variables`()
    throws
  {
    let daemon = try Self.stage()
    // The relay has the runner's account, which may not set it: an admin does, while the relay waits.
    let flag = daemon.folder + "/run/flag"
    let run = try Self.exec(daemon, "open", .pause("request.create", at: flag)) {
      try eventually("the request is about to be made") { access(flag, F_OK) == 0 }
      try daemon.must(["variable", "set", "SETTING", "-e", "open", "--value", "new"])
      try daemon.must(["environment", "edit", "open", "--exclusive"])
      unlink(flag)
    }
    #expect(run.done.text == "value new\n", "\(run.done.stderr)")
    // It knows that others wait for it: they wait for whatever it leaves behind.
    #expect(run.methods.contains("grant.hold"), "\(run.methods)")
  }
}
