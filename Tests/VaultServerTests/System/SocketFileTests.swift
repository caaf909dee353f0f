import CLinux
import Glibc
import Testing

@testable import VaultServer

@Suite struct `the socket's file` {
  private func connects(_ path: String) -> Bool {
    var descriptor: Int32 = -1
    guard envgate_connect_unix(path, &descriptor) == 0 else { return false }
    close(descriptor)
    return true
  }

  /// A socket file whose process is gone.
  private func leaveStale(_ path: String, mode: UInt32 = 0o600) throws {
    var descriptor: Int32 = -1
    try #require(envgate_listen_unix(path, mode, UInt32.max, 1, &descriptor, nil) == 0)
    close(descriptor)
  }

  private func fault(_ path: String) -> SocketFault? {
    do throws(SocketFault) {
      let made = try SocketFile(path: path, mode: 0o600, group: nil)
      close(made.descriptor)
      return nil
    } catch { return error }
  }

  @Test(arguments: [0o600, 0o660, 0o666] as [UInt32])
  func `has its mode and listens`(mode: UInt32) throws {
    let scratch = try Scratch()
    let made = try SocketFile(path: scratch.file("s"), mode: mode, group: nil)
    defer { close(made.descriptor) }
    #expect(scratch.mode("s") == S_IFSOCK | mode)
    #expect(connects(made.path))
    #expect(fcntl(made.descriptor, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file to a group it is not in"))
  func `has its group`() throws {
    let scratch = try Scratch()
    let made = try SocketFile(path: scratch.file("s"), mode: 0o660, group: 4_712)
    defer { close(made.descriptor) }
    var found = stat()
    try #require(lstat(made.path, &found) == 0)
    #expect(found.st_gid == 4_712)
    #expect(found.st_mode == S_IFSOCK | 0o660)
  }

  @Test func `takes the place of one that nobody listens at`() throws {
    let scratch = try Scratch()
    try leaveStale(scratch.file("s"), mode: 0o666)
    #expect(!connects(scratch.file("s")))
    let made = try SocketFile(path: scratch.file("s"), mode: 0o600, group: nil)
    defer { close(made.descriptor) }
    #expect(connects(made.path))
    #expect(scratch.mode("s") == S_IFSOCK | 0o600)
  }

  @Test func `a second daemon is refused and the first one goes on`() throws {
    let scratch = try Scratch()
    let first = try SocketFile(path: scratch.file("s"), mode: 0o600, group: nil)
    defer { close(first.descriptor) }
    #expect(fault(first.path) == .inUse(path: first.path))
    // Even where somebody took the lock's file away, who answers is left alone.
    unlink(first.path + ".lock")
    #expect(fault(first.path) == .inUse(path: first.path))
    #expect(connects(first.path))
  }

  @Test func `a listener that takes no more connections is somebody too`() throws {
    let scratch = try Scratch()
    var listener: Int32 = -1
    try #require(envgate_listen_unix(scratch.file("s"), 0o600, UInt32.max, 0, &listener, nil) == 0)
    defer { close(listener) }
    var waiting: Int32 = -1
    try #require(envgate_connect_unix(scratch.file("s"), &waiting) == 0)
    defer { close(waiting) }
    #expect(fault(scratch.file("s")) == .inUse(path: scratch.file("s")))
  }

  @Test func `what is no socket is left as it is`() throws {
    let scratch = try Scratch()
    try scratch.write("precious", to: "s")
    try #require(symlink(scratch.file("elsewhere"), scratch.file("link")) == 0)
    for name in ["s", "link"] {
      #expect(fault(scratch.file(name)) == .notASocket(path: scratch.file(name)))
    }
    #expect(scratch.mode("s") == S_IFREG | 0o600)
  }

  @Test func `a folder that everybody may write is refused without the sticky bit`() throws {
    let scratch = try Scratch()
    try #require(mkdir(scratch.file("open"), 0o777) == 0)
    chmod(scratch.file("open"), 0o777)
    #expect(
      fault(scratch.file("open/s")) == .openFolder(path: scratch.file("open"), mode: "0777"))
    chmod(scratch.file("open"), 0o1777)
    #expect(fault(scratch.file("open/s")) == nil)
  }

  @Test func `a missing folder is made so that others can pass, two are not`() throws {
    let scratch = try Scratch()
    #expect(fault(scratch.file("run/s")) == nil)
    #expect(scratch.mode("run") == S_IFDIR | 0o755)
    guard case .system? = fault(scratch.file("a/b/s")) else {
      Issue.record("a folder in a missing folder was made")
      return
    }
  }

  @Test func `is removed at the end, with its lock free again`() throws {
    let scratch = try Scratch()
    do {
      let made = try SocketFile(path: scratch.file("s"), mode: 0o600, group: nil)
      close(made.descriptor)
      made.remove()
      made.remove()
    }
    #expect(scratch.mode("s") == nil)
    #expect(fault(scratch.file("s")) == nil)
  }

  @Test func `another's file by that name is not removed`() throws {
    let scratch = try Scratch()
    let made = try SocketFile(path: scratch.file("s"), mode: 0o600, group: nil)
    defer { close(made.descriptor) }
    try leaveStale(scratch.file("other"))
    try #require(rename(scratch.file("other"), scratch.file("s")) == 0)
    made.remove()
    #expect(scratch.mode("s") == S_IFSOCK | 0o600)
  }

  @Test func `a path that does not fit an address is refused`() throws {
    let scratch = try Scratch()
    let path = scratch.file(String(repeating: "s", count: 120))
    #expect(fault(path) == .system(SystemFault("listen at", path, code: ENAMETOOLONG)))
  }
}
