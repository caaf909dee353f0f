import Glibc
import Testing

/// What a job does about refusals while it waits, each of them said between it and the daemon.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN, root and python3"))
struct ObstacleTests {
  private static let runner = TestDaemon.runner.uid

  /// `open` gives to everybody, `taken` to one at a time, `closed` to whom bob approves.
  static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    let requester = ["--requester", "user:\(TestDaemon.runner.name)"]
    for (name, options) in [
      ("open", ["--unprotected"]), ("taken", ["--unprotected", "--exclusive"]),
      ("closed", ["--reviewer", "user:\(TestDaemon.bob.name)"]),
    ] {
      try daemon.must(["environment", "create", name] + requester + options)
      try daemon.must(["secret", "set", "KEY", "-e", name], input: "value")
      try daemon.must(["variable", "set", "SETTING", "-e", name, "--value", "old"])
    }
    return daemon
  }

  static func exec(_ environment: String, _ options: String..., script: String = "echo $KEY")
    -> [String]
  {
    ["exec", "-e", environment] + options + ["--", "/bin/sh", "-c", script]
  }

  /// A job that has `taken`, until it is signalled.
  private static func holder(_ daemon: TestDaemon) throws -> RunningProcess {
    let job = try daemon.startEnvgate(
      exec("taken", script: "echo held >&2; exec sleep 60"), as: runner)
    _ = try job.readErrors(until: "held")
    return job
  }

  private static let unanswered = "account.unavailable"

  @Test
  func `what is in a job's way is said once, and tried again every two seconds until its time`()
    throws
  {
    let daemon = try Self.stage()
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("grant.activate", reason: Self.unanswered))
    let done = try relay.run(Self.exec("open", "--timeout", "5s"))
    #expect(done.code == 125 && done.text.isEmpty)
    #expect(done.stderr.contains("envgate: account.unavailable: the relay says so"))
    let notes = done.stderr.split(separator: "\n").count { $0.contains("trying again") }
    #expect(notes == 1, "\(done.stderr)")
    #expect((1...3).contains(relay.count("grant.activate")), "\(relay.methods)")
    #expect(try daemon.must(["request", "show", "1"]).contains("cancelled"))
  }

  @Test func `a refusal of the request itself ends a job at once`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("grant.activate", 1, reason: "access.denied"))
    let done = try relay.run(Self.exec("open", "--timeout", "20s"))
    #expect(done.code == 125 && done.stderr.contains("envgate: access.denied: "), "\(done.stderr)")
    #expect(relay.count("grant.activate") == 1)
  }

  @Test func `a job that something was in the way of runs with what stands there then`() throws {
    let daemon = try Self.stage()
    let flag = daemon.folder + "/run/flag"
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("grant.activate", 1, reason: Self.unanswered),
      .pause("grant.activate", 2, at: flag))
    let job = try relay.start(Self.exec("open", script: "echo $SETTING"))
    try eventually("it tries again") { access(flag, F_OK) == 0 }
    try daemon.must(["variable", "set", "SETTING", "-e", "open", "--value", "new"])
    unlink(flag)
    let done = job.finish()
    #expect(done.code == 0 && done.text == "new\n", "\(done.stderr)")
  }

  @Test func `lost-output: a job that nobody hears does not wait for what is in its way`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("grant.activate", reason: Self.unanswered))
    let job = try relay.start(Self.exec("open", "--timeout", "60s"))
    _ = try job.readErrors(until: "trying again")
    Self.stopReading(job)
    try eventually("it has taken its request back") { relay.count("request.cancel") == 1 }
    job.wait()
    #expect(try daemon.must(["request", "show", "1"]).contains("cancelled"))
  }

  @Test func `lost-output: an approval activates nothing for a job that nobody hears by then`()
    throws
  {
    let daemon = try Self.stage()
    let relay = try Relay(daemon, as: Self.runner)
    let job = try relay.start(Self.exec("closed"))
    let id = try MainJobTests.waitingRequest(job)
    Self.stopReading(job)
    // Where this comes too late the request is taken back already.
    _ = try daemon.envgate(["approve", id, "--yes", "--accept-new"], as: TestDaemon.bob.uid)
    job.wait()
    #expect(relay.count("grant.activate") == 0)
    #expect(try daemon.must(["request", "show", id]).contains("cancelled"))
  }

  /// Nobody reads its pipes any more; their numbers stay taken.
  private static func stopReading(_ job: RunningProcess) {
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    for end in [job.output, job.errors] { dup2(null, end) }
    close(null)
  }

  @Test(arguments: [("account.unavailable", 2), ("access.denied", 1)])
  func `what a grant lets be read is asked for again only where the host was in the way`(
    reason: String, reads: Int
  ) throws {
    let daemon = try Self.stage()
    let relay = try Relay(daemon, as: Self.runner, .refuse("grant.read", 1, reason: reason))
    let done = try relay.run(Self.exec("open"))
    #expect(relay.count("grant.read") == reads)
    #expect((done.code, done.text) == (reads == 2 ? (0, "value\n") : (125, "")), "\(done.stderr)")
  }

  @Test
  func `turns: whoever waits for its turn is told that, though the host was in its way before`()
    throws
  {
    let daemon = try Self.stage()
    let holder = try Self.holder(daemon)
    // In the second run nobody holds it and another one goes before.
    let turn = #"\1"turn":{"holder":null,"since":null,"before":1}"#
    for rule in [
      [], [Relay.Rule.answer("request.get", #"()"turn":\{[^}]*\}"#, turn)],
    ] {
      let relay = try Relay(
        daemon, as: Self.runner,
        [.refuse("grant.activate", 1, reason: Self.unanswered)] + rule)
      let done = try relay.run(Self.exec("taken", "--timeout", "4s"))
      #expect(done.code == 125 && done.stderr.contains("envgate: grant.busy: "), "\(done.stderr)")
    }
    holder.signal(SIGTERM)
    _ = holder.finish()
  }

  @Test func `turns: whoever's time is over is told who holds it, though that was not seen before`()
    throws
  {
    let daemon = try Self.stage()
    let holder = try Self.holder(daemon)
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("request.get", 1, reason: "limit.busy"))
    let done = try relay.run(Self.exec("taken", "--timeout", "1s"))
    #expect(done.stderr.contains("request 1 has held it since"), "\(done.stderr)")
    holder.signal(SIGTERM)
    _ = holder.finish()
  }

  @Test func `turns: whoever's request is taken back while it waits is told how it ended`() throws {
    let daemon = try Self.stage()
    let holder = try Self.holder(daemon)
    let job = try daemon.startEnvgate(Self.exec("taken"), as: Self.runner)
    _ = try job.readErrors(until: "waits for its turn")
    try daemon.must(["revoke", "2"])
    let done = job.finish()
    #expect(
      done.code == 125 && done.stderr.contains("envgate: request.revoked: "), "\(done.stderr)")
    holder.signal(SIGTERM)
    _ = holder.finish()
  }

  @Test func `a job over ssh asks for no secret before its turn`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("grant.activate", 1, reason: "grant.busy"))
    // An ssh that leads to the relay, whatever host it is told.
    let ssh = daemon.folder + "/run/ssh"
    let proxy = try Programs.path("envgate") + " proxy"
    try write("#!/bin/sh\nENVGATE_SOCKET=\(relay.socket) exec \(proxy)\n", ssh)
    chmod(ssh, 0o755)
    let done = try Programs.run(
      [Programs.path("envgate")] + Self.exec("taken", "--host", "build1"),
      environment: ["PATH": daemon.folder + "/run:/usr/bin:/bin"], uid: Self.runner)
    #expect(done.code == 0 && done.text == "value\n", "\(done.stderr)")
    #expect(relay.count("grant.read") == 1, "\(relay.methods)")
  }

  @Test func `a try that is not answered in time ends with what was in the way before it`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(
      daemon, as: Self.runner, .refuse("grant.activate", 1, reason: Self.unanswered),
      .drop("grant.activate", 2))
    let done = try relay.run(Self.exec("open", "--timeout", "5s"))
    #expect(done.code == 125)
    #expect(done.stderr.contains("envgate: account.unavailable: "), "\(done.stderr)")
  }

  @Test func `a daemon that ends a wait without a change is not asked without an end`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(
      daemon, as: Self.runner,
      .send("request.wait", #""request\.wait"(.*),"revision":[0-9]+"#, #""request.get"\1"#))
    let done = try relay.run(Self.exec("closed", "--timeout", "20s"))
    #expect(done.code == 125 && done.stderr.contains("a wait ends with a change"), "\(done.stderr)")
    #expect(relay.count("request.wait") == 1)
  }

  @Test func `a job that was rejected does not try to activate`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(daemon, as: Self.runner)
    let job = try relay.start(Self.exec("closed"))
    let id = try MainJobTests.waitingRequest(job)
    try daemon.must(["reject", id, "-m", "no"], as: TestDaemon.bob.uid)
    let done = job.finish()
    #expect(done.code == 125 && done.stderr.contains("envgate: request.rejected: "))
    #expect(relay.count("grant.activate") == 0)
  }

  @Test
  func `a request whose gate is edited between its approval and its grant is waited for again`()
    throws
  {
    let daemon = try Self.stage()
    let flag = daemon.folder + "/run/flag"
    let relay = try Relay(daemon, as: Self.runner, .pause("grant.activate", 1, at: flag))
    let job = try relay.start(Self.exec("closed"))
    let id = try MainJobTests.waitingRequest(job)
    try JobLifeTests.approve(daemon, id)
    try eventually("it is about to activate") { access(flag, F_OK) == 0 }
    try daemon.must([
      "environment", "edit", "closed", "--allow-weaken", "--add-reviewer",
      "user:\(TestDaemon.carol.name)",
    ])
    unlink(flag)
    _ = try job.readErrors(until: "waits for")
    try JobLifeTests.approve(daemon, id)
    let done = job.finish()
    #expect(done.code == 0 && done.text == "value\n", "\(done.stderr)")
  }

  @Test
  func `a request that is meant to be used elsewhere is not taken back when its time is over`()
    throws
  {
    let daemon = try Self.stage()
    let relay = try Relay(daemon, as: Self.runner)
    let done = try relay.run([
      "request", "create", "-e", "closed", "--ticket-file", daemon.folder + "/run/ticket", "--wait",
      "--timeout", "1s",
    ])
    #expect(done.code == 75 && done.stderr.contains("the request ends by itself"), "\(done.stderr)")
    #expect(relay.count("request.cancel") == 0)
  }

  @Test func `a grant that was given in the moment of a signal is closed, and said to be`() throws {
    let daemon = try Self.stage()
    let relay = try Relay(daemon, as: Self.runner, .swallow("grant.activate"))
    let job = try relay.start(Self.exec("open"))
    try eventually("it is active") {
      try daemon.envgate(["request", "show", "1", "--json"]).text.contains(#""state":"active""#)
    }
    job.signal(SIGINT)
    let done = job.finish()
    #expect(done.stderr == "envgate: interrupted: the grant of request 1 was closed\n")
    let shown = try daemon.must(["request", "show", "1", "--json"])
    #expect(shown.contains(#""state":"closed","outcome":"failure""#), "\(shown)")
  }
}
