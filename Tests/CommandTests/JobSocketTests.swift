import Glibc
import Promises
import Testing

/// Containers get a socket of their own, and whoever comes through it is that socket.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct JobSocketTests {
  static let configuration =
    #","job_sockets": { "gitlab": { "path": "FOLDER/run/jobs/gitlab/envgate.sock" } }"#

  /// The same for containers in a user namespace.
  static let remapped = configuration.replacing(
    "envgate.sock\"", with: #"envgate.sock", "users": "remapped""#)

  /// A daemon with a job socket, an environment that may be read through it, and one that bob reviews.
  private func furnished(_ configuration: String = configuration) throws -> TestDaemon {
    let daemon = try TestDaemon(extra: configuration)
    try daemon.must([
      "environment", "create", "development", "--requester", "socket:gitlab", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value-of-development")
    try daemon.must([
      "environment", "create", "production", "--requester", "socket:gitlab", "--reviewer",
      "user:\(TestDaemon.bob.name)",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value-of-production")
    return daemon
  }

  /// A shell in a mount and a pid namespace that has the socket's folder at `mnt`, as a container has it.
  static func container(
    _ daemon: TestDaemon, as uid: UInt32 = 0, _ command: String
  ) throws -> RunningProcess {
    let mount = daemon.folder + "/mnt"
    mkdir(mount, 0o755)
    return try RunningProcess(
      [
        "/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c",
        """
        mount --bind '\(daemon.folder)/run/jobs/gitlab' '\(mount)' && exec setpriv --reuid=\(uid) \
        --regid=\(uid) --clear-groups -- /bin/sh -c "$SCRIPT"
        """,
      ],
      environment: [
        "SCRIPT": command, "ENVGATE_SOCKET": mount + "/envgate.sock",
        "ENVGATE": try Programs.path("envgate"),
      ])
  }

  @Test(.promise(.jobSocketIsItsName), arguments: [UInt32(0), 1, 6, 61_000])
  func `kernel-identity: whoever comes through a job socket is that socket, and no account`(
    uid: UInt32
  ) throws {
    let daemon = try furnished()
    let status = try Self.container(daemon, as: uid, "$ENVGATE status --json").finish()
    #expect(status.text.contains(#""account":"socket:gitlab""#), "\(status.text) \(status.stderr)")
    #expect(status.text.contains(#""uid":null"#) && status.text.contains(#""roles":[]"#))
    let read = try Self.container(daemon, as: uid, "$ENVGATE secret get TOKEN -e development")
      .finish()
    #expect(read.text == "value-of-development", "\(read.stderr)")
    for refused in [
      "environment create mine --requester any --unprotected", "audit list",
      "secret set TOKEN -e development --file /etc/hostname",
    ] {
      #expect(
        try Self.container(daemon, as: uid, "$ENVGATE \(refused)").finish().code == 77, "\(refused)"
      )
    }
  }

  @Test(.promise(.jobSocketFolderIsClosed))
  func `a host user is refused by the path, the same uid inside the container is not`() throws {
    let daemon = try furnished()
    let uid = TestDaemon.stranger.uid
    let direct = try Programs.run(
      [Programs.path("envgate"), "status"],
      environment: ["ENVGATE_SOCKET": daemon.folder + "/run/jobs/gitlab/envgate.sock"], uid: uid)
    #expect(direct.code == 69 && direct.stderr.contains("ermission"), "\(direct.stderr)")
    #expect(throws: HarnessFault.self) {
      try LineClient(daemon.folder + "/run/jobs/gitlab/envgate.sock", as: uid)
    }
    #expect(try Self.container(daemon, as: uid, "$ENVGATE status").finish().code == 0)
    // And the main socket knows it as before.
    let main = try daemon.envgate(["status", "--json"], as: uid)
    #expect(main.text.contains(#""account":"man""#), "\(main.text)")
  }

  @Test(.promise(.jobSocketMayOnlyAsk))
  func `a job socket is a requester and nothing more, whatever somebody wants to write`()
    throws
  {
    let daemon = try furnished()
    for arguments in [
      ["--requester", "any", "--reviewer", "socket:gitlab"],
      ["--requester", "any", "--unprotected", "--writer", "socket:gitlab"],
    ] {
      let done = try daemon.envgate(["environment", "create", "mine"] + arguments)
      #expect(
        done.code == 65 && done.stderr.contains("can only be a requester"), "\(done.stderr)")
    }
    let unknown = try daemon.envgate([
      "environment", "create", "mine", "--requester", "socket:github", "--unprotected",
    ])
    #expect(unknown.stderr.contains("socket:github"), "\(unknown.stderr)")
    #expect(unknown.code != 0)
    // "any" is every account of the host, and a socket is none.
    try daemon.must(["environment", "create", "open", "--requester", "any", "--unprotected"])
    try daemon.must(["secret", "set", "TOKEN", "-e", "open"], input: "v")
    let read = try Self.container(daemon, "$ENVGATE secret get TOKEN -e open").finish()
    #expect(read.code == 77, "\(read.stderr)")
  }

  @Test(.promise(.jobSocketTicket))
  func `a request through a job socket is asked, reviewed, used and recorded as that`() throws {
    let daemon = try furnished()
    let job = try Self.container(
      daemon, as: 61_000,
      "exec $ENVGATE exec -e production --reason nightly -- sh -c 'printf %s \"$TOKEN\"'")
    _ = try job.readErrors(until: "request 1 waits")
    let shown = try daemon.envgate(["request", "show", "1"], as: TestDaemon.bob.uid)
    #expect(shown.text.contains("socket:gitlab"), "\(shown.text)")
    #expect(shown.text.contains("asked through the job socket gitlab"), "\(shown.text)")
    // Nobody else comes by it: neither an account of the same number nor another connection of the socket.
    let other = try LineClient(daemon.socket, as: 61_000)
    let get = #"{"jsonrpc":"2.0","id":1,"method":"request.get","params":{"request":1}}"#
    #expect(try other.call(get).contains("request.unknown"))
    let thief = try Self.container(
      daemon, as: 61_000,
      #"printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"grant.activate","params":{"request":1}}' | socat -t5 - "UNIX-CONNECT:$ENVGATE_SOCKET""#
    ).finish()
    #expect(thief.text.contains("ticket.required"), "\(thief.text) \(thief.stderr)")
    #expect(
      try daemon.envgate(["approve", "1", "--yes", "--accept-new"], as: TestDaemon.bob.uid).code
        == 0)
    let done = job.finish()
    #expect(done.text == "value-of-production" && done.code == 0, "\(done.stderr)")
    let audit = try daemon.envgate(["audit", "list", "--json"])
    #expect(
      audit.text.contains(#""event":"secret.released","account":"socket:gitlab""#), "\(audit.text)")
    let readers = try daemon.envgate(["secret", "versions", "TOKEN", "-e", "production"])
    #expect(readers.text.contains("socket:gitlab x1"), "\(readers.text)")
    let where_ = try daemon.envgate(["principal", "show", "socket:gitlab"])
    #expect(where_.text.contains("development") && where_.text.contains("requester"))
  }

  @Test(
    .promise(.falseDaemonInContainer),
    arguments: ["unshare --user --map-root-user ", "unshare --user --map-current-user "])
  func `a job in a user namespace, which does not know the daemon's account, is served`(
    wrapper: String
  ) throws {
    let daemon = try furnished(Self.remapped)
    let done = try Self.container(
      daemon, as: 61_000,
      "exec \(wrapper)$ENVGATE exec -e development -- sh -c 'printf %s \"$TOKEN\"'"
    ).finish()
    #expect(done.text == "value-of-development" && done.code == 0, "\(done.stderr)")
    // A ticket is the job's own; a value is somebody's who knows whom they give it to.
    let set = try Self.container(
      daemon, as: 61_000, "echo v | \(wrapper)$ENVGATE secret set TOKEN -e development"
    ).finish()
    #expect(set.code != 0 && !set.stderr.contains("access.denied"), "\(set.stderr)")
  }

  @Test(.promise(.containersKeepTheirFolder))
  func `binding anew does not strand a folder that a container has mounted`() throws {
    let daemon = try furnished()
    let container = try Self.container(
      daemon,
      "echo mounted >&2; until [ -e \(daemon.folder)/again ]; do sleep 0.05; done; exec $ENVGATE status --json"
    )
    _ = try container.readErrors(until: "mounted")
    for _ in 0..<2 {
      daemon.stop()
      try daemon.start()
    }
    daemon.crash()
    try daemon.start()
    _ = open(daemon.folder + "/again", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644)
    let done = container.finish()
    #expect(done.text.contains("socket:gitlab"), "\(done.text) \(done.stderr)")
  }

  @Test(
    .promise(.jobSocketFolderIsClosed),
    arguments: [
      ("chmod 0755 RUN/jobs", "chmod 0700"), ("chmod 0710 RUN/jobs", "chmod 0700"),
      ("chown 6 RUN/jobs", "chown 0"),
      ("mv RUN/jobs RUN/elsewhere && ln -s elsewhere RUN/jobs", "not a folder"),
    ])
  func `a folder above job sockets that others could enter is refused at the start`(
    change: String, remedy: String
  ) throws {
    let daemon = try TestDaemon(extra: Self.configuration)
    daemon.stop()
    let script = change.replacing("RUN", with: daemon.folder + "/run")
    #expect(try Programs.run(["/bin/sh", "-c", script]).code == 0)
    let done = try Programs.run([
      Programs.path("envgated"), "--config", daemon.configurationPath,
    ])
    #expect(done.code == 69 && done.stderr.contains(remedy), "\(done.code) \(done.stderr)")
  }

  /// What root of a container can leave in the folder that it has mounted.
  @Test(
    .promise(.jobSocketFolderIsClosed),
    arguments: [
      ("chmod 0777 .", "chmod 0755", "chmod 0755 ."),
      ("chmod 0700 .", "chmod 0755", "chmod 0755 ."),
      ("chown 6 .", "chown 0", "chown 0 ."),
      ("mkdir envgate.sock", "is not a socket", "rmdir envgate.sock"),
      ("ln -s /run/other.sock envgate.sock", "is not a socket", "rm envgate.sock"),
      ("touch envgate.sock", "is not a socket", "rm envgate.sock"),
    ])
  func `what a container leaves in its folder keeps its own socket shut, and no other`(
    change: String, told: String, mending: String
  ) throws {
    let daemon = try TestDaemon(extra: Self.configuration)
    daemon.stop()
    func sh(_ script: String) throws {
      let done = try Programs.run([
        "/bin/sh", "-c", "cd '\(daemon.folder)/run/jobs/gitlab' && \(script)",
      ])
      #expect(done.code == 0, "\(done.stderr)")
    }
    try sh(change)
    try daemon.start()
    let shut = try daemon.must(["status", "--json"])
    #expect(shut.contains("socket.replaced") && shut.contains(told), "\(shut)")
    #expect(try daemon.envgate(["doctor"]).text.contains("is not served"))
    let path = daemon.folder + "/run/jobs/gitlab/envgate.sock"
    #expect((try? LineClient(path, as: 0)) == nil)
    // Once it is mended, a reload opens it.
    try sh(mending)
    let pid = try #require(daemon.process?.pid)
    kill(pid, SIGHUP)
    #expect(eventually { (try? LineClient(path, as: 0)) != nil }, "\(change)")
    #expect(!(try daemon.must(["status", "--json"]).contains("socket.replaced")))
  }
}
