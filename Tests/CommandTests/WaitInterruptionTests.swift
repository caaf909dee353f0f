import Glibc
import Promises
import Testing

/// A wait that somebody ends: with the programs that ship, and real signals.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct WaitInterruptionTests {
  private static let runner = TestDaemon.runner.uid

  private static func state(_ daemon: TestDaemon, _ id: String) throws -> String {
    let line = try daemon.must(["request", "show", id]).split(separator: "\n").first
    return line.map(String.init) ?? ""
  }

  /// The signal that ended it; 0 where it exited.
  private static func signal(_ done: Finished) -> Int32 { done.status & 0x7F }

  @Test(
    .promise(.cancelledWaitTakesBack), arguments: [SIGINT, SIGTERM, SIGHUP],
    ["exec", "get", "create"])
  func `a signal takes the request back, says so in one line, and is how we end`(
    number: Int32, command: String
  ) throws {
    let daemon = try JobLifeTests.stage()
    let ticket = daemon.folder + "/run/ticket"
    chmod(daemon.folder + "/run", 0o777)
    let arguments =
      switch command {
      case "exec": ["exec", "-e", "production", "--", "/bin/true"]
      case "get": ["secret", "get", "KEY", "-e", "production"]
      default: ["request", "create", "-e", "production", "--ticket-file", ticket, "--wait"]
      }
    let job = try daemon.startEnvgate(arguments, as: Self.runner)
    let id = try MainJobTests.waitingRequest(job)
    job.signal(number)
    let done = job.finish()
    #expect(Self.signal(done) == number)
    #expect(done.stderr == "envgate: interrupted: request \(id) was cancelled\n")
    #expect(try Self.state(daemon, id).hasSuffix(": cancelled"))
    #expect(access(ticket, F_OK) != 0, "a ticket of nothing stays in nobody's way")
  }

  @Test func `what another process asked for goes on waiting`() throws {
    let daemon = try JobLifeTests.stage()
    let ticket = daemon.folder + "/run/ticket"
    chmod(daemon.folder + "/run", 0o777)
    try daemon.must(
      ["request", "create", "-e", "production", "--ticket-file", ticket], as: Self.runner)
    for arguments in [
      ["request", "wait", "1"],
      [
        "exec", "-e", "production", "--request", "1", "--ticket-file", ticket, "--", "/bin/true",
      ],
    ] {
      let job = try daemon.startEnvgate(arguments, as: Self.runner)
      _ = try MainJobTests.waitingRequest(job)
      job.signal(SIGINT)
      let done = job.finish()
      #expect(Self.signal(done) == SIGINT)
      #expect(done.stderr.hasPrefix("envgate: interrupted: ") && done.stderr.contains("stays open"))
      #expect(try Self.state(daemon, "1").contains(": waiting"))
      #expect(access(ticket, F_OK) == 0)
    }
  }

  @Test(.promise(.cancelledWaitTakesBack))
  func `a wait that is over by --timeout says whether its request lives on`() throws {
    let daemon = try JobLifeTests.stage()
    let attended = try daemon.envgate(
      ["exec", "-e", "production", "--timeout", "1s", "--", "/bin/true"], as: Self.runner)
    #expect(attended.code == 125 && attended.stderr.contains("and request 1 was cancelled"))
    #expect(try Self.state(daemon, "1").hasSuffix(": cancelled"))
    try daemon.must(["request", "create", "-e", "production"], as: Self.runner)
    let detached = try daemon.envgate(
      ["request", "wait", "2", "--timeout", "1s"], as: Self.runner)
    #expect(detached.code == 75 && detached.stderr.contains("the request stays open"))
  }

  @Test func `a daemon that answers nothing leaves no empty ticket file, and no hanging process`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let ticket = daemon.folder + "/run/ticket"
    chmod(daemon.folder + "/run", 0o777)
    try daemon.process?.freeze()
    defer { daemon.process?.signal(SIGCONT) }
    let job = try daemon.startEnvgate(
      ["request", "create", "-e", "production", "--ticket-file", ticket, "--wait"],
      as: Self.runner)
    try eventually("the file is there") { access(ticket, F_OK) == 0 }
    job.signal(SIGINT)
    let done = job.finish()
    #expect(Self.signal(done) == SIGINT)
    #expect(access(ticket, F_OK) != 0)
  }

  @Test func `the second signal ends it at once`() throws {
    let daemon = try JobLifeTests.stage()
    let job = try daemon.startEnvgate(
      ["exec", "-e", "production", "--", "/bin/true"], as: Self.runner)
    _ = try MainJobTests.waitingRequest(job)
    try daemon.process?.freeze()
    defer { daemon.process?.signal(SIGCONT) }
    job.signal(SIGINT)
    // The first is taken, and the vault is asked; that is not waited for any longer.
    try eventually("the signal is open again") { try Self.isOpen(job, SIGINT) }
    job.signal(SIGINT)
    let done = job.finish()
    #expect(Self.signal(done) == SIGINT)
    #expect(done.stderr.isEmpty)
  }

  @Test(.promise(.cancelledWaitTakesBack))
  func `whoever waits for its turn, or for the daemon, can be interrupted too`() throws {
    let daemon = try JobLifeTests.stage()
    let first = try JobLifeTests.job(daemon, "read line </dev/null; sleep 30")
    try JobLifeTests.approve(daemon, try MainJobTests.waitingRequest(first))
    let second = try JobLifeTests.job(daemon, "true")
    let id = try MainJobTests.waitingRequest(second)
    _ = try first.readErrors(until: "is approved")
    try JobLifeTests.approve(daemon, id)
    _ = try second.readErrors(until: "waits for its turn")
    second.signal(SIGTERM)
    let done = second.finish()
    #expect(Self.signal(done) == SIGTERM && done.stderr.contains("request \(id) was cancelled"))
    let third = try JobLifeTests.job(daemon, "true")
    _ = try MainJobTests.waitingRequest(third)
    daemon.stop()
    _ = try third.readErrors(until: "the daemon does not answer")
    third.signal(SIGINT)
    let gone = third.finish()
    #expect(Self.signal(gone) == SIGINT && gone.stderr.contains("could not cancel request"))
  }

  @Test func `a signal that we were told to ignore stays so, and our child gets what we got`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    let client = try Programs.path("envgate")
    let look = "grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status"
    func shell(_ command: String) throws -> RunningProcess {
      try RunningProcess(
        ["/bin/sh", "-c", "trap '' HUP; exec \(command)"],
        environment: ["ENVGATE_SOCKET": daemon.socket], uid: Self.runner)
    }
    let job = try shell("\(client) exec -e production -- \(look)")
    let id = try MainJobTests.waitingRequest(job)
    job.signal(SIGHUP)
    try JobLifeTests.approve(daemon, id)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == (try shell(look).finish().text))
    #expect(done.text.contains("1\nSigCgt"))
  }

  /// Whether the process lets a signal act by itself.
  private static func isOpen(_ job: RunningProcess, _ number: Int32) throws -> Bool {
    let status = String(decoding: try readFile("/proc/\(job.pid)/status"), as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
    let mask = line.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
    return mask & 1 << (number - 1) == 0
  }

  @Test func `on a terminal one line is drawn in its place, and gone at the end`() throws {
    let daemon = try JobLifeTests.stage()
    let job = try TerminalProcess(
      [try Programs.path("envgate"), "exec", "-e", "production", "--", "/bin/echo", "done"],
      columns: 60, environment: ["ENVGATE_SOCKET": daemon.socket], uid: Self.runner)
    try job.until("request 1 waits for user:backup to a… · 1s · expires in 24h")
    try job.until("· 2s ·")
    #expect(job.screen.lines.filter { !$0.isEmpty }.count == 1)
    try JobLifeTests.approve(daemon, "1")
    #expect(try job.finish() == 0)
    #expect(
      job.screen.lines.filter { !$0.isEmpty } == ["envgate: request 1 is approved", "done"])
    #expect(job.screen.unknown == [])
  }

  @Test func `an interrupted line leaves nothing half-drawn`() throws {
    let daemon = try JobLifeTests.stage()
    let job = try TerminalProcess(
      [try Programs.path("envgate"), "exec", "-e", "production", "--", "/bin/true"],
      environment: ["ENVGATE_SOCKET": daemon.socket], uid: Self.runner)
    try job.until("request 1 waits")
    try job.type("\u{3}")
    #expect(try job.finish() == SIGINT)
    // The terminal itself echoes the key.
    #expect(
      job.screen.lines.filter { !$0.isEmpty && $0 != "^C" }
        == ["envgate: interrupted: request 1 was cancelled"])
  }
}
