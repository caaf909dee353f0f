import Glibc
import Promises
import Testing

/// Jobs that outlive what happens around them: restarts, kills, several steps; with the programs that ship.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct JobLifeTests {
  /// A daemon with `production`, exclusive, one secret and one variable.
  static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:backup", "--writer", "user:games", "--exclusive",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "production"], input: "the value")
    try daemon.must(["variable", "set", "REGION", "-e", "production", "--value", "west europe"])
    return daemon
  }

  static func job(_ daemon: TestDaemon, _ script: String) throws -> RunningProcess {
    try daemon.startEnvgate(
      ["exec", "-e", "production", "--", "/bin/sh", "-c", script], as: TestDaemon.runner.uid)
  }

  /// Approves what another request may be like, too.
  static func approve(_ daemon: TestDaemon, _ id: String) throws {
    let shown = try daemon.must(["request", "show", id, "--json"], as: TestDaemon.bob.uid)
    let digest = shown.split(separator: "\"").first { $0.hasPrefix("sha256:") }
    try daemon.must(
      ["approve", id, "--digest", String(try #require(digest))], as: TestDaemon.bob.uid)
  }

  @Test func `a job gets its variables beside its secrets`() throws {
    let daemon = try Self.stage()
    let job = try Self.job(daemon, "printf '%s|%s' \"$KEY\" \"$REGION\"")
    try Self.approve(daemon, try MainJobTests.waitingRequest(job))
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "the value|west europe")
  }

  @Test func `a client that waits outlives a restart of the daemon, and says so line by line`()
    throws
  {
    let daemon = try Self.stage()
    let job = try Self.job(daemon, "printf %s \"$KEY\"")
    let id = try MainJobTests.waitingRequest(job)
    daemon.stop()
    _ = try job.readErrors(
      until: "the daemon does not answer; waiting at most 60s for it to come back")
    try daemon.start()
    _ = try job.readErrors(until: "the daemon is back; request \(id) is waiting")
    try Self.approve(daemon, id)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "the value")
    #expect(done.stderr.contains("request \(id) is approved"))
  }

  @Test(.promise(.restartKeepsGrants), arguments: [false, true])
  func `a running job keeps its grant over a restart, and its outcome is told`(isKilled: Bool)
    throws
  {
    let daemon = try Self.stage()
    let job = try Self.job(daemon, "echo started >&2; read line </dev/null; sleep 4; exit 0")
    let id = try MainJobTests.waitingRequest(job)
    try Self.approve(daemon, id)
    _ = try job.readErrors(until: "started")
    if isKilled { daemon.crash() } else { daemon.stop() }
    try daemon.start()
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.stderr.contains("the grant of request \(id) continues"))
    let shown = try daemon.must(["request", "show", id])
    #expect(shown.contains("closed (success)"), "\(shown)")
    let record = try daemon.must(["audit", "list"])
    #expect(record.contains("grant.resumed"))
    #expect(!record.contains("abandoned"))
  }

  @Test func `a job whose grant is taken away goes on, and is told at its end`() throws {
    let daemon = try Self.stage()
    let job = try Self.job(
      daemon, "echo started >&2; while test ! -e \(daemon.folder)/go; do sleep 0.05; done")
    let id = try MainJobTests.waitingRequest(job)
    try Self.approve(daemon, id)
    _ = try job.readErrors(until: "started")
    try daemon.must(["revoke", id], as: TestDaemon.bob.uid)
    try write("", daemon.folder + "/go")
    let done = job.finish()
    #expect(done.code == 0)
    #expect(done.stderr.contains("the grant ended while the command ran: "), "\(done.stderr)")
    #expect(done.stderr.contains("revoked"))
  }

  @Test(.promise(.exclusiveUntilTheJobEnds))
  func `what a killed envgate leaves behind keeps an exclusive environment taken`() throws {
    let daemon = try Self.stage()
    // The job itself is told and ends; what it started in the background lives on with the lifeline.
    let job = try Self.job(daemon, "sleep 3 & echo started >&2; wait")
    let id = try MainJobTests.waitingRequest(job)
    try Self.approve(daemon, id)
    _ = try job.readErrors(until: "started")
    job.signal(SIGKILL)
    job.wait()
    let shown = try until(daemon, ["request", "list"]) { $0.contains("unattended") }
    #expect(shown.contains("unattended"))
    let next = try Self.job(daemon, "printf %s \"$KEY\"")
    let other = try MainJobTests.waitingRequest(next)
    try Self.approve(daemon, other)
    _ = try next.readErrors(until: "waits for its turn")
    let done = next.finish()
    #expect(done.code == 0 && done.text == "the value", "\(done.stderr)")
    #expect(try daemon.must(["request", "show", id]).contains("closed (abandoned)"))
  }

  @Test(.promise(.ticketAndAccount))
  func `a grant by ticket serves several steps, and is worth nothing without it`() throws {
    let daemon = try Self.stage()
    let runner = TestDaemon.runner.uid
    mkdir(daemon.folder + "/job", 0o700)
    chown(daemon.folder + "/job", runner, runner)
    let file = daemon.folder + "/job/ticket"
    let made = try daemon.must(
      ["request", "create", "-e", "production", "--ticket-file", file], as: runner)
    #expect(!made.contains("egr1_"))
    let id = "1"
    try Self.approve(daemon, id)
    let early = try daemon.envgate(["request", "activate", id], as: runner)
    #expect(early.code == 77 && early.stderr.contains("ticket.required"), "\(early.stderr)")
    try daemon.must(["request", "activate", id, "--ticket-file", file], as: runner)
    let step = ["--request", id, "--ticket-file", file]
    for _ in 0..<2 {
      let value = try daemon.must(["secret", "get", "KEY", "-e", "production"] + step, as: runner)
      #expect(value == "the value")
    }
    let ran = try daemon.must(
      ["exec", "-e", "production"] + step + ["--", "/bin/sh", "-c", "printf %s \"$KEY\""],
      as: runner)
    #expect(ran == "the value")
    // A step that ended has not ended the grant.
    #expect(try daemon.must(["request", "show", id]).contains("held by its ticket"))
    let stolen = try daemon.envgate(
      ["secret", "get", "KEY", "-e", "production"] + step, as: TestDaemon.carol.uid)
    #expect(stolen.code == 65, "\(stolen.stderr)")
    try daemon.must(
      ["request", "close", id, "--ticket-file", file, "--outcome", "failure"], as: runner)
    #expect(try daemon.must(["request", "show", id]).contains("closed (failure)"))
    let late = try daemon.envgate(
      ["secret", "get", "KEY", "-e", "production"] + step, as: runner)
    #expect(late.code == 77, "\(late.stderr)")
  }

  @Test func `an import with one bad line changes nothing`() throws {
    let daemon = try Self.stage()
    for bad in ["A=1\nB=2\nLD_PRELOAD=x\n", "A=1\nB='2\n", "A=1\nA=2\n", "A=1\nnonsense\n"] {
      let done = try daemon.envgate(
        ["secret", "import", "-e", "production"], input: bad)
      #expect(done.code == 65, "\(done.stderr)")
      #expect(done.stderr.contains("line"), "\(done.stderr)")
    }
    let before = try daemon.must(["secret", "list", "-e", "production", "--json"])
    #expect(!before.contains("\"A\""))
    let done = try daemon.must(
      ["secret", "import", "-e", "production"], input: "A=1\nexport B='two\nlines'\n")
    #expect(done == "A 1\nB 1\n")
  }

  /// Runs the client until what it prints is as wanted, ten seconds at most.
  private func until(
    _ daemon: TestDaemon, _ arguments: [String], _ isWanted: (String) -> Bool
  ) throws -> String {
    var text = ""
    for _ in 0..<100 {
      text = try daemon.must(arguments)
      if isWanted(text) { return text }
      poll(nil, 0, 100)
    }
    return text
  }
}
