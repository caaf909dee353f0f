import Glibc
import Testing

/// What a job believes of the commands around it.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN, root and python3"))
struct NestedJobTests {
  private static let runner = TestDaemon.runner.uid

  @Test func `a job around it of another vault keeps nobody from waiting`() throws {
    let daemon = try ObstacleTests.stage()
    try daemon.must([
      "environment", "create", "shared", "--requester", "any", "--unprotected", "--exclusive",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "shared"], input: "value")
    let holder = try daemon.startEnvgate(
      ObstacleTests.exec("shared", script: "echo held >&2; exec sleep 60"), as: Self.runner)
    _ = try holder.readErrors(until: "held")
    let shown = try daemon.must(["request", "show", "1", "--json"])
    let digest = try #require(shown.split(separator: "\"").first { $0.hasPrefix("sha256:") })
    for (word, reason) in [
      (digest, "grant.nested"), ("sha256:" + String(repeating: "0", count: 64), "grant.busy"),
    ] {
      // An admin, who sees whole requests.
      let done = try daemon.envgate(
        ObstacleTests.exec("shared", "--timeout", "2s"),
        environment: ["ENVGATE_HELD": "1:shared:\(word)"])
      #expect(done.code == 125 && done.stderr.contains("envgate: \(reason): "), "\(done.stderr)")
    }
    holder.signal(SIGTERM)
    _ = holder.finish()
  }

  @Test func `a vault that has no time to say what is held is not taken for one that denies it`()
    throws
  {
    let daemon = try ObstacleTests.stage()
    let relay = try Relay(
      daemon, as: Self.runner,
      .refuse("request.get", 1, reason: "limit.rate", more: #","retry_after_ms":20000"#))
    let done = try relay.run(
      ObstacleTests.exec("taken"), environment: ["ENVGATE_HELD": "1:taken:sha256:0"])
    #expect(done.code == 125 && done.stderr.contains("envgate: limit.rate: "), "\(done.stderr)")
    #expect(relay.count("request.create") == 0)
  }

  @Test func `a secret that is asked for inside a job of its environment is refused at once`()
    throws
  {
    let daemon = try ObstacleTests.stage()
    let get = try Programs.path("envgate") + " secret get KEY -e taken --timeout 10s"
    let done = try daemon.envgate(
      ObstacleTests.exec("taken", script: "\(get); echo code $?"), as: Self.runner)
    #expect(done.stderr.contains("envgate: grant.nested: "), "\(done.stderr)")
    #expect(done.text == "code 77\n", "\(done.text)")
  }

  @Test func `a step of the same request runs inside another one, and of another environment not`()
    throws
  {
    let daemon = try ObstacleTests.stage()
    let ticket = daemon.folder + "/run/ticket"
    chmod(daemon.folder + "/run", 0o777)
    for arguments in [["create", "-e", "taken"], ["activate", "1"]] {
      try daemon.must(["request"] + arguments + ["--ticket-file", ticket], as: Self.runner)
    }
    let options = ["--request", "1", "--ticket-file", ticket]
    let inner = try ([Programs.path("envgate"), "exec", "-e", "taken"] + options)
      .joined(separator: " ")
    let script = "echo ${ENVGATE_HELD%%:*}; unset KEY SETTING; \(inner) -- /bin/echo in"
    let done = try daemon.envgate(
      ["exec", "-e", "taken"] + options + ["--", "/bin/sh", "-c", script], as: Self.runner)
    #expect(done.code == 0 && done.text == "1\nin\n", "\(done.stderr)")
    let other = try daemon.envgate(
      ["exec", "-e", "open"] + options + ["--", "/bin/true"], as: Self.runner)
    #expect(
      other.code == 125 && other.stderr.contains("envgate: request.environment: "),
      "\(other.stderr)")
  }

  @Test func `what a connection holds is given to nobody else, whatever ticket they show`() throws {
    let daemon = try ObstacleTests.stage()
    let ticket = daemon.folder + "/run/ticket"
    chmod(daemon.folder + "/run", 0o777)
    try daemon.must(
      ["request", "create", "-e", "open", "--ticket-file", ticket], as: Self.runner)
    let arguments = ["exec", "-e", "open", "--request", "1", "--ticket-file", ticket, "--"]
    let holder = try daemon.startEnvgate(
      arguments + ["/bin/sh", "-c", "echo held >&2; exec sleep 60"], as: Self.runner)
    _ = try holder.readErrors(until: "held")
    let relay = try Relay(daemon, as: Self.runner)
    let done = try relay.run(arguments + ["/bin/echo", "ran"])
    #expect(done.code == 125 && done.text.isEmpty, "\(done.stderr)")
    #expect(relay.count("grant.read") == 0 && relay.count("grant.activate") == 0)
    holder.signal(SIGTERM)
    _ = holder.finish()
  }
}
