import Glibc
import Promises
import Testing

/// The days on which a backup is needed, with the real programs.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct RestoreDrillTests {
  @Test(.promise(.restoredGateWaits))
  func `disk lost: the vault goes on from its backup, and each protected gate waits for an admin`()
    throws
  {
    let drill = try RestoreDrill()
    let daemon = drill.daemon
    try drill.backup()
    #expect(!(try daemon.must(["status"]).contains("none yet")))
    daemon.stop()
    try drill.loseDisk()

    let asked = try drill.restore()
    #expect(asked.code == 64, "\(asked.stderr)")
    #expect(asked.stderr.contains("environment production, revision 1"), "\(asked.stderr)")
    #expect(asked.stderr.contains("to accept that, add --as-of 2"), "\(asked.stderr)")
    #expect(access(daemon.stateDirectory, F_OK) != 0)
    let day = asked.stderr.split(separator: "--as-of ").last?.prefix(10) ?? ""
    let done = try drill.restore("--as-of", String(day))
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.stderr.contains("environments: 2, secrets: 2, versions: 2,"), "\(done.stderr)")

    try daemon.start()
    #expect(try drill.read("development").text == "value of development")
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)
    let records = try daemon.must(["audit", "list", "--json"])
    #expect(records.contains(#""event":"vault.restored","uid":0"#), "\(records)")
    #expect(
      try daemon.must(["request", "show", "1", "--json"]).contains(#""state":"cancelled""#))
    let status = try daemon.must(["status"])
    #expect(status.contains("vault.restored: the vault has the gates of \(day)"), "\(status)")
    // The approval is good; the gate is not, until an admin has looked at it.
    let job = try daemon.startEnvgate(
      ["secret", "get", "TOKEN", "-e", "production", "--timeout", "20s"], as: TestDaemon.runner.uid)
    try eventually("the job has asked") {
      try daemon.must(["request", "list", "--json"]).contains(#""state":"waiting""#)
    }
    let id = "1000002"
    #expect(try daemon.must(["request", "list", "--json"]).contains(#""id":\#(id)"#))
    try daemon.must(["approve", id, "--yes", "--accept-new"], as: TestDaemon.bob.uid)
    let refused = job.finish()
    #expect(refused.code == 77 && refused.stderr.contains("gate.unconfirmed"), "\(refused.stderr)")
    try daemon.must(["environment", "edit", "production", "--revision", "1"])
    #expect(!(try daemon.must(["status"]).contains("vault.restored")))
  }

  @Test
  func
    `a backup is proven without being restored, and refused with a sentence where it is not whole`()
    throws
  {
    let drill = try RestoreDrill()
    try drill.backup()
    let proven = try drill.verify()
    #expect(proven.code == 0 && proven.stderr.contains("the backup is whole"), "\(proven.stderr)")
    // It was looked at while the daemon ran, and nothing is left of that.
    #expect(try drill.read("development").code == 0)
    #expect(!(try Programs.run(["/bin/ls", drill.daemon.folder]).text.contains("verify")))
    let bytes = try readFile(drill.file)
    let wrong = drill.daemon.folder + "/wrong.bak"
    var changed = bytes
    changed[bytes.count - 1] ^= 1
    for (content, sentence) in [
      (Array(bytes.dropLast(7)), "cut or changed"), (changed, "cut or changed"),
      (Array(bytes.prefix(50)), "is not a backup"), ([], "is not a backup"),
    ] {
      try overwrite(wrong, content)
      let refused = try drill.verify(wrong)
      #expect(refused.code == 65 && refused.stderr.contains(sentence), "\(refused.stderr)")
    }
    #expect(try drill.verify(drill.daemon.folder + "/none.bak").code == 78)
    let other = try TestDaemon(start: false)
    let foreign = try drill.verify(config: other.configurationPath)
    #expect(foreign.code == 65 && foreign.stderr.contains("another vault"), "\(foreign.stderr)")
  }

  @Test(.promise(.livingVaultWins))
  func `closed-by-default: beside a living vault last week's backup brings back values alone`()
    throws
  {
    let drill = try RestoreDrill()
    let daemon = drill.daemon
    try daemon.must(["secret", "set", "OTHER", "-e", "development"], input: "other of then")
    try daemon.must(["secret", "set", "GONE", "-e", "development"], input: "gone")
    try drill.backup()
    let running = try drill.restore()
    #expect(running.code == 69 && running.stderr.contains("is locked by"), "\(running.stderr)")
    // Since then: a gate is tightened, a person removed, a value destroyed, a secret deleted, another set.
    try daemon.must([
      "environment", "edit", "production", "--rule", "1:user:backup", "--rule", "1:user:games",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "newer")
    try daemon.must(["secret", "set", "OTHER", "-e", "development"], input: "other of now")
    try daemon.must(["secret", "destroy", "TOKEN", "-e", "development", "--version", "1", "--yes"])
    try daemon.must(["secret", "delete", "GONE", "-e", "development", "--yes"])
    daemon.stop()
    let done = try drill.restore()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(
      done.stderr.contains("1 secrets and variables have the backup's value"), "\(done.stderr)")
    #expect(done.stderr.contains("is kept in \(daemon.stateDirectory).replaced-"), "\(done.stderr)")
    try daemon.start()
    #expect(
      try daemon.must(["environment", "show", "production"]).contains(
        "user:games must approve"))
    #expect(try drill.read("development").text == "newer")
    func get(_ name: String) throws -> Finished {
      try daemon.envgate(
        ["secret", "get", name, "-e", "development"], as: TestDaemon.runner.uid)
    }
    #expect(try get("OTHER").text == "other of then")
    #expect(try get("GONE").code != 0)
    #expect(!(try daemon.must(["status"]).contains("vault.restored:")))
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)
    let records = try daemon.must(["audit", "list", "--json"])
    #expect(records.contains(#""event":"vault.restored""#), "\(records)")
    #expect(
      try daemon.must(["request", "show", "1", "--json"]).contains(#""state":"cancelled""#))
    // The vault as it was then has no place here any more: the backup is not of its past.
    daemon.stop()
    let other = try RestoreDrill()
    try other.backup()
    let foreign = try drill.restore(from: other.file)
    #expect(foreign.code == 65, "\(foreign.stderr)")
    #expect(foreign.stderr.contains("holds another vault"), "\(foreign.stderr)")
  }

  @Test func `the file is whole or not there, and never taken for granted`() throws {
    let drill = try RestoreDrill()
    try drill.backup()
    let twice = try drill.daemon.envgate(["backup", drill.file])
    #expect(twice.code == 65 && twice.stderr.contains("--overwrite"), "\(twice.stderr)")
    try drill.backup("--overwrite")
    let piped = try drill.daemon.envgate(["backup", "-"])
    #expect(piped.code == 0 && piped.stdout.prefix(8) == Array("EGVTBKUP".utf8)[...])
    let told = try drill.daemon.must(["backup", drill.file, "--overwrite", "--json"])
    #expect(told.contains(#""sha256":"sha256:"#), "\(told)")
    #expect(
      try drill.daemon.envgate(["backup", drill.file + "2"], as: TestDaemon.stranger.uid).code != 0)
    var found = stat()
    #expect(stat(drill.file, &found) == 0 && found.st_mode & 0o777 == 0o600)
  }

  @Test(.promise(.restoreIsWhole), arguments: [0, 5, 10, 20, 40, 80])
  func `a restore that is killed leaves nothing or the whole vault`(milliseconds: Int) throws {
    let drill = try RestoreDrill()
    try drill.backup()
    drill.daemon.stop()
    try drill.loseDisk()
    let day = try drill.day()
    let running = try RunningProcess([
      Programs.path("envgated"), "restore", "--config", drill.daemon.configurationPath, drill.file,
      "--as-of", day,
    ])
    usleep(UInt32(milliseconds * 1_000))
    running.signal(SIGKILL)
    running.wait()
    if access(drill.daemon.stateDirectory, F_OK) != 0 {
      let again = try drill.restore("--as-of", day)
      #expect(again.code == 0, "\(again.stderr)")
    }
    try drill.daemon.start()
    #expect(try drill.read("development").text == "value of development")
  }

  private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(file) }
    guard write(file, bytes, bytes.count) == bytes.count else { throw HarnessFault("not written") }
  }
}
