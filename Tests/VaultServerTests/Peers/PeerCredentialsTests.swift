import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

@Suite struct `the peer of a socket` {
  @Test func `kernel-identity: a pair of our own says who we are`() throws {
    var ends: [Int32] = [0, 0]
    try #require(
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    )
    defer { for end in ends { close(end) } }
    let peer = try PeerCredentials(descriptor: ends[0])
    #expect(peer.uid == geteuid())
    #expect(peer.gid == getegid())
    #expect(peer.pid == getpid())
    var own = [gid_t](repeating: 0, count: 1_024)
    let count = getgroups(Int32(own.count), &own)
    #expect(Set(peer.groups) == Set(own.prefix(Int(count))))
  }

  @Test func `what is no socket has no peer`() throws {
    let file = try OpenFile("/dev/null")
    let fault = #expect(throws: SystemFault.self) {
      try PeerCredentials(descriptor: file.descriptor)
    }
    #expect(fault?.code == ENOTSOCK)
  }

  /// Accounts without a name will do: the kernel knows numbers.
  @Test(
    .promise(.groupsAreBounded),
    .enabled(if: geteuid() == 0, "only root can connect as somebody else"),
    arguments: [[], [5, 60], Array(20_000..<21_024), Array(20_000..<21_025)] as [[UInt32]])
  func `kernel-identity: another account's uid, gid and groups come from the kernel`(
    groups: [UInt32]
  ) throws {
    let scratch = try Scratch()
    let socket = try SocketFile(path: scratch.file("s"), mode: 0o666, group: nil)
    defer { close(socket.descriptor) }
    let list = groups.map(String.init).joined(separator: ",")
    let code = runProgram(
      ["setpriv", "--reuid=4711", "--regid=4712"]
        + [groups.isEmpty ? "--clear-groups" : "--groups=\(list)"]
        + ["socat", "-u", "/dev/null", "UNIX-CONNECT:\(socket.path)"])
    try #require(code == 0, "setpriv (util-linux) and socat are needed")
    let accepted = accept(socket.descriptor, nil, nil)
    try #require(accepted >= 0)
    defer { close(accepted) }
    let peer = try PeerCredentials(descriptor: accepted)
    #expect(peer.uid == 4711)
    #expect(peer.gid == 4712)
    // More than those that are looked through count for nothing.
    let groups = groups.count > PeerCredentials.mostGroups ? [] : groups
    #expect(Set(peer.groups) == Set(groups))

    let caller = peer.caller(connection: 9, overflow: OverflowIDs(uid: 4711, gid: 60))
    #expect(caller.connection == 9)
    #expect(caller.isOverflow)
    #expect(caller.account == nil)
    #expect(Set(caller.kernelGroups) == Set(groups + [4712]).subtracting([60]))
    #expect(!peer.caller(connection: 9, overflow: OverflowIDs()).isOverflow)
  }

  @Test func `the overflow ids are the kernel's, and its default where procfs is silent`() throws {
    let scratch = try Scratch()
    try scratch.write("1234\n", to: "overflowuid")
    try scratch.write("no number\n", to: "overflowgid")
    #expect(OverflowIDs.ofKernel(folder: scratch.path) == OverflowIDs(uid: 1_234, gid: 65_534))
    #expect(OverflowIDs.ofKernel(folder: scratch.file("none")) == OverflowIDs())
  }
}
