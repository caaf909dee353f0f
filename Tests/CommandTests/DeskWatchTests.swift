import Glibc
import Promises
import Testing

/// `watch` over the vaults of several hosts, by a real ssh to a real sshd.
@Suite(
  .serialized,
  .enabled(
    if: SSHServer.isThere,
    "needs ENVGATE_BIN, root, and sshd(8) and ssh(1) of Debian's openssh-server and openssh-client")
)
struct DeskWatchTests {
  private static func ask(_ server: SSHServer, _ reason: String) throws {
    try server.daemon.must(
      ["request", "create", "-e", "production", "--reason", reason], as: TestDaemon.runner.uid)
  }

  @Test(.promise(.rowsNameTheirHost))
  func `a reviewer answers on one screen what waits on several hosts, each under its name`()
    throws
  {
    let (first, second) = (try SSHServer(), try SSHServer())
    for server in [first, second] { try DeskTests.guardProduction(server) }
    let desk = try Desk([("build1", first, "alice"), ("build2", second, "alice")])
    try Self.ask(first, "from the first")
    let watch = try TerminalProcess(
      [
        try Programs.path("envgate"), "watch", "--host", "build1", "--host", "build2",
        "--host", "nowhere.invalid",
      ], columns: 100, environment: desk.environment())
    try watch.until("build1  1")
    try watch.until("nowhere.invalid")
    // What ssh itself says of a host that is gone stands nowhere on the screen.
    #expect(!watch.screen.shows("resolve hostname"))
    try Self.ask(second, "from the second")
    try watch.until("build2  1")
    try watch.press("j", until: "> build2")
    try watch.press("\r", until: "│ reason  \"from the second\"")
    try watch.press("a", until: "a comment or nothing")
    try watch.press("\r", until: "KEY is a new name: type it")
    try watch.press("KEY\r", until: "as shown?")
    try watch.press("y", until: "approved")
    try watch.until("1 request waits")
    #expect(try watch.press(toEnd: "q") == 0)
    #expect(try second.daemon.must(["request", "show", "1"]).contains(": approved"))
    #expect(try first.daemon.must(["request", "show", "1"]).contains(": waiting"))
  }

  @Test func `lines and JSON Lines name the host that they are from`() throws {
    let (first, second) = (try SSHServer(), try SSHServer())
    for server in [first, second] { try DeskTests.guardProduction(server) }
    let desk = try Desk([("build1", first, "alice"), ("build2", second, "alice")])
    let watch = WatchLinesTests.LineReader(
      try desk.start(["watch", "--json"], environment: ["ENVGATE_HOST": "build1 build2"]))
    try Self.ask(first, "a")
    #expect(try watch.line().hasPrefix(#"{"host":"build1","event":"request."#))
    try Self.ask(second, "b")
    #expect(try watch.line().hasPrefix(#"{"host":"build2","event":"request."#))
    let one = try desk.envgate(["watch", "--json", "--after", "1", "--host", "a", "--host", "b"])
    #expect(one.code == 64 && one.stderr.contains("one vault's record"), "\(one)")
  }

  @Test(.promise(.sshKeyRunsWatch))
  func `who has only ssh gets the screen of watch, answers there, and nothing else runs`()
    throws
  {
    let server = try SSHServer()
    try server.daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer", "user:fay",
    ])
    try server.daemon.must(["secret", "set", "KEY", "-e", "production"], input: "canary-desk-52")
    let desk = try Desk([("build1", server, "fay")])
    let marker = server.folder + "/home/fay/marker"
    try Self.ask(server, "from a phone")
    // Whatever command is asked for, and whatever variable is sent.
    let watch = try TerminalProcess(
      [
        desk.folder + "/ssh", "-t", "-o", "SetEnv=ENVGATE_SOCKET=/nonexistent", "build1", "touch",
        marker,
      ], columns: 40, environment: desk.environment())
    try watch.until("1 request waits")
    try watch.type("\u{1A}")
    try watch.press("\r", until: "from a phone")
    try watch.press("G", until: "a approves")
    try watch.press("a", until: "Approve 1")
    try watch.press("\r", until: "KEY is a new name")
    try watch.press("KEY\r", until: "y approves")
    try watch.press("y", until: "approved; request 1")
    #expect(try watch.press(toEnd: "q") == 0)
    #expect(access(marker, F_OK) != 0)
    let shown = try server.daemon.must(["request", "show", "1"])
    #expect(shown.contains(": approved") && shown.contains("approved by fay"))
    for arguments in [
      ["-s", "build1", "sftp"], ["-N", "-o", "ExitOnForwardFailure=yes", "-L", "1:x:1", "build1"],
    ] {
      let done = try Programs.run(
        ["/usr/bin/timeout", "2", desk.folder + "/ssh"] + arguments, input: Array("x".utf8),
        environment: desk.environment())
      #expect(done.code != 0, "\(arguments): \(done)")
    }
  }
}
