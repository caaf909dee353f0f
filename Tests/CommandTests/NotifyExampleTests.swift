import Glibc
import Testing

/// The example of a notifier, as it ships, with a web server that sometimes fails.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct NotifyExampleTests {
  private static let script =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    + "/config/examples/notify-webhook.sh"
  private static let tools = ["/usr/bin/jq", "/usr/bin/curl", "/usr/bin/python3"]
  private static var areThere: Bool { tools.allSatisfy { access($0, X_OK) == 0 } }

  /// Answers each POST, the second one with a fault, and prints its body as one line.
  private static let server = """
    import http.server, sys
    class Hook(http.server.BaseHTTPRequestHandler):
        seen = 0
        def do_POST(self):
            Hook.seen += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(404 if Hook.seen == 2 else 200)
            self.end_headers()
            print(Hook.seen, self.path, body.decode().rstrip("\\n"), flush=True)
        def log_message(self, *arguments): pass
    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """

  private static func notifier(
    _ daemon: TestDaemon, _ environment: [String: String]
  ) throws -> RunningProcess {
    try RunningProcess(
      [script],
      environment: [
        "ENVGATE": try Programs.path("envgate"), "ENVGATE_SOCKET": daemon.socket,
        "WATCH_STATE": daemon.folder + "/run/state", "WATCH_PAUSE": "0.2",
      ].merging(environment) { $1 }, uid: TestDaemon.bob.uid)
  }

  @Test(.enabled(if: areThere, "needs the packages jq, curl and python3"))
  func `each request is told once, whatever its reason, and again where it was not taken`() throws {
    let daemon = try JobLifeTests.stage()
    chmod(daemon.folder + "/run", 0o777)
    // From the first record on, so that it does not matter when it comes to listen.
    try write("0\n", daemon.folder + "/run/state")
    chown(daemon.folder + "/run/state", TestDaemon.bob.uid, TestDaemon.bob.uid)
    let web = WatchLinesTests.LineReader(
      try RunningProcess(["/usr/bin/python3", "-c", Self.server]))
    let address = "http://127.0.0.1:\(try web.line())/hook"
    let notifier = try Self.notifier(daemon, ["WEBHOOK_URL": address])
    try WatchLinesTests.ask(daemon, "first")
    #expect(
      try web.line() == #"1 /hook {"text":"request 1 for production waits: daemon asks for KEY. "#
        + #"To answer: envgate watch. It says: \"first\""}"#)
    let hostile = #"$(touch /tmp/x) `id` "},"channel":"evil"} \" <!channel> & 'q' %s"#
    try WatchLinesTests.ask(daemon, hostile)
    let text =
      #" /hook {"text":"request 2 for production waits: daemon asks for KEY. To answer: envgate watch. "#
      + #"It says: \"$(touch /tmp/x) `id` \\\"},\\\"channel\\\":\\\"evil\\\"} \\\\\\\" "#
      + #"&lt;!channel&gt; &amp; 'q' %s\""}"#
    // Refused at first, and so told again.
    for number in 2...3 {
      let told = try web.line()
      #expect(told == "\(number)" + text)
    }
    // It has told, and remembers that a moment later.
    let watch = try WatchLinesTests.watch(daemon, "--json", "--after", "0")
    _ = try watch.line()
    let sequence = try WatchLinesTests.member("sequence", try watch.line())
    try eventually("the second is remembered") {
      String(decoding: try readFile(daemon.folder + "/run/state"), as: UTF8.self) == sequence + "\n"
    }
    // While it is away something is asked; back again, it tells of that and of nothing else.
    notifier.signal(SIGTERM)
    notifier.wait()
    try WatchLinesTests.ask(daemon, "meanwhile")
    let again = try Self.notifier(daemon, ["WEBHOOK_URL": address])
    #expect(try web.line().hasPrefix(#"4 /hook {"text":"request 3 for production"#))
    again.signal(SIGTERM)
    again.wait()
    #expect(access("/tmp/x", F_OK) != 0)
  }

  @Test(.enabled(if: areThere, "needs the packages jq, curl and python3"))
  func `a mail has one line of text, and a subject that nobody else wrote`() throws {
    let daemon = try JobLifeTests.stage()
    chmod(daemon.folder + "/run", 0o777)
    try write("0\n", daemon.folder + "/run/state")
    chown(daemon.folder + "/run/state", TestDaemon.bob.uid, TestDaemon.bob.uid)
    let mail = daemon.folder + "/run/sendmail"
    let new = daemon.folder + "/run/mail"
    try write("#!/bin/sh\ncat >\(new).new && mv \(new).new \(new)\n", mail)
    chmod(mail, 0o755)
    let notifier = try Self.notifier(
      daemon, ["MAILTO": "reviewers@example.org", "SENDMAIL": mail])
    try WatchLinesTests.ask(daemon, "Subject:\u{2002}evil pr\u{43E}d für 你好")
    try eventually("there is mail") { access(daemon.folder + "/run/mail", F_OK) == 0 }
    notifier.signal(SIGTERM)
    notifier.wait()
    let lines = String(decoding: try readFile(daemon.folder + "/run/mail"), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6 && lines[1] == "Subject: envgate: a request waits" && lines[3] == "")
    #expect(lines[4].hasSuffix("It says: \"Subject:\\u{2002}evil pr\\u{43E}d für 你好\""))
  }

  @Test func `without an address it says so`() throws {
    let done = try Programs.run([Self.script], environment: ["ENVGATE": "/bin/true"])
    #expect(done.code == 64 || done.code == 69, "\(done.stderr)")
  }
}
