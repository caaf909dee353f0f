import Glibc
import Promises
import Testing

/// Reviewers and writers at their own desk: a real ssh to a real sshd, with `config/examples` as it is.
@Suite(
  .serialized,
  .enabled(
    if: SSHServer.isThere,
    "needs ENVGATE_BIN, root, and sshd(8) and ssh(1) of Debian's openssh-server and openssh-client")
)
struct DeskTests {
  /// An environment that alice guards and the runner asks for.
  static func guardProduction(_ server: SSHServer) throws {
    try server.daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:alice",
    ])
    try server.daemon.must(["secret", "set", "KEY", "-e", "production"], input: "canary-desk-51")
  }

  @Test(.promise(.rightsOfTheFarAccount))
  func `a reviewer lists, shows and approves from the desk, as who has signed in`() throws {
    let server = try SSHServer()
    try Self.guardProduction(server)
    let desk = try Desk([("build1", server, "alice")])
    try server.daemon.must(
      ["request", "create", "-e", "production", "--reason", "from a job"],
      as: TestDaemon.runner.uid)

    let listed = try desk.envgate(["request", "list", "--host", "build1"])
    #expect(listed.text.hasPrefix("build1\t1\twaiting\tproduction\t"), "\(listed)")
    let asJSON = try desk.envgate(
      ["request", "list", "--json"], environment: ["ENVGATE_HOST": "build1"])
    #expect(asJSON.text.hasPrefix(#"[{"host":"build1","id":1,"#), "\(asJSON)")
    let shown = try desk.envgate(["request", "show", "build1:1"])
    #expect(shown.text.contains(#""from a job""#), "\(shown)")

    let approved = try desk.envgate([
      "approve", "build1:1", "--yes", "--accept-new", "-m", "read at the desk",
    ])
    #expect(approved.code == 0 && approved.text.hasPrefix("build1: approved; "), "\(approved)")
    #expect(approved.stderr.hasPrefix("Request build1:1 for build1:production: waiting"))
    let record = try server.daemon.must(["audit", "list", "--json"])
    #expect(
      record.split(separator: "\n").contains {
        $0.contains("request.approve") && $0.contains(#""alice""#)
          && $0.contains("\(SSHServer.alice)")
      }, "\(record)")
  }

  @Test(.promise(.rightsOfTheFarAccount))
  func `an account that signs in has its own rights over there and no others`() throws {
    let server = try SSHServer()
    try Self.guardProduction(server)
    let desk = try Desk([("build1", server, "dave")])
    try server.daemon.must(["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
    let status = try desk.envgate(["status", "--host", "build1"])
    #expect(status.text.contains("dave (uid \(SSHServer.dave))"), "\(status)")
    #expect(try desk.envgate(["request", "list", "--host", "build1"]).text.isEmpty)
    for arguments in [
      ["approve", "build1:1", "--yes", "--accept-new"], ["reject", "build1:1", "-m", "no"],
      ["secret", "set", "KEY", "-e", "production", "--host", "build1"],
      ["secret", "get", "KEY", "-e", "production", "--host", "build1"],
    ] {
      let refused = try desk.envgate(arguments, input: "other")
      #expect(refused.code == 77 && refused.text.isEmpty, "\(arguments): \(refused)")
    }
  }

  @Test(.promise(.rowsNameTheirHost))
  func
    `several hosts are asked side by side, each row names its own, and one that is gone hides none`()
    throws
  {
    let (first, second) = (try SSHServer(), try SSHServer())
    for server in [first, second] {
      try server.daemon.must([
        "environment", "create", "development", "--requester", "any", "--writer", "user:alice",
        "--reviewer", "user:alice",
      ])
      try server.daemon.must(["secret", "create", "TOKEN", "-e", "development"])
    }
    let desk = try Desk([("build1", first, "alice"), ("build2", second, "alice")])
    let hosts = ["--host", "build1", "--host", "build2"]

    let set = try desk.envgate(
      ["secret", "set", "TOKEN", "-e", "development"] + hosts, input: "canary-desk-52")
    #expect(set.code == 0 && set.text == "build1\t1\nbuild2\t1\n", "\(set)")
    for server in [first, second] {
      try server.daemon.must(["request", "create", "-e", "development"], as: TestDaemon.runner.uid)
    }
    let listed = try desk.envgate(["request", "list"] + hosts)
    #expect(
      listed.text.split(separator: "\n").map { $0.prefix { $0 != "\t" } } == ["build1", "build2"],
      "\(listed)")
    let status = try desk.envgate(
      ["status", "--json"], environment: ["ENVGATE_HOST": "build1, build2 build1"])
    #expect(status.text.hasPrefix(#"[{"host":"build1","#))
    #expect(status.text.split(separator: #"{"host":"build2","#).count == 2, "\(status)")

    let approved = try desk.envgate([
      "approve", "build1:1", "build2:1", "--yes", "--accept-new", "--json",
    ])
    #expect(
      approved.code == 0 && approved.text.hasPrefix(#"[{"host":"build1","id":1"#), "\(approved)")
    #expect(approved.text.contains(#",{"host":"build2","id":1"#))

    let gone = try desk.envgate(
      ["status"] + ["--host", "nowhere.invalid", "--host", "build2", "--host", "dave@build1"])
    #expect(gone.code == 69, "\(gone)")
    #expect(gone.text.hasPrefix("build2\trunning\t"), "\(gone)")
    let last = gone.stderr.split(separator: "\n").last ?? ""
    #expect(
      last.hasPrefix("envgate: host.unreachable: ssh cannot reach nowhere.invalid"), "\(gone)")
    #expect(gone.stderr.contains("envgate: host.unreachable: ssh cannot reach dave@build1"))
  }

  @Test func `a command of one vault refuses several hosts, and says how to choose`() throws {
    let desk = try Desk()
    try desk.replaceSSH("echo started >&2; exit 1")
    for arguments in [
      ["secret", "list", "-e", "production"], ["approve", "1", "--yes", "--accept-new"],
      ["exec", "-e", "production", "--", "true"],
    ] {
      let done = try desk.envgate(arguments, environment: ["ENVGATE_HOST": "build1,build2"])
      #expect(done.code == (arguments[0] == "exec" ? 125 : 64), "\(done)")
      #expect(done.stderr.contains("ENVGATE_HOST names 2 hosts; choose one with --host"))
      #expect(!done.stderr.contains("started"))
    }
  }

  @Test(.promise(.sshHoldsNoSecret))
  func `a job gets its secrets from another host, and its ssh holds none of them`() throws {
    let server = try SSHServer()
    try server.daemon.must([
      "environment", "create", "development", "--requester", "user:alice", "--unprotected",
    ])
    try server.daemon.must(["secret", "set", "KEY", "-e", "development"], input: "canary-desk-53")
    let desk = try Desk([("build1", server, "alice")])
    // What the command can see of everybody: the arguments and the environment of each process.
    let script = """
      test "$KEY" = "canary-desk-""53" || exit 3
      for process in /proc/[0-9]*; do
        test "$process" = "/proc/$$" && continue
        if tr '\\0' '\\n' <"$process/cmdline" | grep -q 'canary-desk-5[3]'; then exit 4; fi
        case "$(tr '\\0' ' ' <"$process/cmdline")" in
          /usr/bin/ssh\\ *)
            echo "found"
            if tr '\\0' '\\n' <"$process/environ" | grep -q -e 'canary-desk-5[3]' -e '^ENVGATE_'; then
              exit 5
            fi;;
        esac
      done 2>/dev/null
      """
    let done = try desk.envgate(
      ["exec", "--host", "build1", "-e", "development", "--", "/bin/sh", "-c", script],
      environment: ["ENVGATE_IDENTITY_TOKEN": "canary-desk-53"])
    #expect(done.code == 0 && done.text.contains("found"), "\(done)")
  }
}
