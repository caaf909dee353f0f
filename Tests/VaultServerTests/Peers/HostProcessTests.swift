import Glibc
import Testing
import VaultCore

@testable import VaultServer

/// What tells a process of a container from one of the host, each sign by itself.
@Suite(.serialized) struct `a process of the host` {
  /// A program that runs until this is gone.
  private final class Child {
    let pid: pid_t

    init(_ words: [String]) throws {
      let argv = words.map { strdup($0) } + [nil]
      defer { for word in argv { free(word) } }
      var child: pid_t = 0
      try #require(posix_spawnp(&child, words[0], nil, nil, argv, environ) == 0)
      pid = child
    }

    /// Whether it lives in another user namespace by now.
    func isApart() -> Bool {
      func link(_ pid: String) -> [CChar] {
        var name = [CChar](repeating: 0, count: 64)
        _ = readlink("/proc/\(pid)/ns/user", &name, 63)
        return name
      }
      for _ in 0..<2_000 {
        if link("self") != link("\(pid)") { return true }
        usleep(5_000)
      }
      return false
    }

    deinit {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
  }

  private func write(_ text: String, _ path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(file >= 0)
    defer { close(file) }
    let bytes = Array(text.utf8)
    try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
  }

  private let pid = "\(getpid())"

  @Test func `kernel-identity: is one whose mounts, namespaces and maps are ours`() throws {
    let own = try #require(HostProcess(mayTrace: false))
    #expect(own.confinement(of: pid) == nil)
    #expect(try #require(HostProcess()).confinement(of: pid) == nil)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func `kernel-identity: is none whose uids mean others, though its namespaces cannot be seen`()
    throws
  {
    let child = try Child(["unshare", "--user", "--map-root-user", "sleep", "60"])
    try #require(child.isApart())
    #expect(
      try #require(HostProcess(mayTrace: false)).confinement(of: "\(child.pid)") == .userNamespace)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func `kernel-identity: is none in another user namespace, though its uids mean the same there`()
    throws
  {
    let child = try Child(["unshare", "--user", "sleep", "60"])
    try #require(child.isApart())
    for map in ["uid_map", "gid_map"] { try write("0 0 4294967295", "/proc/\(child.pid)/\(map)") }
    #expect(try #require(HostProcess()).confinement(of: "\(child.pid)") == .userNamespace)
  }

  @Test func `kernel-identity: is none whose list of mounts is too long, or not read in time`()
    throws
  {
    let short = try #require(HostProcess(longestMounts: 10))
    #expect(short.confinement(of: pid) == .mountList)
    let own = try #require(HostProcess())
    #expect(own.confinement(of: pid, isOver: { true }) == .unanswered)
    #expect(own.confinement(of: "0") == .processGone)
  }

  @Test func `kernel-identity: has the root that was mounted last, or the one that we know`() throws
  {
    let scratch = try Scratch()
    let path = scratch.file("mountinfo")
    let lines = [
      "21 1 0:20 / / rw - overlay a rw", "22 21 0:21 / /proc rw - proc proc rw",
      "23 21 8:1 /b / rw - ext4 b rw", "24 23 8:1 /c / rw - ext4 c rw",
    ]
    try write(lines.joined(separator: "\n") + "\n", path)
    func mount(_ known: MountedRoot? = nil) throws -> String? {
      try MountedRoot.find(path, limit: .max, known: known).root?.mount
    }
    #expect(try mount() == "24")
    let known = try #require(MountedRoot(Array(lines[2].utf8)))
    #expect(try mount(known) == "23")
    #expect(MountedRoot(Array(lines[1].utf8)) == nil)
  }
}
