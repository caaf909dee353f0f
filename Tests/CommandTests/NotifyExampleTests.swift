import Glibc
import Promises
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
            self.send_response(503 if Hook.seen == 2 else 200)
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

  @Test(
    .promise(.notificationsAreQuoted),
    .enabled(if: areThere, "needs the packages jq, curl and python3"))
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
        + #"To answer: `envgate approve 1`. It says: reason \"first\""}"#)
    let hostile = #"$(touch /tmp/x) `id` "},"channel":"evil"} \" <!channel> & 'q' %s"#
    try WatchLinesTests.ask(daemon, hostile)
    let text =
      #" /hook {"text":"request 2 for production waits: daemon asks for KEY. "#
      + #"To answer: `envgate approve 2`. It says: reason \"$(touch /tmp/x) `id` \\\"},\\\"channel\\\":\\\"evil\\\"} \\\\\\\" "#
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

  @Test(
    .promise(.notificationsAreQuoted),
    .enabled(if: areThere, "needs the packages jq, curl and python3"))
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
    #expect(lines[4].hasSuffix("It says: reason \"Subject:\\u{2002}evil pr\\u{43E}d für 你好\""))
  }

  /// Two hosts, each with a vault and a state of its own; ssh is a script that joins their sockets.
  @Test(.enabled(if: areThere, "needs the packages jq, curl and python3"))
  func `each host has a state of its own, and each request is told once, also after a restart`()
    throws
  {
    let daemons = try ["h1": JobLifeTests.stage(), "h2": JobLifeTests.stage()]
    let folder = try #require(daemons["h1"]).folder + "/run"
    chmod(folder, 0o777)
    let ssh = daemons.map { "\($0.key)) socket='\($0.value.socket)';;" }.joined(separator: " ")
    try write(
      """
      #!/bin/sh
      for word; do case $word in \(ssh) esac; done
      exec '\(try Programs.path("envgate"))' proxy --socket "$socket"
      """, folder + "/ssh")
    chmod(folder + "/ssh", 0o755)
    try write("#!/bin/sh\ntail -n 1 >>\(folder)/mails\n", folder + "/sendmail")
    chmod(folder + "/sendmail", 0o755)
    func told() -> [String] {
      let mails = (try? String(decoding: readFile(folder + "/mails"), as: UTF8.self)) ?? ""
      return mails.split(separator: "\n").map(String.init).sorted()
    }
    func start() throws -> RunningProcess {
      try Self.notifier(
        #require(daemons["h1"]),
        [
          "ENVGATE_HOST": "h1,h2", "PATH": "\(folder):/usr/bin:/bin", "MAILTO": "r@example.org",
          "SENDMAIL": folder + "/sendmail", "WATCH_STATE": folder + "/state",
        ])
    }
    let first = try start()
    for daemon in daemons.values {
      try daemon.must(
        [
          "request", "create", "-e", "production", "--reason", "one", "--ref", "main", "--commit",
          "4f2c", "--run-url", "https://ci.example.com/1",
        ], as: TestDaemon.runner.uid)
    }
    let says = #"for production waits: daemon asks for KEY. To answer: `envgate approve "#
    let claims = #"reason "one", ref "main", commit "4f2c", run "https://ci.example.com/1""#
    let ones = ["h1", "h2"].map { "\($0): request 1 \(says)\($0):1`. It says: \(claims)" }
    try eventually("both are told") { told() == ones }
    // What waited at first is remembered as soon as it was all told.
    try eventually("it is remembered") {
      ["h1", "h2"].allSatisfy { access("\(folder)/state.\($0)", F_OK) == 0 }
    }
    first.signal(SIGTERM)
    first.wait()
    try WatchLinesTests.ask(try #require(daemons["h2"]), "two")
    let second = try start()
    try eventually("the second is told, and the first not again") {
      told() == ones + ["h2: request 2 \(says)h2:2`. It says: reason \"two\""]
    }
    second.signal(SIGTERM)
    second.wait()
  }

  @Test(.enabled(if: areThere, "needs the packages jq, curl and python3"))
  func `options that watch does not take end it`() throws {
    let daemon = try JobLifeTests.stage()
    for hosts in ["", "h1,h2"] {
      let done = try Programs.run(
        ["/usr/bin/timeout", "20", Self.script],
        environment: [
          "ENVGATE": try Programs.path("envgate"), "ENVGATE_SOCKET": daemon.socket,
          "ENVGATE_HOST": hosts, "WATCH_OPTIONS": "--no-such-option", "WATCH_PAUSE": "60",
          "WATCH_STATE": daemon.folder + "/run/usage", "MAILTO": "r@example.org",
        ])
      #expect(done.code == 64, "\(done)")
      #expect(done.stderr.contains("does not take these options: --no-such-option"), "\(done)")
    }
  }

  /// A web server that takes the place of GitLab's.
  @Test(
    .promise(.runURLIsChecked), .enabled(if: areThere, "needs the packages jq, curl and python3"))
  func `the build of an answered request is started again, and no other address is called`() throws
  {
    let daemon = try JobLifeTests.stage()
    chmod(daemon.folder + "/run", 0o777)
    try write("0\n", daemon.folder + "/run/state")
    chown(daemon.folder + "/run/state", TestDaemon.bob.uid, TestDaemon.bob.uid)
    try write("glpat-canary\n", daemon.folder + "/run/token")
    chown(daemon.folder + "/run/token", TestDaemon.bob.uid, TestDaemon.bob.uid)
    let server = Self.server.replacing(
      #"int(self.headers["Content-Length"])"#, with: #"int(self.headers["Content-Length"] or 0)"#
    ).replacing(
      #"body.decode().rstrip("\n")"#, with: #"self.headers["PRIVATE-TOKEN"]"#)
    let web = WatchLinesTests.LineReader(
      try RunningProcess(["/usr/bin/python3", "-c", server]))
    let address = "http://127.0.0.1:\(try web.line())"
    // The fourth does not ask for it: a nightly one, whose job would cancel it and ask anew.
    for (path, key) in [
      ("/evil/x/-/jobs/1", "restart:x"), ("/ops/../admin/x/-/jobs/2", "restart:x"),
      ("/ops/site/-/jobs/7?a=b", "restart:x"), ("/ops/site/-/jobs/41", "nightly restart:x"),
      ("/ops/site/-/jobs/42", "restart:site"),
    ] {
      try daemon.must(
        ["request", "create", "-e", "production", "--key", key, "--run-url", address + path],
        as: TestDaemon.runner.uid)
    }
    for id in ["1", "2", "3", "4"] {
      try daemon.must(["reject", id, "-m", "no"], as: TestDaemon.bob.uid)
    }
    let notifier = try Self.notifier(
      daemon,
      [
        "ON_ANSWER": Self.script.replacing("notify-webhook", with: "restart-build"),
        "RUN_BASE": address + "/ops/", "RUN_SYSTEM": "gitlab",
        "RUN_TOKEN_FILE": daemon.folder + "/run/token",
      ])
    try daemon.must(
      ["approve", "5", "--yes", "--accept-new"], as: TestDaemon.bob.uid)
    #expect(
      try web.line() == "1 /api/v4/projects/ops%2Fsite/jobs/42/retry glpat-canary")
    notifier.signal(SIGTERM)
    notifier.wait()
  }

  /// A chat that takes 2000 characters, and no word that it does not like.
  @Test(.enabled(if: areThere, "needs the packages jq, curl and python3"))
  func `a message is bounded, and one that is refused for good keeps no later one from being told`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    for number in 10...40 {
      try daemon.must(
        [
          "secret", "set", "NAME_\(number)_" + String(repeating: "X", count: 100), "-e",
          "production",
        ], input: "value")
    }
    chmod(daemon.folder + "/run", 0o777)
    try write("0\n", daemon.folder + "/run/state")
    chown(daemon.folder + "/run/state", TestDaemon.bob.uid, TestDaemon.bob.uid)
    let picky = Self.server.replacing(
      "503 if Hook.seen == 2", with: #"400 if len(body) > 2000 or b"swearword" in body"#)
    let web = WatchLinesTests.LineReader(try RunningProcess(["/usr/bin/python3", "-c", picky]))
    let address = "http://127.0.0.1:\(try web.line())/hook"
    let notifier = try Self.notifier(daemon, ["WEBHOOK_URL": address])
    try WatchLinesTests.ask(daemon, String(repeating: "&", count: 300))
    let long = try web.line()
    #expect(long.hasPrefix(#"1 /hook {"text":"request 1 for production waits: daemon asks for "#))
    #expect(long.contains(" more. To answer: `envgate approve 1`. It says more than fits here."))
    #expect(long.count < 1_600)
    try WatchLinesTests.ask(daemon, "swearword")
    #expect(try web.line().contains("swearword"))
    #expect(
      try web.line()
        == #"3 /hook {"text":"request 2 for production waits. To answer: `envgate approve 2`."}"#)
    try WatchLinesTests.ask(daemon, "urgent")
    #expect(try web.line().hasPrefix(#"4 /hook {"text":"request 3 for production waits: "#))
    notifier.signal(SIGTERM)
    #expect(notifier.finish().stderr.contains("the web refuses a message with 400"))
  }

  @Test func `without an address it says so`() throws {
    let done = try Programs.run([Self.script], environment: ["ENVGATE": "/bin/true"])
    #expect(done.code == 64 || done.code == 69, "\(done.stderr)")
  }
}
