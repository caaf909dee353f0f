import CPeer
import Glibc
import Promises
import Testing

/// `kernel-identity`: whoever lives in a container may ask and nothing more, though the kernel shows root.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ContainerTests {
  /// A daemon with an environment that root and another account may ask in, and one that they review.
  private func furnished() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:0", "--requester",
      "user:\(TestDaemon.bob.name)", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value-of-development")
    try daemon.must([
      "environment", "create", "production", "--requester", "user:\(TestDaemon.runner.name)",
      "--reviewer", "uid:0", "--reviewer", "user:\(TestDaemon.bob.name)",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value-of-production")
    return daemon
  }

  /// Runs the client behind a program that changes where it lives.
  private func envgate(
    _ daemon: TestDaemon, behind wrapper: [String], as uid: UInt32? = nil, _ arguments: [String]
  ) throws -> Finished {
    try Programs.run(
      wrapper + [Programs.path("envgate")] + arguments,
      environment: ["ENVGATE_SOCKET": daemon.socket], uid: uid)
  }

  static let containers: [(wrapper: [String], uid: UInt32?, word: String)] = [
    (["/usr/bin/unshare", "--pid", "--fork", "--kill-child"], nil, "pid namespace"),
    (
      ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"], nil, "pid namespace"
    ),
    (["/usr/bin/unshare", "--user", "--map-root-user"], nil, "user namespace"),
    (["/usr/bin/unshare", "--user", "--map-root-user"], TestDaemon.bob.uid, "user namespace"),
    (["/usr/bin/unshare", "--user", "--map-current-user"], TestDaemon.bob.uid, "user namespace"),
    (
      ["/usr/bin/unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"],
      TestDaemon.bob.uid, "namespace"
    ),
  ]

  @Test(.promise(.containersMayOnlyAsk), arguments: containers.indices)
  func `kernel-identity: whoever lives in other namespaces may ask, and nothing more`(index: Int)
    throws
  {
    let (wrapper, uid, word) = Self.containers[index]
    let daemon = try furnished()
    let status = try envgate(daemon, behind: wrapper, as: uid, ["status", "--json"])
    #expect(status.code == 0, "\(status.stderr)")
    #expect(status.text.contains(word), "\(status.text)")
    #expect(!status.text.contains("admin"), "\(status.text)")
    // What it may ask for, it gets.
    let asked = try envgate(
      daemon, behind: wrapper, as: uid, ["secret", "get", "TOKEN", "-e", "development"])
    #expect(asked.text == "value-of-development", "\(asked.stderr)")

    let request = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    let made = try request.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.create","params":{"environment":"production"}}"#)
    #expect(made.contains(#""state":"waiting""#), "\(made)")
    for refused in [
      ["environment", "create", "mine", "--requester", "any", "--unprotected"],
      ["secret", "set", "TOKEN", "-e", "development", "--file", "/etc/hostname"],
      ["approve", "1", "--yes", "--accept-new"], ["reject", "1", "-m", "no"], ["revoke", "1"],
      ["audit", "list"], ["principal", "show", "uid:0"],
    ] {
      let done = try envgate(daemon, behind: wrapper, as: uid, refused)
      #expect(done.code == 77, "\(refused): \(done.code) \(done.stderr)")
    }
    let admin = try envgate(
      daemon, behind: wrapper, as: nil,
      ["environment", "create", "mine", "--requester", "any", "--unprotected"])
    #expect(admin.stderr.contains("your only possible role is requester"), "\(admin.stderr)")
    // The same account, from the host.
    #expect(try daemon.envgate(["approve", "1", "--yes", "--accept-new"], as: uid).code == 0)
  }

  @Test(.promise(.containersMayOnlyAsk))
  func `a mount namespace alone takes nothing away, another root file system does`() throws {
    let daemon = try furnished()
    let mounted = try envgate(
      daemon, behind: ["/usr/bin/unshare", "--mount"], ["status", "--json"])
    #expect(mounted.text.contains("\"admin\""), "\(mounted.text) \(mounted.stderr)")
    // A container that shares the host's processes: its root is a file system of its own.
    let image = daemon.folder + "/image"
    let done = try Programs.run(
      [
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
        """
        set -e
        mkdir '\(image)'
        mount -t tmpfs none '\(image)'
        mkdir '\(image)/upper' '\(image)/work' '\(image)/root'
        mount -t overlay overlay -o 'lowerdir=/,upperdir=\(image)/upper,workdir=\(image)/work' '\(image)/root'
        mkdir -p '\(image)/root\(daemon.folder)/run'
        mount --bind '\(daemon.folder)/run' '\(image)/root\(daemon.folder)/run'
        mount -t proc proc '\(image)/root/proc'
        exec chroot '\(image)/root' '\(try Programs.path("envgate"))' status --json
        """,
      ], environment: ["ENVGATE_SOCKET": daemon.socket])
    #expect(done.text.contains("a root file system of its own"), "\(done.text) \(done.stderr)")
    #expect(!done.text.contains("\"admin\""), "\(done.text)")
  }

  /// Root in a mount namespace of the host's user namespace is looked at to the end of its mounts, whoever else
  /// waits; root of a user namespace is decided by its map.
  @Test(
    .promise(.slowPeersHoldUpNobody),
    arguments: [["--mount"], ["--user", "--map-root-user", "--mount"]])
  func `kernel-identity: nobody's mounts hold up another account`(namespaces: [String]) throws {
    let daemon = try furnished()
    let bob = try LineClient(daemon.socket, as: TestDaemon.bob.uid)
    let read =
      #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"development","name":"TOKEN"}}"#
    #expect(try bob.call(read).contains("value-of-development"))
    let process = try RunningProcess(
      ["/usr/bin/unshare"] + namespaces + [
        "/bin/sh", "-c",
        """
        mount -t tmpfs none /mnt; i=0
        while [ $i -lt 1500 ]; do
          mkdir /mnt/$i; mount --bind /mnt/$i /mnt/$i || exit 1; i=$((i+1))
        done
        echo ready >&2
        while :; do $ENVGATE status --json >&2; done
        """,
      ],
      environment: ["ENVGATE_SOCKET": daemon.socket, "ENVGATE": try Programs.path("envgate")])
    _ = try process.readErrors(until: "ready")
    let status = try process.readErrors(until: "\"storage\"")
    #expect(status.contains("user namespace") == namespaces.contains("--user"), "\(status)")
    for _ in 0..<100 { #expect(try bob.call(read).contains("value-of-development")) }
  }

  private static func end(_ pid: pid_t) {
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  @Test(.promise(.endedOpenerMayOnlyAsk), arguments: [true, false])
  func `a descriptor whose opener has ended may ask, and nothing more`(isEarly: Bool) throws {
    let daemon = try furnished()
    var pid: Int32 = 0
    let descriptor = envgate_test_connect_elsewhere(daemon.socket, &pid)
    #expect(descriptor >= 0)
    let orphan = LineClient(adopting: descriptor)
    if isEarly { Self.end(pid) }
    let before = try orphan.call(#"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#)
    #expect(before.contains("\"admin\"") == !isEarly, "\(before)")
    if !isEarly { Self.end(pid) }
    let status = try orphan.call(#"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#)
    #expect(status.contains("has ended or is hidden") && !status.contains("\"admin\""), "\(status)")
    let create =
      #"{"jsonrpc":"2.0","id":2,"method":"environment.create","params":{"name":"mine","requesters":["any"],"unprotected":true}}"#
    #expect(try orphan.call(create).contains("access.denied"))
    let read =
      #"{"jsonrpc":"2.0","id":3,"method":"secret.get","params":{"environment":"development","name":"TOKEN"}}"#
    #expect(try orphan.call(read).contains("value-of-development"))
  }

  @Test(
    .promise(.laterProcessIsNotMeant),
    .enabled(
      if: access("/proc/sys/kernel/ns_last_pid", W_OK) == 0,
      "optional: ns_last_pid is not to be written"))
  func `a descriptor whose opener's number another process has by now may ask, and nothing more`()
    throws
  {
    let daemon = try furnished()
    for _ in 0..<20 {
      var pid: Int32 = 0
      let descriptor = envgate_test_connect_elsewhere(daemon.socket, &pid)
      #expect(descriptor >= 0)
      let orphan = LineClient(adopting: descriptor)
      Self.end(pid)
      // Whatever else starts a process at this moment may get the number first.
      guard envgate_test_process_numbered(pid) == 0 else { continue }
      defer { Self.end(pid) }
      let status = try orphan.call(#"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#)
      #expect(
        status.contains("has ended or is hidden") && !status.contains("\"admin\""), "\(status)")
      return
    }
    Issue.record("no process could be given the number in twenty attempts")
  }
}
