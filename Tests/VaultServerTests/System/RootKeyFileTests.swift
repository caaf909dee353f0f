import Glibc
import SecretMemory
import Testing

@testable import VaultServer

@Suite struct `the root key's file` {
  private static let key = [UInt8](1...32)

  private func fault(
    _ key: Configuration.RootKey, credentials: String? = nil
  ) -> RootKeyFault? {
    do throws(RootKeyFault) {
      _ = try RootKeyFile.read(key, credentials: credentials)
      return nil
    } catch { return error }
  }

  @Test func `holds 32 raw bytes, which are read as they are`() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.key, to: "root.key", mode: 0o400)
    let key = try RootKeyFile.read(.file(path))
    #expect(key.withUnsafeBytes { Array($0) } == Self.key)
  }

  @Test func `is made once, private and random, and is then what is read`() throws {
    let scratch = try Scratch()
    let made = try RootKeyFile.create(scratch.file("a.key"))
    #expect(made.count == 32)
    #expect(scratch.mode("a.key") == S_IFREG | 0o600)
    #expect(try RootKeyFile.read(.file(scratch.file("a.key"))).constantTimeEquals(made))
    #expect(throws: RootKeyFault.exists(path: scratch.file("a.key"))) {
      try RootKeyFile.create(scratch.file("a.key"))
    }
    #expect(try RootKeyFile.read(.file(scratch.file("a.key"))).constantTimeEquals(made))
    #expect(try !RootKeyFile.create(scratch.file("b.key")).constantTimeEquals(made))
  }

  @Test func `is not made through a link, or in a folder that is not there`() throws {
    let scratch = try Scratch()
    try #require(symlink(scratch.file("target"), scratch.file("link")) == 0)
    #expect(throws: RootKeyFault.exists(path: scratch.file("link"))) {
      try RootKeyFile.create(scratch.file("link"))
    }
    #expect(scratch.mode("target") == nil)
    let fault = #expect(throws: RootKeyFault.self) {
      try RootKeyFile.create(scratch.file("none/root.key"))
    }
    #expect(
      fault?.description.hasSuffix("run: install -d -m 0700 '\(scratch.file("none"))'") == true)
  }

  @Test(arguments: [0, 31, 33, 44, 64])
  func `of another size is refused`(count: Int) throws {
    let scratch = try Scratch()
    let path = try scratch.write([UInt8](repeating: 7, count: count), to: "root.key")
    #expect(
      fault(.file(path))
        == .unfit(
          path: path, found: "\(count) bytes long",
          remedy: "it must hold 32 raw bytes and no newline"))
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o610, 0o601, 0o777] as [mode_t])
  func `that others can reach is refused`(mode: mode_t) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.key, to: "root.key", mode: mode)
    guard case .unfit(_, let found, let remedy)? = fault(.file(path)) else {
      Issue.record("mode \(mode.octal) was taken")
      return
    }
    #expect(found == "open to other accounts (mode \(mode.octal))")
    #expect(remedy.hasSuffix("run: chmod 0600 '\(path)'"))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `that somebody else owns is refused`() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.key, to: "root.key")
    try #require(chown(path, 4_711, 0) == 0)
    guard case .unfit(_, "owned by uid 4711", _)? = fault(.file(path)) else {
      Issue.record("another owner was taken")
      return
    }
  }

  @Test func `that is missing, a link, a folder or a pipe is refused, each with its own words`()
    throws
  {
    let scratch = try Scratch()
    let path = scratch.file("root.key")
    #expect(fault(.file(path)) == .missing(path: path))
    try scratch.write(Self.key, to: "real")
    try #require(symlink(scratch.file("real"), path) == 0)
    #expect(
      fault(.file(path))
        == .unfit(path: path, found: "a symbolic link", remedy: "name the file itself"))
    try #require(mkfifo(scratch.file("pipe"), 0o600) == 0)
    for name in ["pipe", "."] {
      guard case .unfit(_, "not a regular file", _)? = fault(.file(scratch.file(name))) else {
        Issue.record("\(name) was taken")
        return
      }
    }
  }

  @Test func `as a credential is read where systemd puts it, by an ACL if need be`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.key, to: "envgate.root-key", mode: 0o440)
    let key = try RootKeyFile.read(
      .credential("envgate.root-key"), credentials: scratch.path)
    #expect(key.withUnsafeBytes { Array($0) } == Self.key)
    #expect(fault(.credential("k")) == .noCredential(name: "k"))
    #expect(fault(.credential("k"), credentials: scratch.path) == .noCredential(name: "k"))
    for mode: mode_t in [0o444, 0o460] {
      try scratch.write(Self.key, to: "envgate.root-key", mode: mode)
      #expect(fault(.credential("envgate.root-key"), credentials: scratch.path) != nil)
    }
  }
}
