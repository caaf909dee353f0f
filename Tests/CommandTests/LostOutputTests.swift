import Glibc
import Promises
import Testing

/// A waiting client that nobody hears any more, with the programs that ship, and real pipes and terminals.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct LostOutputTests {
  /// A daemon with `production`, and a folder that the runner may write to.
  private static func stage(exclusive: Bool = false) throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(
      [
        "environment", "create", "production", "--requester", "user:\(TestDaemon.runner.name)",
        "--reviewer", "user:\(TestDaemon.bob.name)",
      ] + (exclusive ? ["--exclusive"] : []))
    try daemon.must(["secret", "set", "KEY", "-e", "production"], input: "the value")
    chmod(daemon.folder + "/run", 0o777)
    return daemon
  }

  /// Runs a script that knows the client as `envgate`.
  private static func shell(_ daemon: TestDaemon, _ script: String) throws -> RunningProcess {
    try RunningProcess(
      ["/bin/bash", "-c", "cd '\(daemon.folder)/run'; " + script],
      environment: [
        "ENVGATE_SOCKET": daemon.socket, "PATH": "\(try Programs.path("")):/usr/bin:/bin",
      ], uid: TestDaemon.runner.uid)
  }

  private static func state(_ daemon: TestDaemon, _ id: String = "1") throws -> String {
    String(try daemon.must(["request", "show", id]).prefix { $0 != "\n" })
  }

  private static func file(_ daemon: TestDaemon, _ name: String) -> String? {
    (try? readFile("\(daemon.folder)/run/\(name)")).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let job = "envgate exec -e production -- sh -c 'echo ran >ran'"

  @Test(.promise(.lostOutputTakesBack), arguments: ["", "trap '' PIPE; "])
  func `lost-output: who waits and is not heard takes the request back and runs nothing`(
    disposition: String
  ) throws {
    let daemon = try Self.stage()
    let shell = try Self.shell(
      daemon, "\(disposition)( \(Self.job) 2>&1; echo $? >code ) | head -n 1")
    #expect(shell.finish().text.contains("request 1 waits"))
    try eventually("it has ended") { Self.file(daemon, "code") != nil }
    #expect(Self.file(daemon, "code") == "\(128 + SIGPIPE)\n")
    #expect(try Self.state(daemon).hasSuffix(": cancelled"))
  }

  @Test(.promise(.lostOutputTakesBack), arguments: [false, true])
  func `lost-output: an approval that comes in that moment starts nothing`(exclusive: Bool) throws {
    let daemon = try Self.stage(exclusive: exclusive)
    let shell = try Self.shell(daemon, "( \(Self.job) 2>&1; echo $? >code ) | head -n 1 >&2")
    // Printed by whoever then reads no more.
    _ = try shell.readErrors(until: "request 1 waits")
    try JobLifeTests.approve(daemon, "1")
    try eventually("it has ended") { Self.file(daemon, "code") != nil }
    #expect(Self.file(daemon, "code") == "\(128 + SIGPIPE)\n")
    #expect(Self.file(daemon, "ran") == nil)
    // In a queue the daemon gives the turn by itself; what is then held is closed.
    let state = try Self.state(daemon)
    #expect(state.hasSuffix(": cancelled") || state.contains("closed (failure)"), "\(state)")
  }

  @Test(
    .promise(.lostOutputTakesBack),
    arguments: [
      "\(job) | true", "\(job) 2>/dev/null >/dev/null", "\(job) 2>&- >&-",
      "nohup \(job) >log 2>&1", "setsid \(job) >log 2>&1",
    ])
  func `lost-output: a file, /dev/null, a closed stream or one reader lets the job go on`(
    script: String
  ) throws {
    let daemon = try Self.stage()
    let shell = try Self.shell(daemon, script)
    try eventually("it waits") { (try? Self.state(daemon).contains(": waiting")) == true }
    // As long as a lost one would need.
    sleep(4)
    try JobLifeTests.approve(daemon, "1")
    try eventually("it ran") { Self.file(daemon, "ran") == "ran\n" }
    _ = shell.finish()
    try eventually("its outcome is told") { try Self.state(daemon).contains("closed (success)") }
  }

  @Test(.promise(.lostOutputTakesBack))
  func `lost-output: a terminal that is closed is lost, whoever ignores the hangup`() throws {
    let daemon = try Self.stage()
    let script = "trap '' HUP; \(Self.job); echo $? >code"
    let shell = try TerminalProcess(
      ["/bin/bash", "-c", "cd '\(daemon.folder)/run'; " + script],
      environment: [
        "ENVGATE_SOCKET": daemon.socket, "PATH": "\(try Programs.path("")):/usr/bin:/bin",
      ], uid: TestDaemon.runner.uid)
    try shell.until("request 1 waits")
    shell.hangUp()
    try eventually("it has ended") { Self.file(daemon, "code") != nil }
    #expect(Self.file(daemon, "code") == "\(128 + SIGPIPE)\n")
    #expect(try Self.state(daemon).hasSuffix(": cancelled"))
  }

  @Test(.promise(.lostOutputTakesBack))
  func `lost-output: request wait ends, and the request goes on`() throws {
    let daemon = try Self.stage()
    let made = try Self.shell(daemon, "envgate request create -e production --ticket-file ticket")
    #expect(made.finish().code == 0)
    let shell = try Self.shell(
      daemon, "( envgate request wait 1 2>&1; echo $? >code ) | head -n 1")
    _ = shell.finish()
    try eventually("it has ended") { Self.file(daemon, "code") != nil }
    #expect(Self.file(daemon, "code") == "\(128 + SIGPIPE)\n")
    #expect(try Self.state(daemon).contains(": waiting"))
  }

  @Test(
    .promise(.lostOutputTakesBack),
    arguments: ["secret get KEY", "request create --ticket-file ticket --wait"])
  func `lost-output: every client that waits for an answer minds it`(command: String) throws {
    let daemon = try Self.stage()
    let shell = try Self.shell(
      daemon, "( envgate \(command) -e production 2>&1; echo $? >code ) | head -n 1")
    _ = shell.finish()
    try eventually("it has ended") { Self.file(daemon, "code") != nil }
    #expect(Self.file(daemon, "code") == "\(128 + SIGPIPE)\n")
    #expect(try Self.state(daemon).hasSuffix(": cancelled"))
    #expect(Self.file(daemon, "ticket") == nil, "a ticket of nothing stays in nobody's way")
  }

  @Test(.promise(.lostOutputTakesBack), arguments: [false, true])
  func `with-parent: the end of the process that started it counts where that is said`(
    said: Bool
  ) throws {
    let daemon = try Self.stage()
    let job = Self.job.replacing("exec", with: said ? "exec --with-parent" : "exec")
    let shell = try Self.shell(daemon, "\(job) >log 2>&1 & wait")
    try eventually("it waits") { Self.file(daemon, "log")?.contains("request 1 waits") == true }
    shell.signal(SIGKILL)
    _ = shell.finish()
    if said {
      try eventually("taken back") { try Self.state(daemon).hasSuffix(": cancelled") }
      #expect(Self.file(daemon, "log")?.contains("envgate: parent.gone: ") == true)
    } else {
      sleep(2)
      try JobLifeTests.approve(daemon, "1")
      try eventually("it ran") { Self.file(daemon, "ran") == "ran\n" }
    }
  }
}
