import Glibc
import Promises
import Testing

/// The days on which the backup is all that is left, with the real programs.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct LostHostTests {
  /// A backup that a recovery key opens, and the file with that key.
  private func drill() throws -> (RestoreDrill, key: String) {
    let drill = try RestoreDrill()
    let key = drill.daemon.folder + "/recovery.key"
    drill.daemon.stop()
    let made = try Programs.run([
      Programs.path("envgated"), "recovery-key", "--config", drill.daemon.configurationPath,
      "--recovery-key-file", key,
    ])
    guard made.code == 0 else { throw HarnessFault("recovery-key: \(made.stderr)") }
    try drill.daemon.start()
    try drill.backup()
    drill.daemon.stop()
    return (drill, key)
  }

  @Test func `key lost: the recovery key puts the vault under a root key of its own`() throws {
    let (drill, key) = try drill()
    let daemon = drill.daemon
    try drill.loseDisk()
    let rootKey = daemon.folder + "/root.key"
    unlink(rootKey)
    let none = try drill.restore()
    #expect(none.code == 78 && none.stderr.contains("--recovery-key-file"), "\(none.stderr)")
    try write(String(repeating: "x", count: 32), rootKey)
    let other = try drill.restore()
    #expect(other.code == 65 && other.stderr.contains("--recovery-key-file"), "\(other.stderr)")
    unlink(rootKey)
    chmod(key, 0o644)
    let open = try drill.restore("--recovery-key-file", key)
    #expect(open.code == 78, "\(open.stderr)")
    #expect(open.stderr.contains("run: chmod 0600 '\(key)'"), "\(open.stderr)")
    chmod(key, 0o600)
    // Nothing was made on the way.
    #expect(access(daemon.stateDirectory, F_OK) != 0 && access(rootKey, F_OK) != 0)

    let asked = try drill.restore("--recovery-key-file", key)
    #expect(asked.code == 64, "\(asked.stderr)")
    let day = String(asked.stderr.split(separator: "--as-of ").last?.prefix(10) ?? "")
    let done = try drill.restore("--recovery-key-file", key, "--as-of", day)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.stderr.contains("created the root key \(rootKey)"), "\(done.stderr)")
    try daemon.start()
    #expect(try drill.read("development").text == "value of development")
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)
    #expect(try daemon.must(["status", "--json"]).contains(#""recovery_key":true"#))
  }

  @Test(.promise(.restoredGateWaits))
  func
    `host lost: on another host whoever is not the same account is named first, and gets nothing`()
    throws
  {
    let (drill, key) = try drill()
    let other = try TestDaemon(start: false)
    removeTree(other.stateDirectory)
    unlink(other.folder + "/root.key")
    // There `backup` has no account, and `daemon` another number.
    let accounts = other.folder + "/passwd"
    let here = String(decoding: try readFile("/etc/passwd"), as: UTF8.self)
    try write(
      here.split(separator: "\n").filter { !$0.hasPrefix("backup:") }.map {
        $0.hasPrefix("daemon:") ? $0.replacing(":1:1:", with: ":61001:1:") : $0
      }.joined(separator: "\n") + "\n", accounts)
    chmod(accounts, 0o644)
    let there = [
      "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
      "mount --bind \"$0\" /etc/passwd && exec \"$@\"", accounts,
    ]
    let asked = try drill.restore(
      "--recovery-key-file", key, config: other.configurationPath, under: there)
    #expect(asked.code == 64, "\(asked.stderr)")
    let (named, gates) = (
      try #require(asked.stderr.firstRange(of: "user:backup does not exist on this host")),
      try #require(asked.stderr.firstRange(of: "environment production"))
    )
    #expect(named.upperBound < gates.lowerBound, "\(asked.stderr)")
    #expect(
      asked.stderr.contains(
        "user:daemon has uid 61001 on this host, and had 1, in development, production"),
      "\(asked.stderr)")
    let day = String(asked.stderr.split(separator: "--as-of ").last?.prefix(10) ?? "")
    let done = try drill.restore(
      "--recovery-key-file", key, "--as-of", day, config: other.configurationPath, under: there)
    #expect(done.code == 0, "\(done.stderr)")

    try other.start(under: there)
    func read(as uid: UInt32) throws -> Finished {
      try other.envgate(
        ["secret", "get", "TOKEN", "-e", "development", "--timeout", "1s"], as: uid)
    }
    // Neither whoever has the number nor whoever has the name, until an admin says which.
    #expect(try read(as: 1).code != 0)
    #expect(try read(as: 61_001).code != 0)
    try other.must(["environment", "edit", "development", "--add-requester", "uid:61001"])
    let read = try read(as: 61_001)
    #expect(read.text == "value of development", "\(read.stderr)")
  }
}
