import Glibc
import Testing

/// What the operator is told about a host on which the daemon cannot work: one sentence that says what to do.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct BadHostTests {
  private func envgated(_ arguments: [String], as uid: UInt32? = nil) throws -> Finished {
    try Programs.run([Programs.path("envgated")] + arguments, uid: uid)
  }

  /// One line, with what is the matter and what to do.
  private func expect(
    _ done: Finished, _ code: Int32, _ texts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(done.code == code, "\(done.stderr)", sourceLocation: sourceLocation)
    #expect(
      done.stderr.hasPrefix("envgated: error: ") && done.stderr.count(where: \.isNewline) == 1,
      "\(done.stderr)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(done.stderr.contains(text), "\(done.stderr)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [[], ["init"], ["restore"], ["recovery-key"], ["reset-clock"]] as [[String]])
  func `a state directory of another account: whose it is, and the command that mends it`(
    command: [String]
  ) throws {
    let daemon = try TestDaemon(start: false)
    let state = daemon.stateDirectory
    let more =
      switch command.first {
      case "restore": [daemon.configurationPath]
      case "recovery-key": ["--recovery-key-file", daemon.folder + "/recovery.key"]
      default: [] as [String]
      }
    let arguments = command + ["--config", daemon.configurationPath] + more
    chmod(daemon.configurationPath, 0o644)
    expect(
      try envgated(arguments, as: TestDaemon.stranger.uid), 78,
      "'\(state)' belongs to root (uid 0), and envgated runs as man (uid 6)",
      "chown -R 6 '\(state)'")
    chown(state, TestDaemon.runner.uid, TestDaemon.runner.uid)
    expect(
      try envgated(arguments, as: TestDaemon.stranger.uid), 78,
      "'\(state)' belongs to daemon (uid 1), and envgated runs as man (uid 6)",
      "chown -R 6 '\(state)'")
    chown(state, 54_321, 54_321)
    // Root works as the owner, unless it is to be the daemon.
    expect(
      try envgated(arguments), 78, "'\(state)' belongs to uid 54321, which has no account",
      "chown -R")
    #expect(access(daemon.folder + "/recovery.key", F_OK) != 0)
  }

  @Test func `the command that mends a state directory of another account does so`() throws {
    let daemon = try TestDaemon(start: false)
    _ = try Programs.run(["/bin/chown", "-R", "daemon:", daemon.stateDirectory])
    let refused = try envgated(["--config", daemon.configurationPath])
    let command = try #require(refused.stderr.split(separator: "as root: ").last)
    #expect(try Programs.run(["/bin/sh", "-c", String(command)]).code == 0)
    try daemon.start()
    daemon.stop()
    // A single file, as a command that was run as another account leaves it.
    chown(daemon.stateDirectory + "/lock", 1, 1)
    expect(
      try envgated(["--config", daemon.configurationPath]), 78, "lock is owned by uid 1",
      "run: chown -R 0 '\(daemon.stateDirectory)'")
  }

  @Test func `a second daemon on a state directory or a socket is told which of the two is taken`()
    throws
  {
    let daemon = try TestDaemon()
    expect(
      try envgated(["--config", daemon.configurationPath]), 69, "already listens at",
      "stop it, or name another path")
    let other = try edited(daemon, "/run/envgate.sock", "/run/other.sock")
    for command in [[], ["init"], ["reset-clock"]] as [[String]] {
      expect(
        try envgated(command + ["--config", other]), 69, "is locked by another running envgated",
        "stop it, or name another state directory")
    }
    #expect(try daemon.envgate(["status"]).code == 0)
  }

  /// The configuration with something else in it.
  private func edited(_ daemon: TestDaemon, _ old: String, _ new: String) throws -> String {
    let path = daemon.folder + "/other.json"
    let text = String(decoding: try readFile(daemon.configurationPath), as: UTF8.self)
    try write(text.replacing(old, with: new), path)
    return path
  }

  @Test(arguments: [
    (
      "\"socket\": \"", "\"socket\": \"/" + String(repeating: "x", count: 100),
      "name a shorter one"
    ),
    ("\"admins\"", "\"admin\": [], \"admins\"", "did you mean \"admins\"?"),
    ("\"admins\"", "\"frobnicate\": [], \"admins\"", "envgated.json(5) lists the keys"),
  ])
  func `a configuration that is wrong is told by line and column`(
    old: String, new: String, remedy: String
  ) throws {
    let daemon = try TestDaemon(start: false)
    let path = try edited(daemon, old, new)
    for command in [[], ["--check"], ["init"]] {
      let done = try envgated(command + ["--config", path])
      expect(done, 78, "other.json:", remedy)
      #expect(done.stderr.contains(#/other\.json:\d+:\d+: /#), "\(done.stderr)")
    }
  }

  @Test func `a vault of a newer version is left as it is`() throws {
    let daemon = try TestDaemon(start: false)
    let database = daemon.stateDirectory + "/vault.sqlite3"
    _ = try Programs.run(["/usr/bin/sqlite3", database, "PRAGMA user_version = 99"])
    let before = try readFile(database)
    for command in [[], ["init"], ["reset-clock"]] as [[String]] {
      expect(
        try envgated(command + ["--config", daemon.configurationPath]), 65, "has schema 99",
        "install the newer envgate")
    }
    #expect(try readFile(database) == before)
  }

  @Test func `a full disk under a backup leaves no file, and the daemon goes on`() throws {
    let drill = try RestoreDrill()
    let disk = drill.daemon.folder + "/disk"
    mkdir(disk, 0o755)
    try drill.daemon.mount(["-t", "tmpfs", "-o", "size=64k", "none", disk])
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let done = try drill.daemon.envgate(["backup", disk + "/envgate.bak"])
    #expect(done.code == 65 && done.stderr.contains("No space left"), "\(done.stderr)")
    #expect(done.stderr.contains("free some space, or name another place"), "\(done.stderr)")
    #expect(try Programs.run(["/bin/ls", "-A", disk]).text.isEmpty)
    try drill.backup()
    #expect(try drill.verify().code == 0)
  }

  @Test func `without room for its copy no backup begins`() throws {
    let drill = try RestoreDrill(disk: "4m")
    let filler = drill.daemon.stateDirectory + "/filler"
    // Room for the vault, and not for the vault twice.
    _ = try Programs.run([
      "/bin/sh", "-c",
      "head -c $(($(df --output=avail -B1 '\(drill.daemon.stateDirectory)' | tail -1) - 380000)) /dev/zero >'\(filler)'",
    ])
    let done = try drill.daemon.envgate(["backup", drill.file])
    #expect(done.code == 75 || done.code == 74, "\(done.stderr)")
    #expect(done.stderr.contains("free some space"), "\(done.stderr)")
    #expect(access(drill.file, F_OK) != 0)
    unlink(filler)
    try eventually("there is room again") {
      try drill.daemon.envgate(["backup", drill.file]).code == 0
    }
  }

  @Test func `a full disk under a restore leaves nothing, and the next one works`() throws {
    let drill = try RestoreDrill()
    try drill.backup()
    drill.daemon.stop()
    let disk = drill.daemon.folder + "/disk"
    mkdir(disk, 0o755)
    try drill.daemon.mount(["-t", "tmpfs", "-o", "size=64k,mode=0755", "none", disk])
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let other = try edited(drill.daemon, drill.daemon.stateDirectory, disk + "/state")
    try drill.loseDisk()
    let day = try drill.day()
    var failed = 0
    // Each of them ends at another write.
    for kibibytes in stride(from: 64, through: 640, by: 96) {
      try drill.daemon.mount(["-o", "remount,size=\(kibibytes)k", disk])
      let done = try drill.restore("--as-of", day, config: other)
      if done.code == 0 { break }
      failed += 1
      #expect(done.code == 69, "\(done.stderr)")
      #expect(done.stderr.contains("free some space"), "\(done.stderr)")
      #expect(try Programs.run(["/bin/ls", "-A", disk]).text.isEmpty)
    }
    #expect(failed > 0)
    #expect(access(disk + "/state/vault.sqlite3", F_OK) == 0)
  }

  @Test func `an init that fails leaves no recovery key, which would open nothing`() throws {
    let daemon = try TestDaemon(start: false)
    removeTree(daemon.stateDirectory)
    let state = daemon.stateDirectory
    let (rootKey, key) = (daemon.folder + "/root.key", daemon.folder + "/recovery.key")
    mkdir(state, 0o700)
    try daemon.mount(["-t", "tmpfs", "-o", "size=96k,mode=0700", "none", state])
    defer { umount2(state, Int32(MNT_DETACH)) }
    var failed = 0
    for kibibytes in stride(from: 96, through: 512, by: 12) {
      unlink(rootKey)
      try daemon.mount(["-o", "remount,size=\(kibibytes)k", state])
      let done = try envgated([
        "init", "--config", daemon.configurationPath, "--recovery-key-file", key,
      ])
      if done.code == 0 { break }
      expect(done, 69, "free some space")
      #expect(access(key, F_OK) != 0)
      // The root key is made only where the vault has come as far as its keys.
      if access(rootKey, F_OK) == 0 { failed += 1 }
    }
    #expect(failed > 0 && access(key, F_OK) == 0)
  }
}
