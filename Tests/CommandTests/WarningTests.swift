import Glibc
import Promises
import Testing

/// What `status` and `doctor` warn of, in the real daemon.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct WarningTests {
  /// SQL from outside, as whoever can write to the state directory would run it.
  private func edit(_ daemon: TestDaemon, _ sql: String) throws {
    let done = try Programs.run([
      "/usr/bin/sqlite3", daemon.stateDirectory + "/vault.sqlite3", sql,
    ])
    #expect(done.code == 0, "\(done.stderr)")
  }

  /// Told by `status` to an admin, to nobody else, and a failure to `doctor`.
  private func expect(_ reason: String, _ daemon: TestDaemon) throws {
    #expect(try daemon.envgate(["status"]).text.contains("\(reason): "))
    let stranger = try daemon.envgate(["status", "--json"], as: TestDaemon.stranger.uid).text
    #expect(stranger.contains(#""warnings":[]"#))
    let doctor = try DoctorTests.ask(daemon)
    #expect(doctor.failed.contains("warning"))
    #expect(doctor.findings["warning"]?.text.contains(reason) == true)
  }

  @Test(.promise(.statusAndDoctorTell))
  func `an edit of the database is told in status and doctor`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "uid:1", "--unprotected",
    ])
    #expect(try daemon.envgate(["status", "--json"]).text.contains(#""warnings":[]"#))
    try edit(daemon, "UPDATE environment SET revision = revision + 1")
    #expect(
      eventually {
        (try? daemon.envgate(["status", "--json"]).text.contains("storage.tampered")) == true
      })
    try expect("storage.tampered", daemon)
  }

  @Test(.promise(.statusAndDoctorTell))
  func `a chain that does not verify stays told until a verification finds it well`() throws {
    let daemon = try TestDaemon()
    for name in ["a", "b", "c"] {
      try daemon.must(["environment", "create", name, "--requester", "uid:1", "--unprotected"])
    }
    // In the middle: the daemon itself looks at the end alone.
    try edit(
      daemon,
      """
      CREATE TABLE kept AS SELECT * FROM audit;
      UPDATE audit SET records = zeroblob(length(records)) WHERE first = 2
      """)
    #expect(try daemon.envgate(["audit", "verify"]).code != 0)
    try expect("audit.broken", daemon)
    try edit(
      daemon,
      "UPDATE audit SET records = (SELECT records FROM kept WHERE kept.first = 2) WHERE first = 2")
    try daemon.must(["audit", "verify"])
    #expect(try daemon.envgate(["status", "--json"]).text.contains(#""warnings":[]"#))
  }

  @Test(.promise(.statusAndDoctorTell))
  func `a log that cannot be written is told in status and doctor`() throws {
    let daemon = try TestDaemon(start: false)
    let process = try RunningProcess([
      "/bin/sh", "-c",
      "exec \(try Programs.path("envgated")) --config \(daemon.configurationPath) 2>/dev/full",
    ])
    #expect(eventually { (try? daemon.envgate(["status"]).code) == 0 })
    try expect("log.dropped", daemon)
    process.signal(SIGTERM)
    #expect(process.finish().code == 0)
  }
}
