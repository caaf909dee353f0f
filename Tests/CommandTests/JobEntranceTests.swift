import Glibc
import Promises
import Testing

/// Other ways to a job socket than the mount of its folder, and whom it is for.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct JobEntranceTests {
  private func furnished(_ more: String = "") throws -> TestDaemon {
    let daemon = try TestDaemon(
      extra: JobSocketTests.configuration.replacing(
        "envgate.sock\"", with: "envgate.sock\"" + more))
    try daemon.must([
      "environment", "create", "development", "--requester", "socket:gitlab", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value-of-development")
    return daemon
  }

  private static let read = "exec $ENVGATE secret get TOKEN -e development"

  @Test(
    .promise(.jobSocketTakesItsContainers),
    arguments: [
      "", "exec unshare --user --map-root-user ", "exec unshare --user --map-current-user ",
    ])
  func
    `kernel-identity: an account of the host that reaches a job socket by /proc/PID/root is refused`(
      wrapper: String
    ) throws
  {
    let daemon = try furnished()
    let uid = TestDaemon.stranger.uid
    let container = try JobSocketTests.container(
      daemon, as: uid,
      "$ENVGATE secret get TOKEN -e development >&2; echo ready >&2; exec sleep 60")
    // The container itself is served.
    #expect(try container.readErrors(until: "ready").contains("value-of-development"))
    let inside = try #require(
      try Programs.run(["/usr/bin/pgrep", "-P", "\(container.pid)"]).text.split(separator: "\n")
        .first)
    let done = try Programs.run(
      [
        "/bin/sh", "-c",
        "cd '/proc/\(inside)/root\(daemon.folder)/mnt' && \(wrapper)$ENVGATE secret get TOKEN -e development",
      ],
      environment: ["ENVGATE_SOCKET": "envgate.sock", "ENVGATE": try Programs.path("envgate")],
      uid: uid)
    #expect(done.code == 77 && done.stderr.contains("peer.refused"), "\(done.code) \(done.stderr)")
    #expect(!done.text.contains("value-of-development"))
    try eventually("the refusal is on the record") {
      try daemon.envgate(["audit", "list", "--json"]).text.contains("peer.refused")
    }
  }

  @Test(.promise(.jobSocketTakesItsContainers))
  func `kernel-identity: a job socket for remapped containers takes uids that are no account`()
    throws
  {
    let daemon = try furnished(#", "users": "remapped""#)
    let mapped = "exec unshare --user --map-root-user $ENVGATE secret get TOKEN -e development"
    let served = try JobSocketTests.container(daemon, as: 61_000, mapped).finish()
    #expect(served.text == "value-of-development", "\(served.stderr)")
    for (uid, script, why) in [
      (UInt32(61_000), Self.read, "user namespace of the host"),
      (TestDaemon.stranger.uid, mapped, "account man of the host"),
    ] {
      let done = try JobSocketTests.container(daemon, as: uid, script).finish()
      #expect(
        done.code == 77 && done.stderr.contains("peer.refused") && done.stderr.contains(why),
        "\(done.code) \(done.stderr)")
    }
  }

  @Test(.promise(.jobSocketTakesItsContainers))
  func
    `kernel-identity: host_uids refuses uids of the host's accounts in a container, root but for one`()
    throws
  {
    let daemon = try furnished(#", "host_uids": "refuse""#)
    let refused = try JobSocketTests.container(daemon, as: TestDaemon.stranger.uid, Self.read)
      .finish()
    #expect(
      refused.code == 77 && refused.stderr.contains("account man of the host"), "\(refused.stderr)")
    for uid: UInt32 in [0, 61_000] {
      let served = try JobSocketTests.container(daemon, as: uid, Self.read).finish()
      #expect(served.text == "value-of-development", "\(uid): \(served.stderr)")
    }
  }
}
