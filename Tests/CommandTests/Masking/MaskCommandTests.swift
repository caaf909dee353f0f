import Glibc
import Promises
import Testing

/// `exec --mask` with the programs that ship.
@Suite(
  .serialized, .timeLimit(.minutes(10)),
  .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct MaskCommandTests {
  let daemon: TestDaemon

  init() throws {
    daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    try daemon.must(["variable", "set", "REGION", "-e", "development", "--value", "westeurope"])
  }

  func exec(_ options: [String], _ script: String, _ variables: [String: String] = [:]) throws
    -> Finished
  {
    try daemon.envgate(
      ["exec", "-e", "development"] + options + ["--", "/bin/sh", "-c", script],
      as: TestDaemon.runner.uid, environment: variables)
  }

  @Test(.promise(.maskedValues))
  func `no secret, line, leaf or encoding of one comes out of a masked command; a variable does`()
    throws
  {
    let done = try exec(
      ["--mask"],
      """
      echo "$REGION"
      printf '%s\\n' "$AZURE_CREDENTIALS"
      printf %s "$AZURE_CREDENTIALS" | grep clientId
      echo 6d1f2a10-0000-4000-8000-000000000003
      printf %s 's3cr3t~with"quotes\\and/slashes' | base64
      printf %s "xx$AZURE_CREDENTIALS" | base64
      echo 'https%3A%2F%2Fmanagement.core.windows.net%3A8443%2F' >&2
      exit 7
      """)
    #expect(done.code == 7, "\(done.stderr)")
    let lines = done.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(4).elementsEqual(["westeurope", "***", "  ***", "***"]), "\(done.text)")
    #expect(lines.dropFirst(4).first?.hasPrefix("***") == true)
    // Of the whole value in base64 nothing is left but the two letters before it and what follows it.
    #expect(lines.dropFirst(5).joined().count < 16, "\(done.text)")
    #expect(done.stderr == "***\n")
  }

  /// What GitHub's runner says of itself.
  static let runner = ["GITHUB_ACTIONS": "true"]

  /// Runs a script masked, with what a shell makes of the end of its line.
  private func shell(_ options: String, _ script: String, _ end: String) throws -> Finished {
    try Programs.run(
      [
        "/bin/sh", "-c",
        "\(try Programs.path("envgate")) exec -e development \(options) -- sh -c '\(script)' \(end)",
      ], environment: Self.runner.merging(["ENVGATE_SOCKET": daemon.socket]) { $1 },
      uid: TestDaemon.runner.uid)
  }

  @Test(
    .promise(.maskedOutputOnly),
    arguments: [
      ("echo x; exit 0", ">/dev/full", 125), ("echo x; exit 0", ">&-", 125),
      ("echo x >&2; exit 0", "2>/dev/full", 125), ("echo x; exit 3", ">/dev/full", 3),
      ("exit 0", ">/dev/full", 0),
    ])
  func `output that could not be written fails a command that could not know`(
    script: String, end: String, code: Int32
  ) throws {
    let done = try shell("--mask", script, end)
    #expect(done.code == code, "\(done.stderr)")
    if code == 125, !end.hasPrefix("2") {
      #expect(done.stderr.hasPrefix("envgate: output.failed: the command's output could not be"))
    }
    // The command itself has ended as it did.
    let outcome = code == 3 ? "closed (failure)" : "closed (success)"
    #expect(try daemon.must(["history", "-e", "development"]).contains(outcome))
  }

  @Test func `a runner is told what to hide, and then sees everything`() throws {
    let done = try exec(
      ["--mask=github"], "echo 6d1f2a10-0000-4000-8000-000000000003", Self.runner)
    #expect(done.code == 0, "\(done.stderr)")
    let lines = done.text.split(separator: "\n")
    #expect(lines.last == "6d1f2a10-0000-4000-8000-000000000003")
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("::add-mask::") })
    #expect(lines.contains("::add-mask::6d1f2a10-0000-4000-8000-000000000003"))
    #expect(lines.contains(#"::add-mask::s3cr3t~with"quotes\and/slashes"#))
    #expect(!lines.contains("::add-mask::{") && !lines.contains("::add-mask::westeurope"))
  }

  @Test(
    .promise(.maskedOutputOnly),
    arguments: [
      (["--mask"], "exit 3", 3), (["--mask"], "kill -TERM $$", 143), (["--mask=x"], ":", 125),
      (["--mask", "x"], ":", 125), (["--mask=output"], "exit 4", 4),
    ])
  func `a masked command ends as it would without`(options: [String], script: String, code: Int32)
    throws
  {
    #expect(try exec(options, script).code == code)
  }

  @Test func `mask-except: exec leaves a field readable, and names once what it does not hide`()
    throws
  {
    try daemon.must(["secret", "set", "PIN", "-e", "development"], input: "x1z")
    try daemon.must(
      ["secret", "set", "APP", "-e", "development"],
      input: #"{"user":"app-4711","password":"pw-f00d'9","mode":"production"}"#)
    let script = "echo app-4711 production x1z; echo \"pw-f00d'9\"; set | grep ^APP="
    let done = try exec(["--mask", "--mask-except", "user,other"], script)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "app-4711 production x1z\n***\nAPP='***'\n")
    #expect(
      done.stderr.split(separator: "\n").filter { $0.contains("PIN is not masked") }.count == 1)
    #expect(done.stderr.split(separator: "\n").filter { $0.hasSuffix(": production") }.count == 1)
    #expect(try exec(["--mask"], script).text.hasPrefix("*** production x1z\n"))
    for options in [["--mask-except", "user"], ["--mask", "--mask-except", "user,"]] {
      let refused = try exec(options, "echo ran")
      #expect(refused.code == 125 && refused.text.isEmpty, "\(refused.stderr)")
    }
  }

  @Test func `a masked command that cannot be found is told of as without`() throws {
    let done = try daemon.envgate(
      ["exec", "-e", "development", "--mask", "--", "no-such-command"], as: TestDaemon.runner.uid)
    #expect(done.code == 127)
    #expect(done.stderr.hasPrefix("envgate: command.not_found: "))
  }

  /// Types a command at a terminal of its own (script(1)), which then is its controlling terminal.
  private func atTerminal(_ options: String, _ script: String) throws -> Finished {
    let file = daemon.folder + "/job"
    try write(script, file)
    let client = try Programs.path("envgate")
    return try Programs.run(
      [
        "/usr/bin/script", "-qefc",
        "stty rows 40 columns 90; '\(client)' exec -e development \(options) -- /bin/sh \(file)",
        "/dev/null",
      ], environment: ["ENVGATE_SOCKET": daemon.socket, "SHELL": "/bin/sh"])
  }

  private func furnishRoot() throws {
    try daemon.must([
      "environment", "edit", "development", "--add-requester", "uid:\(geteuid())", "--allow-weaken",
    ])
  }

  @Test(.promise(.maskedOutputOnly))
  func `at a terminal a masked command has its keys, its size and its colours`() throws {
    try furnishRoot()
    let done = try atTerminal(
      "--mask",
      """
      test -t 0 && test -t 1 && test -t 2 || exit 9
      test "$(tty <&0)" != "$(tty <&1)" || exit 8
      test "$(ps -o pgid= $$ 2>/dev/null)" = "$(ps -o tpgid= $$ 2>/dev/null)" || exit 7
      stty size <&1
      printf '\\033[1m%s\\033[0m\\n' 6d1f2a10-0000-4000-8000-000000000003
      """)
    #expect(done.code == 0, "\(done.text)")
    #expect(done.text == "40 90\r\n\u{1b}[1m***\u{1b}[0m\r\n")
  }

  @Test(.promise(.maskedOutputOnly))
  func `what a masked command sets through its output is set for the keys`() throws {
    try furnishRoot()
    let done = try atTerminal(
      "--mask",
      """
      stty -echo -icanon <&1
      for each in $(seq 500); do
        echo .; stty -a <&0 | grep -q -- '-echo ' && stty -a <&0 | grep -q -- '-icanon ' && exit 5
      done
      """)
    #expect(done.code == 5, "\(done.text)")
  }

  @Test(.promise(.maskedForRunners))
  func `no runner is told anything where there is none, or where a file would keep it`()
    throws
  {
    for variables in [[:], ["GITHUB_ACTIONS": "false"], ["GITHUB_RUN_ID": "7", "CI": "true"]] {
      let done = try exec(["--mask=github"], "echo ran", variables)
      #expect(done.code == 125 && done.text.isEmpty, "\(done.text)")
      #expect(done.stderr.hasPrefix("envgate: runner.absent: "), "\(done.stderr)")
    }
    let file = daemon.folder + "/run/kept"
    chmod(daemon.folder + "/run", 0o777)
    let done = try shell("--mask=github", "echo ran", ">\(file)")
    #expect(done.code == 125 && done.stderr.contains("runner.absent"), "\(done.stderr)")
    #expect(try readFile(file).isEmpty)
  }

  @Test(.promise(.maskedForRunners))
  func `no runner is told anything on a terminal`() throws {
    try furnishRoot()
    let done = try atTerminal("--mask=github", "echo ran")
    #expect(done.code == 125)
    #expect(done.text.contains("terminal.refused") && !done.text.contains("add-mask"))
    #expect(!done.text.contains("ran"))
  }
}
