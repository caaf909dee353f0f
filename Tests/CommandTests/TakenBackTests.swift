import Glibc
import Promises
import Testing

/// What becomes of the request of a job that fails by itself.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct TakenBackTests {
  /// A script that is there, and whose interpreter is not.
  private static let orphan: String = {
    let path = "/tmp/envgate-orphan-\(getpid())"
    try? write("#!/no/such/interpreter\n", path)
    chmod(path, 0o755)
    return path
  }()

  private func daemon() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(
      [
        "environment", "create", "production", "--requester", "user:\(TestDaemon.runner.name)",
        "--reviewer", "user:\(TestDaemon.bob.name)",
      ])
    try daemon.must(
      ["environment", "create", "taken", "--requester", "any", "--unprotected", "--exclusive"])
    for name in ["production", "taken"] {
      try daemon.must(["secret", "set", "A", "-e", name], input: "value")
    }
    return daemon
  }

  @Test(
    .promise(.nobodyIsAskedInVain),
    arguments: [
      ([], ["/no/such/command"], 127, "command.not_found"),
      ([], ["no-such-command-anywhere"], 127, "command.not_found"),
      ([], [""], 127, "command.not_found"),
      ([], [Self.orphan], 127, "command.not_found"),
      ([], ["/etc/passwd"], 126, "command.not_invoked"),
      (["--as", "azure"], ["true"], 125, "secret.missing"),
      (["-s", "HOME"], ["true"], 125, nil),
      ([], ["true"], 125, "environment.conflict"),
    ] as [([String], [String], Int32, String?)])
  func `nobody is asked for a job that cannot run`(
    options: [String], command: [String], code: Int32, reason: String?
  ) throws {
    let daemon = try daemon()
    let done = try daemon.envgate(
      ["exec", "-e", "production"] + options + ["--timeout", "20s", "--"] + command,
      as: TestDaemon.runner.uid, environment: code == 125 ? ["A": "here already"] : [:])
    #expect(done.code == code, "\(done.stderr)")
    if let reason { #expect(done.stderr.contains("envgate: \(reason): "), "\(done.stderr)") }
    #expect(try daemon.must(["request", "list", "--json"]) == "[]\n")
    if command == [Self.orphan] {
      #expect(done.stderr.contains("its interpreter /no/such/interpreter is missing"))
      unlink(Self.orphan)
    }
  }

  @Test(.promise(.nobodyIsAskedInVain))
  func `a wait for a taken environment that is over says so, and is taken back`() throws {
    let daemon = try daemon()
    let holder = try daemon.startEnvgate(
      ["exec", "-e", "taken", "--", "sh", "-c", "echo held >&2; exec sleep 30"])
    _ = try holder.readErrors(until: "held")
    let get = try daemon.envgate(["secret", "get", "A", "-e", "taken", "--timeout", "1s"])
    #expect(get.code == 75, "\(get.stderr)")
    let exec = try daemon.envgate(["exec", "-e", "taken", "--timeout", "1s", "--", "true"])
    #expect(exec.code == 125)
    #expect(exec.stderr.contains("envgate: grant.busy: "), "\(exec.stderr)")
    for id in 2...3 {
      #expect(try daemon.must(["request", "show", "\(id)"]).contains("cancelled"))
    }
    holder.signal(SIGTERM)
    _ = holder.finish()
  }

  @Test(.promise(.nobodyIsAskedInVain), arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `a signal that ends a wait takes its request back at once`(signal: Int32) throws {
    let daemon = try daemon()
    let job = try daemon.startEnvgate(
      ["exec", "-e", "production", "--", "true"], as: TestDaemon.runner.uid)
    _ = try job.readErrors(until: "waits")
    job.signal(signal)
    _ = job.finish()
    #expect(try daemon.must(["request", "show", "1"]).contains("cancelled"))
  }

  @Test func `what a job finds out behind its request ends that at once, as taken back`() throws {
    let daemon = try daemon()
    try daemon.must(["variable", "set", "B", "-e", "taken", "--value", "x"])
    let done = try daemon.envgate(["exec", "-e", "taken", "-s", "A=B", "--", "true"])
    #expect(
      done.code == 125 && done.stderr.contains("would become the variable B"), "\(done.stderr)")
    #expect(try daemon.must(["request", "show", "1"]).contains("cancelled"))
  }

  @Test func `a grant whose values cannot go over ends as a failure, and not as abandoned`() throws
  {
    let daemon = try daemon()
    let done = try daemon.envgate(["exec", "-e", "taken", "-s", "A:azure", "--", "true"])
    #expect(done.code == 125, "\(done.stderr)")
    let shown = try daemon.must(["request", "show", "1", "--json"])
    #expect(shown.contains("failure") && !shown.contains("abandoned"), "\(shown)")
  }
}
