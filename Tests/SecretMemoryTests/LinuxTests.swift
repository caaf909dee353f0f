import CLinux
import Glibc
import Promises
import Testing

@Suite struct `What the kernel says` {
  @Test func `the peer of a socket pair is this process`() throws {
    var pair: [Int32] = [0, 0]
    try #require(
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0
    )
    defer { pair.forEach { close($0) } }
    var peer = envgate_credentials()
    #expect(envgate_peer_credentials(pair[0], &peer) == 0)
    #expect(peer.pid == getpid() && peer.uid == geteuid() && peer.gid == getegid())
    #expect(envgate_peer_credentials(-1, &peer) == EBADF)
  }

  @Test func `the groups of a peer are the kernel's, a short buffer learns their number`() throws {
    var own = [gid_t](repeating: 0, count: 1_024)
    let number = Int(getgroups(Int32(own.count), &own))
    var pair: [Int32] = [0, 0]
    try #require(
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0
    )
    defer { pair.forEach { close($0) } }
    var groups = [UInt32](repeating: 0, count: 1_024)
    var count = UInt32(groups.count)
    #expect(envgate_peer_groups(pair[0], &groups, &count) == 0)
    #expect(groups.prefix(Int(count)).sorted() == own.prefix(number).sorted())
    if count > 0 {
      var short: UInt32 = 0
      #expect(envgate_peer_groups(pair[0], &groups, &short) == ERANGE)
      #expect(short == count)
    }
  }

  @Test func `the boot id is the one of the kernel and stays`() {
    var first = [UInt8](repeating: 0, count: 16)
    var second = first
    #expect(envgate_boot_id(&first) == 0)
    #expect(envgate_boot_id(&second) == 0)
    #expect(first == second)
    #expect(Set(first).count > 1)
  }

  @Test func `the clocks run forwards`() {
    var boot: Int64 = 0
    var later: Int64 = 0
    var wall: Int64 = 0
    #expect(envgate_boottime_ms(&boot) == 0)
    #expect(envgate_boottime_ms(&later) == 0)
    #expect(envgate_walltime_ms(&wall) == 0)
    #expect(boot > 0 && later >= boot)
    #expect(wall > 1_700_000_000_000)
  }
}

@Suite struct `The account database` {
  @Test func `knows root by number and by name`() {
    var name = [CChar](repeating: 0, count: 64)
    var gid: UInt32 = 99
    var uid: UInt32 = 99
    #expect(envgate_account_by_uid(0, &name, name.count, &gid) == 0)
    #expect(text(name) == "root")
    #expect(gid == 0)
    #expect(envgate_uid_by_name("root", &uid, &gid) == 0)
    #expect(uid == 0)
    #expect(envgate_group_name(0, &name, name.count) == 0)
    #expect(text(name) == "root")
    #expect(envgate_gid_by_name("root", &gid) == 0)
    #expect(envgate_account_by_uid(0, &name, 4, &gid) == ERANGE)
  }

  @Test func `tells unknown from known`() {
    var name = [CChar](repeating: 0, count: 64)
    var number: UInt32 = 0
    var group: UInt32 = 0
    #expect(envgate_account_by_uid(3_999_999_999, &name, name.count, &number) == ENOENT)
    #expect(envgate_uid_by_name("no-such-account", &number, &group) == ENOENT)
    #expect(envgate_gid_by_name("no-such-group", &number) == ENOENT)
    #expect(envgate_group_name(3_999_999_999, &name, name.count) == ENOENT)
  }

  @Test func `lists the groups of an account, the primary one included`() {
    var groups = [UInt32](repeating: 0, count: 256)
    var count = Int32(groups.count)
    #expect(envgate_groups_of("root", 0, &groups, &count) == 0)
    #expect(groups.prefix(Int(count)).contains(0))
    var none: Int32 = 0
    #expect(envgate_groups_of("root", 0, &groups, &none) == ERANGE)
    #expect(none == count)
  }
}

@Suite struct `A listening socket` {
  @Test func `has the mode that was asked for and takes no path from another`() throws {
    let folder = "/tmp/envgate-\(getpid())-listen"
    mkdir(folder, 0o700)
    let path = folder + "/s"
    defer {
      unlink(path)
      rmdir(folder)
    }
    var listener: Int32 = -1
    #expect(envgate_listen_unix(path, 0o660, ENVGATE_KEEP_GROUP, 8, &listener, nil) == 0)
    defer { close(listener) }
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o660)
    var other: Int32 = -1
    #expect(envgate_listen_unix(path, 0o660, ENVGATE_KEEP_GROUP, 8, &other, nil) == EADDRINUSE)
    var client: Int32 = -1
    #expect(envgate_connect_unix(path, &client) == 0)
    close(client)
  }

  @Test(.promise(.socketModeReachesNoOtherFile))
  func `tells which file it made, whatever has its name later`() throws {
    let folder = "/tmp/envgate-\(getpid())-place"
    mkdir(folder, 0o700)
    let path = folder + "/s"
    defer {
      unlink(path)
      rmdir(folder)
    }
    var listener: Int32 = -1
    var made = envgate_file_id()
    #expect(envgate_listen_unix(path, 0o600, ENVGATE_KEEP_GROUP, 8, &listener, &made) == 0)
    defer { close(listener) }
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(made.inode == status.st_ino && made.device == status.st_dev)
    // Nothing of the question who answers there is left to be accepted.
    var accepted: Int32 = -1
    #expect(envgate_accept_unix(listener, &accepted) == EAGAIN)
  }

  @Test func `needs a path that fits`() {
    var fd: Int32 = -1
    #expect(envgate_connect_unix(String(repeating: "x", count: 108), &fd) == ENAMETOOLONG)
    #expect(envgate_connect_unix("", &fd) == ENOENT)
    #expect(envgate_connect_unix("/nonexistent/socket", &fd) == ENOENT)
    #expect(fd == -1)
  }

  @Test func `a lock has one holder`() throws {
    let path = "/tmp/envgate-\(getpid())-lock"
    let first = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let second = open(path, O_RDWR | O_CLOEXEC)
    defer {
      close(second)
      unlink(path)
    }
    #expect(envgate_lock_file(first) == 0)
    #expect(envgate_lock_file(second) == EWOULDBLOCK)
    close(first)
    #expect(envgate_lock_file(second) == 0)
  }
}

private func text(_ name: [CChar]) -> String {
  String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
