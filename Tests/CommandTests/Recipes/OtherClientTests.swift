import Glibc
import Testing

/// Clients of config/examples that use nothing of ours: the protocol needs no library.
@Suite(
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(
    if: ["python3", "socat", "jq"].allSatisfy { access("/usr/bin/" + $0, X_OK) == 0 },
    "skipped: needs python3, socat and jq"))
struct OtherClientTests {
  enum Client: String, CaseIterable {
    case python = "client.py"
    case shell = "client.sh"

    var command: [String] {
      [self == .python ? "/usr/bin/python3" : "/bin/bash", RecipeHost.example(rawValue)]
    }
  }

  private static let values = ["plain", "two\nlines\n", "é'\"\\$x\u{1}", "", "a\0b", "\u{7F}\t"]

  @Test(arguments: Client.allCases)
  func `a client without our library reads what nothing protects, byte for byte`(client: Client)
    throws
  {
    let daemon = try HandOverTests.stage()
    for value in Self.values {
      try daemon.must(
        ["secret", "set", "KEY", "-e", "dev", "--raw", "--allow-empty"], input: value)
      let done = try start(client, daemon, "dev").finish()
      #expect(done.code == 0, "\(done.stderr)")
      #expect(done.stdout == Array(value.utf8))
    }
    let file = daemon.folder + "/all-bytes"
    let bytes = (UInt8.min...UInt8.max).map { $0 }
    try writeBytes(bytes, file)
    try daemon.must(["secret", "set", "KEY", "-e", "dev", "--file", file])
    #expect(try start(client, daemon, "dev").finish().stdout == bytes)
  }

  @Test(arguments: Client.allCases)
  func `a client without our library asks, waits, reads what was approved, and closes`(
    client: Client
  ) throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    let job = try start(client, daemon, "production", "AZURE_CREDENTIALS")
    let id = try MainJobTests.waitingRequest(job)
    try JobLifeTests.approve(daemon, id)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == MainJobTests.credentials)
    let shown = try daemon.must(["request", "show", id, "--json"])
    #expect(shown.contains(#""state":"closed","outcome":"success""#), "\(shown)")
  }

  @Test(arguments: Client.allCases)
  func `a client without our library says why it gets nothing`(client: Client) throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    let job = try start(client, daemon, "production", "AZURE_CREDENTIALS")
    let id = try MainJobTests.waitingRequest(job)
    try daemon.must(["reject", id, "-m", "not today"], as: TestDaemon.bob.uid)
    let done = job.finish()
    #expect(done.code != 0 && done.stdout.isEmpty)
    #expect(done.stderr.contains("request \(id) is rejected"), "\(done.stderr)")
    let unknown = try start(client, daemon, "nowhere").finish()
    #expect(unknown.code != 0 && unknown.stdout.isEmpty)
    #expect(unknown.stderr.contains("there is no environment"), "\(unknown.stderr)")
  }

  private func start(
    _ client: Client, _ daemon: TestDaemon, _ environment: String, _ name: String = "KEY"
  ) throws -> RunningProcess {
    try RunningProcess(
      client.command + [environment, name], environment: ["ENVGATE_SOCKET": daemon.socket],
      uid: TestDaemon.runner.uid)
  }

  private func writeBytes(_ bytes: [UInt8], _ path: String) throws {
    let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }
}
