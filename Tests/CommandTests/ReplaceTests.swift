import Glibc
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

  @Test func `a file is gone once the command that replaced us has ended`() throws {
    let daemon = try HandOverTests.stage()
    let done = try HandOverTests.exec(
      daemon, ["--replace", "--as", "file"], "dirname \"$KEY_FILE\"; cat \"$KEY_FILE\" >&2")
    #expect(done.code == 0 && done.stderr == "the value\nof two lines")
    let folder = String(done.text.dropLast())
    #expect(folder.hasPrefix("/dev/shm/envgate-"))
    #expect(eventually { access(folder, F_OK) == -1 })
  }

  @Test func `the command holds an exclusive environment until it ends`() throws {
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
    #expect(try daemon.must(["request", "show", id]).contains("closed (abandoned)"))
  }

  @Test func `what cannot be run replaces nothing, and its grant ends`() throws {
    let daemon = try HandOverTests.stage()
    let folder = try StatusFolder()
    // It is there, and only the kernel finds out that it cannot run.
    let script = daemon.folder + "/run/script"
    try write("#!/no/such/interpreter\n", script)
    chmod(script, 0o755)
    let done = try daemon.envgate(
      ["exec", "-e", "dev", "--replace", "--status-file", folder.file, "--", script],
      as: TestDaemon.runner.uid)
    #expect(done.code == 127, "\(done.stderr)")
    #expect(
      try folder.text()
        == #"{"reason":"command.not_found","sentence":"\#(script): not found","code":127}"# + "\n")
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
    let folder = try StatusFolder()
    let done = try HandOverTests.exec(daemon, ["--status-file", folder.file], script)
    #expect(done.code == code)
    #expect(
      try folder.text()
        == "{\"reason\":\"\(reason)\",\"sentence\":\"\(sentence)\",\"code\":\(code)}\n")
  }

  @Test func `a status file tells our own failure as the last line does`() throws {
    let daemon = try HandOverTests.stage()
    let folder = try StatusFolder()
    let done = try HandOverTests.exec(
      daemon, ["--status-file", folder.file, "-s", "NO_SUCH"], "echo started")
    #expect(done.code == 125 && done.text.isEmpty)
    let last = done.stderr.split(separator: "\n").last ?? ""
    let text = try folder.text()
    #expect(last.hasPrefix("envgate: secret.unknown: "), "\(done.stderr)")
    #expect(text.hasPrefix(#"{"reason":"secret.unknown","sentence":""#), "\(text)")
    #expect(text.hasSuffix(#","code":125}"# + "\n"))
    let used = try HandOverTests.exec(daemon, ["--status-file", folder.file, "--nonsense"], "true")
    #expect(used.code == 125)
    #expect(try folder.text().hasPrefix(#"{"reason":"usage","#))
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

/// A folder that the account of jobs may write to.
private struct StatusFolder: ~Copyable {
  let path: String
  var file: String { path + "/status" }

  init() throws {
    var template = Array("/tmp/envgate-status-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessFault("no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o777)
  }

  deinit { removeTree(path) }

  func text() throws -> String { String(decoding: try readFile(file), as: UTF8.self) }
}
