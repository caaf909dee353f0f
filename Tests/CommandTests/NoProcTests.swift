import Glibc
import Promises
import Testing

/// Both programs in a root without /proc, as chroot builds and small sandboxes have it.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct NoProcTests {
  /// Runs a program where /proc is gone; the mount is its alone.
  private func withoutProc(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Finished {
    try Programs.run(
      [
        "/usr/bin/unshare", "--mount", "--propagation", "private", "sh", "-c",
        "umount -l /proc && exec \"$@\"", "sh",
      ] + arguments, environment: environment)
  }

  private func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(["environment", "create", "dev", "--requester", "any", "--unprotected"])
    try daemon.must(["secret", "set", "KEY", "-e", "dev", "--raw"], input: "the value")
    return daemon
  }

  private func envgate(_ daemon: TestDaemon, _ arguments: [String]) throws -> Finished {
    try withoutProc(
      [Programs.path("envgate")] + arguments, environment: ["ENVGATE_SOCKET": daemon.socket])
  }

  @Test(.promise(.commandsReallyRun))
  func `no-proc: a command runs as it was called, byte for byte, and its code comes back`()
    throws
  {
    let daemon = try stage()
    let done = try envgate(
      daemon,
      ["exec", "-e", "dev", "--", "sh", "-c", "printf '%s|%s' \"$KEY\" \"$1\"; exit 7", "sh", "ü"])
    #expect(done.code == 7, "\(done.stderr)")
    #expect(done.text == "the value|ü")
  }

  @Test(.promise(.commandsReallyRun))
  func `no-proc: what cannot work without it is 125 and never 0`() throws {
    let daemon = try stage()
    let done = try envgate(daemon, ["exec", "-e", "dev", "--as", "fd", "--", "true"])
    #expect(done.code == 125)
    #expect(done.stderr.contains("envgate: file.place: "), "\(done.stderr)")
  }

  @Test(
    .promise(.commandsReallyRun),
    arguments: [
      (["exec", "-e", "none", "--", "false"], 125), (["approve", "9", "--yes"], 77),
      (["no-such-command"], 64), (["revoke", "--all", "--yes"], 0), (["status"], 0),
    ] as [([String], Int32)])
  func `no-proc: every command is the one that was called`(arguments: [String], code: Int32) throws
  {
    let daemon = try stage()
    let there = try daemon.envgate(arguments)
    let done = try envgate(daemon, arguments)
    #expect(there.code == code && done.code == code, "\(there.stderr)\(done.stderr)")
    #expect(!done.text.contains("USAGE"), "\(done.text)")
  }

  @Test func `no-proc: the daemon does what it was told, and says what it lacks`() throws {
    let daemon = try TestDaemon(start: false)
    let program = try Programs.path("envgated")
    let checked = try withoutProc([program, "--config", daemon.configurationPath, "--check"])
    #expect(checked.code == 0, "\(checked.stderr)")
    let served = try withoutProc([program, "--config", daemon.configurationPath])
    #expect(served.code != 0 && served.code != 64)
    #expect(served.stderr.contains("/proc"), "\(served.stderr)")
  }
}
