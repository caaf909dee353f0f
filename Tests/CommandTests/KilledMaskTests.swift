import Glibc
import Promises
import Testing

/// `exec --mask` that is killed, or whose reader goes: what becomes of the command's pipes.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct KilledMaskTests {
  /// Rolls back when it is told to end, and says so at length: more than any pipe holds.
  private static let job = """
    trap 'echo rolling back; until test -e go; do sleep 0.02; done; head -c 3000000 /dev/zero | tr "\\\\0" x; echo >&2 still; echo done >done; exit 143' TERM
    echo ready; for i in $(seq 300); do sleep 0.1 & wait $!; done
    """

  private static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(["environment", "create", "dev", "--requester", "any", "--unprotected"])
    try daemon.must(["secret", "set", "KEY", "-e", "dev", "--raw"], input: "the value")
    return daemon
  }

  @Test(.promise(.rollBackCanWrite))
  func `killed-mask: the pipes stay readable until the command has rolled back`() throws {
    let daemon = try Self.stage()
    let done = daemon.folder + "/run/done"
    let process = try RunningProcess(
      [
        "/usr/bin/setsid", Programs.path("envgate"), "exec", "-e", "dev", "--mask", "--",
        "/bin/bash", "-c",
        "cd '\(daemon.folder)/run'; " + Self.job,
      ], environment: ["ENVGATE_SOCKET": daemon.socket])
    var byte: UInt8 = 0
    while read(process.output, &byte, 1) == 1, byte != 0x0A {}
    process.signal(SIGKILL)
    process.wait()
    // Whoever reads our own output learns that we are gone, however long the command goes on.
    for stream in [process.output, process.errors] {
      var entry = pollfd(fd: stream, events: 0, revents: 0)
      #expect(poll(&entry, 1, 10_000) == 1 && entry.revents & Int16(POLLHUP) != 0)
    }
    try write("", daemon.folder + "/run/go")
    try eventually("it has rolled back") { access(done, F_OK) == 0 }
    // Who keeps them ends with whoever writes.
    try eventually("the witness has ended") {
      try Programs.run(["/usr/bin/pgrep", "-s", "\(process.pid)", "-x", "signal-witness"])
        .code == 1
    }
  }

  @Test(.promise(.rollBackCanWrite))
  func `killed-mask: the terminal in between stays readable, too`() throws {
    let daemon = try Self.stage()
    let done = daemon.folder + "/run/done"
    let process = try TerminalProcess(
      [
        Programs.path("envgate"), "exec", "-e", "dev", "--mask", "--", "/bin/bash", "-c",
        "cd '\(daemon.folder)/run'; trap '' HUP; " + Self.job,
      ], environment: ["ENVGATE_SOCKET": daemon.socket])
    try process.until("ready")
    process.signal(SIGKILL)
    try write("", daemon.folder + "/run/go")
    try eventually("it has rolled back") { access(done, F_OK) == 0 }
  }

  @Test func `killed-mask: without a reader the command is told as ever, while the witness lives`()
    throws
  {
    let daemon = try Self.stage()
    let script =
      "timeout 20 '\(try Programs.path("envgate"))' exec -e dev --mask -- yes | head -n 1; exit ${PIPESTATUS[0]}"
    let done = try Programs.run(
      ["/bin/bash", "-c", script], environment: ["ENVGATE_SOCKET": daemon.socket])
    #expect(done.text == "y\n")
    #expect(done.code == 128 + SIGPIPE, "\(done.stderr)")
  }
}
