import Glibc
import Promises
import Testing

/// `exec --replace` and `exec --status-file`, with the programs that ship.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ReplaceTests {
  static func production() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:backup", "--exclusive",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "production"], input: "the value")
    return daemon
  }

  @Test(arguments: ["env", "fd", "file"])
  func `the command has our process id, its secrets, and the signals that we began with`(
    form: String
  ) throws {
    let daemon = try HandOverTests.stage()
    let show = form == "env" ? "printf %s \"$KEY\"" : "cat \"$KEY_FILE\""
    let job = try daemon.startEnvgate(
      [
        "exec", "-e", "dev", "--replace", "--as", form, "--", "/bin/sh", "-c",
        "echo $$; \(show); grep SigBlk /proc/self/status; kill -PIPE $$; exit 7",
      ], as: TestDaemon.runner.uid)
    let pid = job.pid
    let done = job.finish()
    #expect(done.code == 128 + SIGPIPE, "\(done.stderr)")
    #expect(done.text == "\(pid)\nthe value\nof two lines" + "SigBlk:\t0000000000000000\n")
  }

  @Test(.promise(.filesForTheOwnerAlone))
  func `a file is gone once the command that replaced us has ended`() throws {
    let daemon = try HandOverTests.stage()
    let done = try HandOverTests.exec(
      daemon, ["--replace", "--as", "file"], "dirname \"$KEY_FILE\"; cat \"$KEY_FILE\" >&2")
    #expect(done.code == 0 && done.stderr == "the value\nof two lines")
    let folder = String(done.text.dropLast())
    #expect(folder.hasPrefix("/dev/shm/envgate-"))
    #expect(eventually { access(folder, F_OK) == -1 })
  }

  @Test(.promise(.replacedCommandHoldsGrant))
  func `the command holds an exclusive environment until it ends`() throws {
    let daemon = try Self.production()
    let job = try daemon.startEnvgate(
      [
        "exec", "-e", "production", "--replace", "--", "/bin/sh", "-c",
        "echo started >&2; exec sleep 60",
      ], as: TestDaemon.runner.uid)
    let id = try MainJobTests.waitingRequest(job)
    try JobLifeTests.approve(daemon, id)
    _ = try job.readErrors(until: "started")
    let next = try daemon.startEnvgate(
      ["exec", "-e", "production", "--", "/bin/sh", "-c", "printf %s \"$KEY\""],
      as: TestDaemon.runner.uid)
    let other = try MainJobTests.waitingRequest(next)
    try JobLifeTests.approve(daemon, other)
    _ = try next.readErrors(until: "waits for its turn")
    #expect(try daemon.must(["request", "show", id]).contains("unattended"))
    job.signal(SIGTERM)
    #expect(job.finish().code == 128 + SIGTERM)
    let done = next.finish()
    #expect(done.code == 0 && done.text == "the value", "\(done.stderr)")
    #expect(try daemon.must(["request", "show", id]).contains("closed (ended)"))
  }

  @Test(.promise(.replacedCommandHoldsGrant))
  func `what cannot be run replaces nothing, and its grant ends`() throws {
    let daemon = try HandOverTests.stage()
    let folder = try OpenFolder()
    // It is there, and only the kernel finds out that it cannot run.
    let script = daemon.folder + "/run/script"
    try write("#!/etc/passwd\n", script)
    chmod(script, 0o755)
    let done = try daemon.envgate(
      ["exec", "-e", "dev", "--replace", "--status-file", folder.status, "--", script],
      as: TestDaemon.runner.uid)
    #expect(done.code == 126, "\(done.stderr)")
    #expect(
      try folder.text()
        == #"{"reason":"command.not_invoked","sentence":"\#(script): Permission denied","code":126,"ran":false}"#
        + "\n")
    #expect(try daemon.must(["history", "-e", "dev"]).contains("closed (failure)"))
  }

  @Test(
    arguments: [
      ("exit 125", 125, "command.exited", "the command exited with 125"),
      ("exit 0", 0, "command.exited", "the command exited with 0"),
      ("kill -9 $$", 137, "command.killed", "the command was killed by signal 9"),
    ] as [(String, Int32, String, String)])
  func `a status file tells the command's end`(
    script: String, code: Int32, reason: String, sentence: String
  ) throws {
    let daemon = try HandOverTests.stage()
    let folder = try OpenFolder()
    let done = try HandOverTests.exec(daemon, ["--status-file", folder.status], script)
    #expect(done.code == code)
    #expect(
      try folder.text()
        == "{\"reason\":\"\(reason)\",\"sentence\":\"\(sentence)\",\"code\":\(code),\"ran\":true}\n"
    )
  }

  @Test func `a status file tells our own failure as the last line does`() throws {
    let daemon = try HandOverTests.stage()
    let folder = try OpenFolder()
    let done = try HandOverTests.exec(
      daemon, ["--status-file", folder.status, "-s", "NO_SUCH"], "echo started")
    #expect(done.code == 125 && done.text.isEmpty)
    let last = done.stderr.split(separator: "\n").last ?? ""
    let text = try folder.text()
    #expect(last.hasPrefix("envgate: secret.unknown: "), "\(done.stderr)")
    #expect(text.hasPrefix(#"{"reason":"secret.unknown","sentence":""#), "\(text)")
    #expect(text.hasSuffix(#","code":125,"ran":false}"# + "\n"))
    let classed = try HandOverTests.exec(
      daemon, ["--exit-codes", "--status-file", folder.status, "-s", "NO_SUCH"], "echo started")
    #expect(classed.code == 77 && classed.text.isEmpty)
    #expect(try folder.text().hasSuffix(#","code":77,"ran":false}"# + "\n"))
  }

  @Test func `a line that cannot be read writes no status file`() throws {
    let daemon = try HandOverTests.stage()
    let folder = try OpenFolder()
    try write("earlier", folder.status)
    for options in [["--nonsense"], ["--status-file", folder.path + "/other"]] {
      let done = try HandOverTests.exec(daemon, ["--status-file", folder.status] + options, "true")
      #expect(done.code == 125)
      #expect(try folder.text() == "earlier")
      #expect(access(folder.path + "/other", F_OK) != 0)
    }
    let classed = try HandOverTests.exec(daemon, ["--exit-codes", "--nonsense"], "true")
    #expect(classed.code == 64)
  }

  @Test func `only a plain file of our own is a status file`() throws {
    let daemon = try HandOverTests.stage()
    let folder = try OpenFolder()
    let target = folder.path + "/target"
    try write("kept", target)
    chmod(target, 0o666)
    symlink(target, folder.path + "/link")
    mkfifo(folder.path + "/pipe", 0o666)
    for (path, said) in [
      (target, "belongs to uid 0"), (folder.path + "/link", "is a symbolic link"),
      (folder.path + "/pipe", "cannot be written"), ("/dev/null", "is not a regular file"),
      (folder.path, "cannot be written"),
    ] {
      let done = try HandOverTests.exec(daemon, ["--status-file", path], "echo started")
      #expect(done.code == 125 && done.text.isEmpty, "\(path)")
      #expect(
        done.stderr.contains("envgate: status.file: ") && done.stderr.contains(said),
        "\(done.stderr)")
    }
    #expect(String(decoding: try readFile(target), as: UTF8.self) == "kept")
  }

  @Test func `with exit codes a wait that ends is 75, and leaves nothing that waits`() throws {
    let daemon = try Self.production()
    let folder = try OpenFolder()
    let done = try daemon.envgate(
      [
        "exec", "-e", "production", "--exit-codes", "--timeout", "1s", "--status-file",
        folder.status,
        "--",
        "/bin/true",
      ],
      as: TestDaemon.runner.uid)
    #expect(done.code == 75, "\(done.stderr)")
    #expect(try folder.text().contains(#""reason":"request.waiting""#))
    #expect(try folder.text().hasSuffix(#""code":75,"ran":false}"# + "\n"))
    #expect(try daemon.must(["request", "list", "--state", "waiting"]).isEmpty)
  }

  @Test(arguments: [64, 75, 77]) func `with exit codes a command's own code passes, and ran tells`(
    code: Int32
  ) throws {
    let daemon = try HandOverTests.stage()
    let folder = try OpenFolder()
    let done = try HandOverTests.exec(
      daemon, ["--exit-codes", "--status-file", folder.status], "exit \(code)")
    #expect(done.code == code)
    #expect(try folder.text().hasSuffix("\"code\":\(code),\"ran\":true}\n"))
  }

  @Test func `a status file that cannot be written costs nobody a review`() throws {
    let daemon = try Self.production()
    let done = try daemon.envgate(
      ["exec", "-e", "production", "--status-file", "/no/such/file", "--", "/bin/true"],
      as: TestDaemon.runner.uid)
    #expect(done.code == 125)
    #expect(done.stderr.contains("envgate: status.file: "), "\(done.stderr)")
    #expect(try daemon.must(["request", "list"]).isEmpty)
  }
}
