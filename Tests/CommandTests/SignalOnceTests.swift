import Glibc
import Promises
import Testing

/// A signal reaches the command of `exec` exactly once, whoever sends it in whatever way: with the programs that
/// ship, and real signals.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SignalOnceTests {
  /// Says each signal that it gets, until a file is there.
  private static let counter = """
    $| = 1; for my $name (qw(TERM INT HUP QUIT USR1 CONT)) { $SIG{$name} = sub { print "<$name>" } }
    setpgrp(0, 0) if $ARGV[1] eq "own-group"; kill "STOP", $$ if $ARGV[1] eq "stops";
    print "ready\\n"; select(undef, undef, undef, 0.02) until -e $ARGV[0]; print "\\n"
    """

  /// A counter below `exec`, which leads a process group.
  private struct Job {
    let daemon: TestDaemon
    let process: RunningProcess
    private let end: String

    /// - Parameters:
    ///   - wrapper: what `exec` runs below, with its arguments.
    ///   - options: those of `exec`.
    ///   - runner: what runs the counter below `exec`, with its arguments.
    ///   - part: how the counter behaves.
    init(
      wrapper: [String] = [], options: [String] = [], runner: [String] = [], part: String = "plain"
    ) throws {
      daemon = try TestDaemon()
      try daemon.must(["environment", "create", "dev", "--requester", "any", "--unprotected"])
      try daemon.must(["secret", "set", "KEY", "-e", "dev", "--raw"], input: "the value")
      end = daemon.folder + "/run/end"
      process = try RunningProcess(
        ["/usr/bin/setsid"] + wrapper + [Programs.path("envgate"), "exec", "-e", "dev"] + options
          + ["--"] + runner + ["/usr/bin/perl", "-e", SignalOnceTests.counter, end, part],
        environment: ["ENVGATE_SOCKET": daemon.socket])
      if part != "stops" { try read(until: "ready\n") }
    }

    func read(until text: String) throws {
      var seen = ""
      var byte: UInt8 = 0
      while Glibc.read(process.output, &byte, 1) == 1 {
        seen += String(decoding: [byte], as: UTF8.self)
        if seen.hasSuffix(text) { return }
      }
      throw HarnessFault("it ended before it said \(text): \(seen)")
    }

    /// The processes of a group.
    func group() throws -> [pid_t] {
      try Programs.run(["/usr/bin/pgrep", "-g", "\(process.pid)"]).text
        .split(separator: "\n").compactMap { pid_t($0) }
    }

    func envgate() throws -> pid_t { try found("envgate") }

    /// The one process of a name in the session.
    func found(_ name: String) throws -> pid_t {
      let all = try Programs.run(["/usr/bin/pgrep", "-s", "\(process.pid)", "-x", name]).text
        .split(separator: "\n").compactMap { pid_t($0) }
      guard all.count == 1 else { throw HarnessFault("\(all.count) processes are \(name)") }
      return all[0]
    }

    /// What the command has got by the time at which nothing more can come.
    func got() throws -> String {
      // Longer than the window and the patience together.
      usleep(1_400_000)
      try write("", end)
      return process.finish().text.replacing("ready", with: "").replacing("\n", with: "")
    }
  }

  @Test(
    .promise(.signalsArriveOnce),
    arguments: [
      (SIGTERM, "<TERM>", []), (SIGINT, "<INT>", []), (SIGHUP, "<HUP>", []),
      (SIGQUIT, "<QUIT>", []), (SIGUSR1, "<USR1>", []), (SIGTERM, "<TERM>", ["--mask"]),
    ] as [(Int32, String, [String])])
  func `signal-once: a signal to the process group arrives once`(
    number: Int32, text: String, options: [String]
  ) throws {
    let job = try Job(options: options)
    kill(-job.process.pid, number)
    #expect(try job.got() == text)
  }

  @Test(.promise(.signalsArriveOnce))
  func `signal-once: a signal to envgate alone arrives once`() throws {
    let job = try Job()
    kill(try job.envgate(), SIGTERM)
    #expect(try job.got() == "<TERM>")
  }

  @Test(
    .promise(.signalsArriveOnce),
    arguments: [(0, false), (30, true), (100, false)] as [(UInt32, Bool)])
  func `signal-once: a signal to each process, apart, arrives once`(
    milliseconds: UInt32, isReversed: Bool
  ) throws {
    let job = try Job()
    let all = try job.group()
    #expect(all.count == 3)
    for pid in isReversed ? all.reversed() : all {
      kill(pid, SIGTERM)
      usleep(milliseconds * 1_000)
    }
    #expect(try job.got() == "<TERM>")
  }

  @Test func `signal-once: a signal to the group and one to envgate, later, are two`() throws {
    let job = try Job()
    kill(-job.process.pid, SIGTERM)
    usleep(700_000)
    kill(job.process.pid, SIGTERM)
    #expect(try job.got() == "<TERM><TERM>")
  }

  @Test func `signal-once: timeout, which signals its child and its group, arrives once`() throws {
    let job = try Job(wrapper: ["/usr/bin/timeout", "3"])
    try job.read(until: "<TERM>")
    // Which it sends behind the other one, to let go on what is stopped.
    #expect(try job.got() == "<CONT>")
  }

  @Test func `signal-once: a shell with job control that ends its job arrives once`() throws {
    let job = try Job(
      wrapper: [
        "/bin/bash", "-c", "set -m; trap 'kill -TERM %1' USR1; \"$@\" & wait; wait", "bash",
      ])
    kill(job.process.pid, SIGUSR1)
    #expect(try job.got() == "<TERM>")
  }

  @Test func `signal-once: a command that left the session gets what is sent to envgate alone`()
    throws
  {
    let job = try Job(runner: ["/usr/bin/setsid"])
    kill(-job.process.pid, SIGTERM)
    usleep(500_000)
    kill(job.process.pid, SIGINT)
    #expect(try job.got() == "<INT>")
  }

  @Test func `signal-once: a command with a group of its own is reached where we lead ours`() throws
  {
    let job = try Job(part: "own-group")
    kill(-job.process.pid, SIGTERM)
    #expect(try job.got() == "<TERM>")
    // As without envgate below a shell: it left the group that was signalled.
    let below = try Job(wrapper: ["/bin/bash", "-c", "\"$@\"; exit $?", "bash"], part: "own-group")
    kill(-below.process.pid, SIGUSR1)
    #expect(try below.got() == "")
  }

  @Test(.promise(.signalsArriveOnce))
  func `signal-once: with the witness killed, a signal to envgate arrives once`() throws {
    let job = try Job()
    kill(try job.found("signal-witness"), SIGKILL)
    kill(job.process.pid, SIGTERM)
    #expect(try job.got() == "<TERM>")
  }

  @Test func `signal-once: with the witness stopped, a signal to envgate arrives once`() throws {
    let job = try Job()
    kill(try job.found("signal-witness"), SIGSTOP)
    kill(job.process.pid, SIGTERM)
    #expect(try job.got() == "<TERM>")
  }

  @Test(
    .promise(.signalsArriveOnce),
    arguments: [
      "/usr/bin/pkill -TERM -x envgate -s", "/usr/bin/pkill -TERM -f 'envgate exec' -s",
    ])
  func `signal-once: who looks for envgate by name or command line means its command`(
    search: String
  ) throws {
    let job = try Job()
    let done = try Programs.run(["/bin/sh", "-c", "\(search) \(job.process.pid)"])
    #expect(done.code == 0)
    #expect(try job.got() == "<TERM>")
  }

  @Test
  func `signal-once: as the first process of a container, what is sent from outside arrives once`()
    throws
  {
    let job = try Job(wrapper: ["/usr/bin/unshare", "--pid", "--fork"])
    kill(try job.envgate(), SIGTERM)
    #expect(try job.got() == "<TERM>")
  }

  @Test func `signal-once: a stopped command and envgate are let go on once`() throws {
    let job = try Job(part: "stops")
    try eventually("both are stopped") { try Self.isStopped(job.process.pid) }
    kill(-job.process.pid, SIGCONT)
    #expect(try job.got() == "<CONT>")
  }

  private static func isStopped(_ pid: pid_t) throws -> Bool {
    String(decoding: try readFile("/proc/\(pid)/stat"), as: UTF8.self)
      .split(separator: ")").last?.hasPrefix(" T") == true
  }

  @Test(arguments: [[], ["--mask"]])
  func `signal-once: nothing is left behind when the command has ended`(options: [String]) throws {
    let job = try Job(options: options)
    _ = try job.found("signal-witness")
    _ = try job.got()
    let left = try Programs.run(["/usr/bin/pgrep", "-s", "\(job.process.pid)"])
    #expect(left.text == "", "\(left.text)")
  }
}
