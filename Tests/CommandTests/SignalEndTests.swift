import Glibc
import Testing

/// What becomes of a signal at the edges of a command's life: at its end, and where its terminal is gone.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SignalEndTests {
  private static func daemon() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(["environment", "create", "dev", "--requester", "any", "--unprotected"])
    try daemon.must(["secret", "set", "KEY", "-e", "dev", "--raw"], input: "the value")
    return daemon
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT], [[], ["--mask"]])
  func `signal-once: a command that ends by handling a signal to its group has its own exit code`(
    number: Int32, options: [String]
  ) throws {
    let daemon = try Self.daemon()
    let name = [SIGTERM: "TERM", SIGHUP: "HUP", SIGINT: "INT"][number] ?? ""
    let status = daemon.folder + "/run/status"
    for round in 0..<6 {
      let process = try RunningProcess(
        [
          "/usr/bin/setsid", Programs.path("envgate"), "exec", "-e", "dev", "--status-file",
          status,
        ] + options + [
          "--", "/usr/bin/perl", "-e",
          "$| = 1; $SIG{\(name)} = sub { exit 9 }; print qq(ready\\n); sleep 20",
        ], environment: ["ENVGATE_SOCKET": daemon.socket])
      var byte: UInt8 = 0
      while byte != UInt8(ascii: "\n"), Glibc.read(process.output, &byte, 1) == 1 {}
      kill(-process.pid, number)
      let done = process.finish()
      #expect(done.code == 9, "round \(round): \(done.stderr)")
      let said = String(decoding: try readFile(status), as: UTF8.self)
      #expect(said.contains(#""code":9,"ran":true"#), "round \(round): \(said)")
    }
  }

  @Test(arguments: [[], ["--mask"]])
  func `signal-once: the hang-up of a terminal reaches the command where exec leads the session`(
    options: [String]
  ) throws {
    let daemon = try Self.daemon()
    let told = daemon.folder + "/run/told"
    let terminal = try TerminalProcess(
      [Programs.path("envgate"), "exec", "-e", "dev"] + options + [
        "--", "/usr/bin/perl", "-e",
        """
        $| = 1; open(my $told, ">", $ARGV[0]); $told->autoflush(1);
        $SIG{HUP} = sub { print $told "<HUP>" }; print "ready\\n";
        for (1..20) { select(undef, undef, undef, 0.1) } print $told "end"
        """, told,
      ], environment: ["ENVGATE_SOCKET": daemon.socket])
    try terminal.until("ready")
    terminal.hangUp()
    _ = terminal.wait()
    try eventually("the end") {
      try String(decoding: readFile(told), as: UTF8.self).hasSuffix("end")
    }
    #expect(String(decoding: try readFile(told), as: UTF8.self) == "<HUP>end")
  }
}
