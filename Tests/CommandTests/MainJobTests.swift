import Glibc
import Promises
import Testing

let needsPrograms: Comment = "skipped: ENVGATE_BIN does not name the folder with the programs"
let needsRoot: Comment = "skipped: only root can run clients as several users"

/// The main job, with the programs that ship: real daemon, real socket, real users.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct MainJobTests {
  static let credentials = """
    {
      "clientId": "6d1f2a10-0000-4000-8000-000000000001",
      "clientSecret": "s3cr3t~with\\"quotes\\\\and/slashes",
      "subscriptionId": "6d1f2a10-0000-4000-8000-000000000002",
      "tenantId": "6d1f2a10-0000-4000-8000-000000000003",
      "activeDirectoryEndpointUrl": "https://login.microsoftonline.com",
      "resourceManagerEndpointUrl": "https://management.azure.com/",
      "activeDirectoryGraphResourceId": "https://graph.windows.net/",
      "sqlManagementEndpointUrl": "https://management.core.windows.net:8443/",
      "galleryEndpointUrl": "https://gallery.azure.com/",
      "managementEndpointUrl": "https://management.core.windows.net/"
    }
    """

  /// development, unprotected; production, reviewed by bob or carol; the same secret in both.
  static func furnished(_ daemon: TestDaemon) throws {
    try daemon.must([
      "environment", "create", "development", "--requester", "user:daemon", "--unprotected",
    ])
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:backup", "--reviewer", "user:games", "--approvals", "1",
    ])
    for environment in ["development", "production"] {
      try daemon.must(
        ["secret", "set", "AZURE_CREDENTIALS", "-e", environment], input: credentials)
    }
  }

  /// The number of the newest request, as soon as it waits.
  static func waitingRequest(_ process: RunningProcess) throws -> String {
    let seen = try process.readErrors(until: "request ")
    let start = try #require(seen.firstRange(of: "request ")).upperBound
    return String(seen[start...].prefix { $0.isNumber })
  }

  @Test func `an unprotected environment serves its job at once, byte for byte`() throws {
    let daemon = try TestDaemon()
    try Self.furnished(daemon)
    let done = try daemon.envgate(
      ["exec", "-e", "development", "--", "/bin/sh", "-c", "printf %s \"$AZURE_CREDENTIALS\""],
      as: TestDaemon.runner.uid)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == Self.credentials)
  }

  @Test
  func `a production job waits, is approved by somebody else, and gets exactly what was approved`()
    throws
  {
    let daemon = try TestDaemon()
    try Self.furnished(daemon)
    let job = try daemon.startEnvgate(
      [
        "exec", "-e", "production", "--reason", "deploy 4f2c", "--", "/bin/sh", "-c",
        "printf %s \"$AZURE_CREDENTIALS\"; exit 7",
      ], as: TestDaemon.runner.uid)
    let id = try Self.waitingRequest(job)
    // A rotation in between does not reach what was asked for.
    try daemon.must(["secret", "set", "AZURE_CREDENTIALS", "-e", "production"], input: "newer")
    let own = try daemon.envgate(
      ["approve", id, "--yes", "--accept-new"], as: TestDaemon.runner.uid)
    #expect(own.code == 77, "\(own.stderr)")
    let stranger = try daemon.envgate(
      ["approve", id, "--yes", "--accept-new"], as: TestDaemon.stranger.uid)
    #expect(stranger.code == 77, "\(stranger.stderr)")
    let shown = try daemon.must(["request", "show", id], as: TestDaemon.bob.uid)
    #expect(shown.contains("deploy 4f2c"))
    try daemon.must(
      ["approve", id, "--yes", "--accept-new", "-m", "tests green"], as: TestDaemon.bob.uid)
    let done = job.finish()
    #expect(done.code == 7, "\(done.stderr)")
    #expect(done.text == Self.credentials)
    let records = try daemon.must(["audit", "list", "--json"])
    for event in [
      "request.created", "request.approved", "grant.activated", "secret.released", "grant.closed",
    ] { #expect(records.contains(event), "\(event) is not on the record") }
    #expect(!records.contains("s3cr3t"))
    #expect(try daemon.must(["audit", "verify"]).isEmpty == false)
  }

  @Test func `a rejected job gets nothing and says why`() throws {
    let daemon = try TestDaemon()
    try Self.furnished(daemon)
    let job = try daemon.startEnvgate(
      ["exec", "-e", "production", "--", "/bin/echo", "ran"], as: TestDaemon.runner.uid)
    let id = try Self.waitingRequest(job)
    try daemon.must(["reject", id, "-m", "not today"], as: TestDaemon.carol.uid)
    let done = job.finish()
    #expect(done.code == 125)
    #expect(done.text.isEmpty)
    #expect(done.stderr.contains("rejected"), "\(done.stderr)")
  }

  @Test(.promise(.existenceIsHidden))
  func `a job of another uid, or of no role, is refused without learning that there is a vault`()
    throws
  {
    let daemon = try TestDaemon()
    try Self.furnished(daemon)
    for uid in [TestDaemon.bob.uid, TestDaemon.stranger.uid] {
      let done = try daemon.envgate(
        ["exec", "-e", "development", "--", "/bin/echo", "ran"], as: uid)
      #expect(done.code == 125, "\(done.stderr)")
      #expect(done.text.isEmpty)
    }
    let missing = try daemon.envgate(
      ["environment", "show", "production"], as: TestDaemon.stranger.uid)
    let unknown = try daemon.envgate(
      ["environment", "show", "productiom"], as: TestDaemon.stranger.uid)
    #expect(missing.code == unknown.code)
    #expect(
      missing.stderr == unknown.stderr.replacing("productiom", with: "production"))
  }

  @Test(.promise(.killedExecEndsGrant))
  func `an exec that is killed ends its grant: abandoned, on the record`() throws {
    let daemon = try TestDaemon()
    try Self.furnished(daemon)
    let job = try daemon.startEnvgate(
      ["exec", "-e", "production", "--", "/bin/sh", "-c", "echo started >&2; exec sleep 30"],
      as: TestDaemon.runner.uid)
    let id = try Self.waitingRequest(job)
    try JobLifeTests.approve(daemon, id)
    _ = try job.readErrors(until: "started")
    job.signal(SIGKILL)
    job.wait()
    // The daemon learns of it from the kernel; asking again is how a person would see it.
    var state = ""
    for _ in 0..<200 where !state.contains("abandoned") {
      state = try daemon.must(["request", "show", id, "--json"])
    }
    #expect(state.contains("abandoned"), "\(state)")
  }

  @Test func `a restart of the daemon keeps everything that was answered`() throws {
    let daemon = try TestDaemon()
    try Self.furnished(daemon)
    let before = try daemon.must(["secret", "list", "-e", "production", "--json"])
    let stopped = daemon.stop()
    #expect(stopped?.code == 0, "\(stopped?.stderr ?? "")")
    try daemon.start()
    #expect(try daemon.must(["secret", "list", "-e", "production", "--json"]) == before)
    #expect(
      try daemon.must(
        ["secret", "get", "AZURE_CREDENTIALS", "-e", "development"], as: TestDaemon.runner.uid)
        == Self.credentials)
    #expect(try daemon.must(["audit", "verify", "--json"]).contains("\"verified\":true"))
  }
}
