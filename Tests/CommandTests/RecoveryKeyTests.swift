import Glibc
import Promises
import Testing

/// `envgated recovery-key`, and a vault that is made with one.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct RecoveryKeyTests {
  private func make(_ daemon: TestDaemon, _ arguments: [String], as uid: UInt32? = nil) throws
    -> Finished
  {
    try Programs.run(
      [Programs.path("envgated"), "recovery-key", "--config", daemon.configurationPath] + arguments,
      uid: uid)
  }

  private func status(_ daemon: TestDaemon) throws -> String {
    try daemon.must(["status", "--json"])
  }

  @Test(.promise(.recoveryKeyStaysOut))
  func
    `no-echo: a recovery key is made offline, told as missing until then, and never in the daemon`()
    throws
  {
    let daemon = try TestDaemon()
    let file = daemon.folder + "/recovery.key"
    #expect(try status(daemon).contains(#""recovery_key":false"#))
    #expect(
      try daemon.must(["status"]).contains("no recovery key: a lost root key loses everything"))
    #expect(try DoctorTests.ask(daemon).findings["recovery key"]?.verdict == "warn")
    let stranger = try daemon.must(["status", "--json"], as: TestDaemon.stranger.uid)
    #expect(stranger.contains(#""recovery_key":null"#), "\(stranger)")
    // The running daemon holds the vault, and nothing is left of the attempt.
    let busy = try make(daemon, ["--recovery-key-file", file])
    #expect(busy.code == 69 && access(file, F_OK) != 0, "\(busy.stderr)")
    daemon.stop()

    let nowhere = try make(daemon, [])
    #expect(nowhere.code == 64 && nowhere.stderr.contains("--recovery-key-file"), "\(nowhere)")
    try #require(
      try make(daemon, ["--recovery-key-file", file], as: TestDaemon.stranger.uid).code != 0)
    let made = try make(daemon, ["--recovery-key-file", file])
    #expect(made.code == 0 && made.text == "", "\(made)")
    let key = try readFile(file)
    #expect(key.count == 55 && key.starts(with: Array("egk1_".utf8)) && key.last == 10)
    var found = stat()
    #expect(stat(file, &found) == 0 && found.st_mode & 0o7777 == 0o600)
    let again = try make(daemon, ["--recovery-key-file", file])
    #expect(again.code == 78 && again.stderr.contains("exists already"), "\(again)")
    #expect(try readFile(file) == key)

    try daemon.start()
    #expect(try status(daemon).contains(#""recovery_key":true"#))
    #expect(try !daemon.must(["status"]).contains("no recovery key"))
    let records = try daemon.must(["audit", "list", "--json"])
    #expect(records.contains(#""event":"recovery_key.created","uid":0"#), "\(records)")
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:0", "--unprotected",
    ])
    try daemon.must(["secret", "set", "A", "-e", "development"], input: "v")
    try daemon.must(["secret", "get", "A", "-e", "development"])
    let pid = try #require(daemon.process?.pid)
    #expect(try MemorySearch.holds(key, in: getpid()))
    #expect(try MemorySearch.holds(Array(key.dropLast()), in: pid) == false)
    withExtendedLifetime(key) {}
  }

  @Test func `a new vault gets a recovery key where it is asked for, and on no pipe`() throws {
    let daemon = try TestDaemon(start: false)
    removeTree(daemon.stateDirectory)
    let file = daemon.folder + "/recovery.key"
    func initialize(_ arguments: [String]) throws -> Finished {
      try Programs.run(
        [Programs.path("envgated"), "init", "--config", daemon.configurationPath] + arguments)
    }
    #expect(try initialize(["--no-recovery-key", "--recovery-key-file", file]).code == 64)
    let made = try initialize(["--recovery-key-file", file])
    #expect(made.code == 0 && made.text == "" && made.stderr.contains(file), "\(made)")
    #expect(try readFile(file).starts(with: Array("egk1_".utf8)))
    try daemon.start()
    #expect(try status(daemon).contains(#""recovery_key":true"#))
    daemon.stop()
    removeTree(daemon.stateDirectory)
    let none = try initialize([])
    #expect(none.code == 0 && none.text == "", "\(none)")
    #expect(none.stderr.contains("no recovery key was made"), "\(none)")
  }
}
