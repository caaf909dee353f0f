import Glibc
import Promises
import Testing

/// What a job is told on a bad day, with the programs that ship: one sentence, the right code, no secret.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct BadDayTests {
  @Test(
    arguments: [
      (["status"], 69), (["secret", "get", "KEY", "-e", "dev"], 69),
      (["exec", "-e", "dev", "--", "/bin/true"], 125),
    ] as [([String], Int32)])
  func `a daemon that is not there is told with what to do`(arguments: [String], code: Int32) throws
  {
    let daemon = try TestDaemon(start: false)
    let absent = try daemon.envgate(arguments)
    #expect(absent.code == code)
    #expect(absent.stderr.hasPrefix("envgate: daemon.absent: no daemon: "), "\(absent.stderr)")
    try daemon.start()
    daemon.crash()
    let stale = try daemon.envgate(arguments)
    #expect(stale.code == code)
    #expect(stale.stderr.hasPrefix("envgate: daemon.stale: stale socket: "), "\(stale.stderr)")
  }

  @Test(
    .promise(.falseDaemon),
    arguments: [
      ["secret", "set", "KEY", "-e", "dev"], ["secret", "get", "KEY", "-e", "dev"], ["status"],
      ["exec", "-e", "dev", "--", "/bin/true"], ["request", "list"],
      ["approve", "1", "--yes", "--accept-new"],
    ])
  func `a socket of somebody else gets no value, and is believed nothing`(arguments: [String])
    throws
  {
    let daemon = try TestDaemon(start: false)
    chmod(daemon.folder + "/run", 0o777)
    let got = daemon.folder + "/run/got"
    let thief = try RunningProcess(
      ["/usr/bin/socat", "-u", "UNIX-LISTEN:\(daemon.socket),mode=0666", "CREATE:\(got)"],
      uid: 1_234)
    #expect(eventually { access(daemon.socket, F_OK) == 0 })
    let done = try daemon.envgate(
      arguments, as: TestDaemon.runner.uid, input: "CANARY")
    #expect(done.code == (arguments[0] == "exec" ? 125 : 77), "\(done.stderr)")
    #expect(done.stderr.hasPrefix("envgate: daemon.untrusted: uid 1234 listens"), "\(done.stderr)")
    thief.wait()
    #expect(try readFile(got).isEmpty)
  }

  @Test func `the time that --timeout gives holds for a daemon that does not answer at all`() throws
  {
    let daemon = try HandOverTests.stage()
    try daemon.process?.freeze()
    defer { daemon.process?.signal(SIGCONT) }
    for arguments in [
      ["exec", "-e", "dev", "--timeout", "1s", "--", "/bin/true"],
      ["secret", "get", "KEY", "-e", "dev", "--timeout", "1s"],
    ] {
      let done = try daemon.envgate(arguments, as: TestDaemon.runner.uid)
      #expect(done.code == (arguments[0] == "exec" ? 125 : 69), "\(done)")
      #expect(done.stderr.hasPrefix("envgate: connection.timeout: "), "\(done)")
    }
  }

  @Test
  func `a closed stdout fails where there was something to print, and stays closed in a command`()
    throws
  {
    let daemon = try HandOverTests.stage()
    let get = try closed("secret get KEY -e dev", daemon)
    #expect(get.code == 70)
    #expect(get.stderr.hasPrefix("envgate: output.failed: stdout: "), "\(get.stderr)")
    let run = try closed(
      "exec -e dev -- /bin/sh -c 'test ! -e /proc/$$/fd/1 && test -e /proc/$$/fd/2'", daemon)
    #expect(run.code == 0, "\(run.stderr)")
  }

  /// Runs a command line of the client with stdout closed.
  private func closed(_ line: String, _ daemon: TestDaemon) throws -> Finished {
    try Programs.run(
      ["/bin/sh", "-c", "\(try Programs.path("envgate")) \(line) >&-"],
      environment: ["ENVGATE_SOCKET": daemon.socket], uid: TestDaemon.runner.uid)
  }

  @Test func `a reader who goes away ends the program quietly`() throws {
    let daemon = try HandOverTests.stage(["KEY": String(repeating: "CANARY\n", count: 9_000)])
    let done = try Programs.run(
      [
        "/bin/bash", "-c",
        "\(try Programs.path("envgate")) secret get KEY -e dev | head -c 3; exit ${PIPESTATUS[0]}",
      ], environment: ["ENVGATE_SOCKET": daemon.socket], uid: TestDaemon.runner.uid)
    #expect(done.code == 0 && done.stderr.isEmpty && done.text == "CAN", "\(done.stderr)")
  }

  @Test func `a full disk under the ticket's file leaves neither file nor request`() throws {
    let daemon = try ReplaceTests.production()
    let disk = daemon.folder + "/disk"
    mkdir(disk, 0o755)
    try daemon.mount(["-t", "tmpfs", "-o", "size=64k,mode=0777", "none", disk])
    defer { umount2(disk, Int32(MNT_DETACH)) }
    _ = try Programs.run(["/bin/dd", "if=/dev/zero", "of=\(disk)/full", "bs=4k"])
    let done = try daemon.envgate(
      ["request", "create", "-e", "production", "--ticket-file", disk + "/ticket"],
      as: TestDaemon.runner.uid)
    #expect(done.code == 65, "\(done.stderr)")
    #expect(done.stderr.hasPrefix("envgate: ticket.file: "), "\(done.stderr)")
    #expect(!done.text.contains("egr1_") && !done.stderr.contains("egr1_"))
    #expect(access(disk + "/ticket", F_OK) == -1)
    #expect(try daemon.must(["request", "list"]).contains("\tcancelled\t"))
  }
}
