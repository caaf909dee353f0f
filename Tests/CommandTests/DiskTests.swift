import Glibc
import Promises
import Testing

/// The real daemon on a small disk of its own: nearly full, full, gone, and back.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct DiskTests {
  /// Eight approved requests and eight that wait, each by its ticket.
  private func furnished(_ daemon: TestDaemon) throws {
    try daemon.must([
      "environment", "create", "production", "--requester", "user:\(TestDaemon.runner.name)",
      "--reviewer", "user:\(TestDaemon.bob.name)",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value")
    try daemon.must(["secret", "set", "OLD", "-e", "production"], input: "value")
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:0", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value-of-development")
    for id in 1...16 {
      let made = try daemon.envgate(
        ["request", "create", "-e", "production", "--reason", "\(id)"],
        as: TestDaemon.runner.uid)
      #expect(made.code == 0, "\(made.stderr)")
      if id <= 8 {
        let done = try daemon.envgate(
          ["approve", "\(id)", "--yes", "--accept-new"], as: TestDaemon.bob.uid)
        #expect(done.code == 0, "\(done.stderr)")
      }
    }
  }

  /// Takes all of the disk but so many KiB; all there is where nil.
  private func fill(_ daemon: TestDaemon, leaving kibibytes: Int?) throws {
    let free = "$(df --output=avail -k '\(daemon.stateDirectory)' | tail -1)"
    let count = kibibytes.map { "count=$((\(free) - \($0)))" } ?? ""
    _ = try Programs.run([
      "/bin/sh", "-c",
      "dd if=/dev/zero of='\(daemon.stateDirectory)/filler' bs=1K oflag=append conv=notrunc \(count) 2>/dev/null",
    ])
  }

  private func storage(_ daemon: TestDaemon) throws -> String {
    let status = try daemon.envgate(["status", "--json"])
    guard status.code == 0 else { throw HarnessFault("status: \(status.stderr)") }
    return String(status.text.split(separator: "\"storage\":\"").last?.prefix { $0 != "\"" } ?? "")
  }

  private func read(_ daemon: TestDaemon) throws -> Finished {
    try daemon.envgate(["secret", "get", "TOKEN", "-e", "development"])
  }

  @Test(.promise(.rightsAreTakenAwayToTheEnd), arguments: [700, nil])
  func
    `a disk that is nearly full or full releases nothing, takes rights away to the end, and comes back`(
      leaving: Int?
    ) throws
  {
    let daemon = try TestDaemon(disk: "32m")
    try furnished(daemon)
    #expect(try storage(daemon) == "ok")
    // A second passes for the vault, and its reserve is whole.
    sleep(2)
    try fill(daemon, leaving: leaving)
    let refused = try read(daemon)
    #expect(
      refused.code == 74 && refused.stderr.contains("nothing was released"), "\(refused.stderr)")
    #expect(refused.stderr.contains("nearly full"), "\(refused.stderr)")
    #expect(try storage(daemon) == "scarce")
    let set = try daemon.envgate(["secret", "set", "NEW", "-e", "development"], input: "v")
    #expect(set.code == 74 && set.stderr.contains("nearly full"), "\(set.stderr)")
    for id in 1...8 {
      let revoked = try daemon.envgate(["revoke", "\(id)"], as: TestDaemon.bob.uid)
      #expect(revoked.code == 0, "\(id): \(revoked.stderr)")
      let rejected = try daemon.envgate(
        ["reject", "\(id + 8)", "-m", "not today"], as: TestDaemon.bob.uid)
      #expect(rejected.code == 0, "\(id + 8): \(rejected.stderr)")
    }
    let disabled = try daemon.envgate([
      "secret", "disable", "OLD", "-e", "production", "--version", "1",
    ])
    #expect(disabled.code == 0, "\(disabled.stderr)")
    #expect(try daemon.envgate(["environment", "show", "production"]).code == 0)

    unlink(daemon.stateDirectory + "/filler")
    #expect(try read(daemon).text == "value-of-development")
    #expect(try storage(daemon) == "ok")
    #expect(
      try daemon.envgate(["secret", "set", "NEW", "-e", "development"], input: "v").code == 0)
    #expect(try daemon.envgate(["audit", "verify"]).text.contains("verified"))
    daemon.stop()
    try daemon.start()
    let listed = try daemon.envgate(["request", "list", "--json"], as: TestDaemon.bob.uid)
    #expect(listed.text.components(of: "\"state\":\"revoked\"") == 8, "\(listed.text)")
    #expect(listed.text.components(of: "\"state\":\"rejected\"") == 8, "\(listed.text)")
  }

  @Test(.promise(.returnedDisk))
  func `a disk that is gone is answered as that, and comes back without a restart`() throws {
    let daemon = try TestDaemon(disk: "32m")
    try furnished(daemon)
    // The same file system at another place, as a disk that is pulled and put in again.
    let elsewhere = daemon.folder + "/elsewhere"
    mkdir(elsewhere, 0o700)
    try daemon.mount(["--bind", daemon.stateDirectory, elsewhere])
    defer { umount2(elsewhere, Int32(MNT_DETACH)) }
    #expect(umount2(daemon.stateDirectory, Int32(MNT_DETACH)) == 0)
    let refused = try read(daemon)
    #expect(refused.code == 74 && refused.stderr.contains("is missing"), "\(refused.stderr)")
    #expect(try storage(daemon) == "gone")
    let revoked = try daemon.envgate(["revoke", "1"], as: TestDaemon.bob.uid)
    #expect(revoked.code == 74 && revoked.stderr.contains("is missing"), "\(revoked.stderr)")

    try daemon.mount(["--bind", elsewhere, daemon.stateDirectory])
    try waitUntil { try read(daemon).text == "value-of-development" }
    #expect(try storage(daemon) == "ok")
    #expect(try daemon.envgate(["revoke", "1"], as: TestDaemon.bob.uid).code == 0)
    #expect(try daemon.envgate(["audit", "verify"]).text.contains("verified"))
  }

  @Test(.promise(.returnedDisk))
  func `a disk that comes back with less than was acknowledged is not served`() throws {
    let daemon = try TestDaemon(disk: "32m")
    try furnished(daemon)
    let copy = daemon.folder + "/copy"
    #expect(
      try Programs.run([
        "/bin/sh", "-c", "cp -a '\(daemon.stateDirectory)' '\(copy)' && chmod 0700 '\(copy)'",
      ]).code == 0)
    #expect(try daemon.envgate(["revoke", "1"], as: TestDaemon.bob.uid).code == 0)
    #expect(umount2(daemon.stateDirectory, Int32(MNT_DETACH)) == 0)
    #expect(try storage(daemon) == "gone")
    try daemon.mount(["--bind", copy, daemon.stateDirectory])
    try waitUntil { try read(daemon).stderr.contains("does not verify") }
    let done = try read(daemon)
    #expect(done.code != 0 && done.text.isEmpty)
  }

  private func waitUntil(_ condition: () throws -> Bool) throws {
    for _ in 0..<100 {
      if try condition() { return }
      usleep(100_000)
    }
    throw HarnessFault("it did not come to that within ten seconds")
  }
}

extension String {
  /// How often a text stands in this one.
  fileprivate func components(of text: String) -> Int { split(separator: text).count - 1 }
}
