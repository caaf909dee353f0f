import Glibc
import Promises
import Testing

/// What is in the host's way throws no approval away.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct PatienceTests {
  private static let runner = TestDaemon.runner.uid

  /// A host with an exclusive environment, and jobs for it that are approved: the first one has it.
  private static func stage(jobs: Int) throws -> (host: StalledHost, jobs: [RunningProcess]) {
    let host = try StalledHost()
    try host.files.must([
      "environment", "create", "production", "--requester", "uid:\(TestDaemon.runner.uid)",
      "--reviewer", "user:\(TestDaemon.bob.name)", "--exclusive",
    ])
    try host.files.must(["secret", "set", "KEY", "-e", "production"], input: "value")
    let running = try (1...jobs).map { number in
      let job = try host.files.startEnvgate(
        [
          "exec", "-e", "production", "--", "sh", "-c",
          number == 1 ? "echo held >&2; exec sleep 60" : "echo ran",
        ], as: runner)
      let id = try MainJobTests.waitingRequest(job)
      try JobLifeTests.approve(host.files, id)
      _ = try job.readErrors(until: number == 1 ? "held" : "waits for its turn")
      return job
    }
    return (host, running)
  }

  @Test(.promise(.troubleCostsNoTurn))
  func `an account database without an answer costs no job in the queue its approval`() throws {
    let (host, jobs) = try Self.stage(jobs: 4)
    try host.stall("passwd")
    jobs[0].signal(SIGTERM)
    for job in jobs[1...] { _ = try job.readErrors(until: "stays approved; trying again") }
    try host.mend("passwd")
    for job in jobs[1...] {
      let done = job.finish()
      #expect(done.code == 0 && done.text == "ran\n", "\(done.stderr)")
    }
    _ = jobs[0].finish()
  }

  @Test(.promise(.troubleCostsNoTurn))
  func `a job's time is its time: what is in the way longer than that ends it, with its reason`()
    throws
  {
    let (host, jobs) = try Self.stage(jobs: 1)
    let folder = try OpenFolder()
    let ticket = folder.path + "/ticket"
    try host.files.must(
      ["request", "create", "-e", "production", "--ticket-file", ticket], as: Self.runner)
    try JobLifeTests.approve(host.files, "2")
    try host.stall("passwd")
    jobs[0].signal(SIGTERM)
    _ = jobs[0].finish()
    let done = try host.files.envgate(
      ["request", "activate", "2", "--ticket-file", ticket, "--wait", "--timeout", "8s"],
      as: Self.runner)
    #expect(done.code == 75, "\(done.stderr)")
    #expect(done.stderr.contains("envgate: account.unavailable: "), "\(done.stderr)")
    #expect(done.stderr.contains("the request stays open"), "\(done.stderr)")
    try host.mend("passwd")
    #expect(try host.files.must(["request", "show", "2"]).contains("approved"))
  }

  @Test(.promise(.troubleCostsNoTurn))
  func `turns: a job of several steps stands in the queue, and goes before those behind it`()
    throws
  {
    let (host, jobs) = try Self.stage(jobs: 1)
    let folder = try OpenFolder()
    let ticket = folder.path + "/ticket"
    let steps = try host.files.startEnvgate(
      ["request", "create", "-e", "production", "--ticket-file", ticket, "--wait"], as: Self.runner)
    let id = try MainJobTests.waitingRequest(steps)
    try JobLifeTests.approve(host.files, id)
    #expect(steps.finish().code == 0)
    let activation = ["request", "activate", id, "--ticket-file", ticket]
    #expect(try host.files.envgate(activation, as: Self.runner).code == 75)
    let late = try host.files.envgate(
      activation + ["--wait", "--timeout", "1s"], as: Self.runner)
    #expect(late.code == 75 && late.stderr.contains("envgate: grant.busy: "), "\(late.stderr)")
    let waiting = try host.files.startEnvgate(activation + ["--wait"], as: Self.runner)
    _ = try waiting.readErrors(until: "waits for its turn")
    let younger = try host.files.startEnvgate(
      ["exec", "-e", "production", "--", "true"], as: Self.runner)
    let other = try MainJobTests.waitingRequest(younger)
    try JobLifeTests.approve(host.files, other)
    _ = try younger.readErrors(until: "waits for its turn")
    jobs[0].signal(SIGTERM)
    _ = jobs[0].finish()
    let done = waiting.finish()
    #expect(done.code == 0 && done.text == "request \(id) is active\n", "\(done.stderr)")
    try host.files.must(
      ["request", "close", id, "--ticket-file", ticket, "--outcome", "success"], as: Self.runner)
    #expect(younger.finish().code == 0)
  }
}
