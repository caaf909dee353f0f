import Glibc
import Promises
import Testing

/// A clock that jumps under the real daemon. Its CLOCK_BOOTTIME is what jumps here, in a time namespace
/// (time_namespaces(7)): the distance of the two clocks is what counts.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ClockTests {
  private static let jumped = ["/usr/bin/unshare", "--time", "--boottime", "86400", "--"]

  private func reset(_ daemon: TestDaemon, as uid: UInt32? = nil) throws -> Finished {
    try Programs.run(
      [Programs.path("envgated"), "reset-clock", "--config", daemon.configurationPath], uid: uid)
  }

  @Test(.promise(.statusAndDoctorTell))
  func `clocks: a jump is told in status, doctor and the log, until a reset goes by it`()
    throws
  {
    let daemon = try TestDaemon()
    #expect(try daemon.envgate(["status", "--json"]).text.contains(#""warnings":[]"#))
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:backup",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value")
    try daemon.must(
      ["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
    daemon.stop()

    var log = try daemon.start(under: Self.jumped)
    let status = try daemon.envgate(["status"]).text
    #expect(status.contains("clock.trial: the host's clock shows 2"), "\(status)")
    #expect(status.contains("but the vault uses 2"), "\(status)")
    #expect(status.contains("on trial since it showed 2"), "\(status)")
    #expect(try DoctorTests.ask(daemon).findings["warning"]?.text.contains("clock.trial") == true)
    let busy = try reset(daemon)
    #expect(busy.code == 69, "\(busy.stderr)")
    log += daemon.stop()?.stderr ?? ""
    #expect(log.contains(#""reason":"clock.trial""#), "\(log)")

    let stranger = try reset(daemon, as: TestDaemon.stranger.uid)
    #expect(stranger.code != 0 && stranger.stderr.contains("error: "), "\(stranger.stderr)")
    let done = try Programs.run(
      Self.jumped + [
        Programs.path("envgated"), "reset-clock", "--config", daemon.configurationPath,
      ])
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.stderr.contains("ended: 1"), "\(done.stderr)")
    try daemon.start(under: Self.jumped)
    #expect(try daemon.envgate(["status", "--json"]).text.contains(#""warnings":[]"#))
    #expect(
      try daemon.envgate(["request", "show", "1", "--json"]).text.contains(#""state":"cancelled""#))
    let records = try daemon.must(["audit", "list", "--json"])
    #expect(records.contains(#""event":"clock.reset","uid":0"#), "\(records)")
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)
  }

  @Test(.promise(.resetEndsAll))
  func `clocks: root resets the clock of a vault that is another account's`() throws {
    let daemon = try TestDaemon(start: false)
    for path in [daemon.stateDirectory, daemon.folder + "/root.key"] {
      let done = try Programs.run(["/bin/chown", "-R", "games:games", path])
      #expect(done.code == 0)
    }
    let done = try reset(daemon)
    #expect(done.code == 0, "\(done.stderr)")
    for name in ["vault.sqlite3", "lock"] {
      var found = stat()
      #expect(stat(daemon.stateDirectory + "/" + name, &found) == 0)
      #expect(found.st_uid == TestDaemon.carol.uid, "\(name)")
    }
  }
}
