import Glibc
import Promises
import SecretMemory
import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

/// `envgated init` as root, for the account that the state directory was made for. Each runs in a
/// process of its own, since there is no way back to root.
@Suite(.enabled(if: geteuid() == 0, "only root can give root up"))
struct `init for another account` {
  /// An account that every Debian has.
  private static let uid: UInt32 = 1
  private static let gid: UInt32 = 1

  /// A folder of root's, in it a state directory of somebody's, and the configuration.
  private func prepare(
    owner: UInt32 = uid, folder: mode_t = 0o755, key: String = "root.key"
  ) throws -> (Scratch, configuration: String) {
    let scratch = try Scratch()
    try #require(chmod(scratch.path, folder) == 0)
    try #require(mkdir(scratch.file("state"), 0o700) == 0)
    try #require(chown(scratch.file("state"), owner, owner) == 0)
    let text = """
      { "socket": "\(scratch.file("s"))", "state_directory": "\(scratch.file("state"))",
        "root_key": { "file": "\(scratch.file(key))" } }
      """
    return (scratch, try scratch.write(text, to: "envgated.json", mode: 0o644))
  }

  private func owner(_ path: String) -> [UInt32]? {
    var found = stat()
    guard lstat(path, &found) == 0 else { return nil }
    return [found.st_uid, found.st_gid, found.st_mode & 0o7777]
  }

  @Test func `makes key and vault that account's, and its daemon opens them`() async throws {
    let (scratch, configuration) = try prepare()
    await #expect(processExitsWith: .exitCode(0)) { [configuration = configuration as String] in
      exit(Daemon.initialize(configuration: configuration))
    }
    #expect(owner(scratch.path) == [0, 0, 0o755])
    #expect(owner(scratch.file("root.key")) == [Self.uid, Self.gid, 0o600])
    for name in ["", "/vault.sqlite3", "/lock"] {
      #expect(owner(scratch.file("state" + name))?.first == Self.uid, "\(name)")
    }
    let (key, state) = (scratch.file("root.key"), scratch.file("state"))
    await #expect(processExitsWith: .exitCode(0)) {
      [key = key as String, state = state as String] in
      try VaultOwner(uid: 1, gid: 1).become()
      let engine = try VaultEngine(
        directory: state, rootKey: try RootKeyFile.read(.file(key)),
        configuration: EngineConfiguration(standing: Standing(admins: [], auditors: [])),
        now: RunningDaemon.reading(), onTampering: { _ in })
      engine.close()
      exit(0)
    }
    // What is there is left as it is.
    let before = try OpenFile(key).bytes(key, limit: 64)
    await #expect(processExitsWith: .exitCode(78)) { [configuration = configuration as String] in
      exit(Daemon.initialize(configuration: configuration))
    }
    #expect(try OpenFile(key).bytes(key, limit: 64) == before)
  }

  @Test(.promise(.initDropsRoot))
  func `gives root up for good`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      try HardenProcess.apply()
      let owner = VaultOwner(uid: 1, gid: 1)
      try owner.enter()
      let isAccount = geteuid() == 1 && getegid() == 1 && getgroups(0, nil) == 0
      try owner.leave()
      let isRoot = geteuid() == 0 && getegid() == 0
      try owner.become()
      let isNever =
        setuid(0) != 0 && seteuid(0) != 0 && setgid(0) != 0 && setegid(0) != 0
        && getgroups(0, nil) == 0
      exit(isAccount && isRoot && isNever && dumpable() == 0 ? 0 : 1)
    }
  }

  @Test func `takes a key that is there if the account can read it, and no other`() async throws {
    let (scratch, configuration) = try prepare()
    let key = try scratch.write([UInt8](1...32), to: "root.key")
    await #expect(processExitsWith: .exitCode(78)) { [configuration = configuration as String] in
      exit(Daemon.initialize(configuration: configuration))
    }
    #expect(owner(key) == [0, 0, 0o600])
    #expect(try OpenFile(key).bytes(key, limit: 64) == [UInt8](1...32))
    try #require(chown(key, Self.uid, Self.gid) == 0)
    await #expect(processExitsWith: .exitCode(0)) { [configuration = configuration as String] in
      exit(Daemon.initialize(configuration: configuration))
    }
    #expect(try OpenFile(key).bytes(key, limit: 64) == [UInt8](1...32))
  }

  @Test(.promise(.initGivesNoKeyAway), arguments: [0o777, 0o775, 0o1777] as [mode_t])
  func `gives no key to whoever could put a state directory there`(mode: mode_t) async throws {
    let (scratch, configuration) = try prepare(folder: mode)
    await #expect(processExitsWith: .exitCode(78)) { [configuration = configuration as String] in
      exit(Daemon.initialize(configuration: configuration))
    }
    #expect(scratch.mode("root.key") == nil)
    #expect(throws: VaultOwnerFault.openPath(path: scratch.path, found: found(mode))) {
      try VaultOwner.of(scratch.file("state"))
    }
  }

  private func found(_ mode: mode_t) -> String { "open to other accounts (mode \(mode.octal))" }

  @Test(.promise(.initGivesNoKeyAway))
  func `looks at each folder on the way, through links too`() throws {
    let (scratch, _) = try prepare()
    #expect(try VaultOwner.of(scratch.file("state")) == VaultOwner(uid: Self.uid, gid: Self.gid))
    try #require(mkdir(scratch.file("alice"), 0o755) == 0)
    try #require(chown(scratch.file("alice"), Self.uid, Self.gid) == 0)
    try #require(mkdir(scratch.file("alice/deep"), 0o755) == 0)
    try #require(mkdir(scratch.file("alice/deep/state"), 0o700) == 0)
    try #require(chown(scratch.file("alice/deep/state"), Self.uid, Self.gid) == 0)
    try #require(symlink(scratch.file("alice/deep"), scratch.file("link")) == 0)
    for path in ["alice/deep/state", "link/state"] {
      #expect(
        throws: VaultOwnerFault.openPath(
          path: scratch.file("alice"), found: "owned by uid \(Self.uid)")
      ) { try VaultOwner.of(scratch.file(path)) }
    }
  }

  @Test func `is for accounts, and changes nothing for root`() throws {
    for uid: UInt32 in [4_711, OverflowIDs.ofKernel().uid] {
      let (scratch, _) = try prepare(owner: uid)
      #expect(throws: VaultOwnerFault.noAccount(path: scratch.file("state"), uid: uid)) {
        try VaultOwner.of(scratch.file("state"))
      }
    }
    let (scratch, _) = try prepare(owner: 0)
    #expect(try VaultOwner.of(scratch.file("state")) == nil)
    #expect(try VaultOwner.of(scratch.file("none")) == nil)
  }
}
