import Glibc
import Promises
import Testing

@testable import VaultClient

@Suite struct ClientTransportTests {
  @Test(
    arguments: [
      (0, nil, 1_500), (0, 33, 1_500), (1_500, 1_500, 1_500), (1_500, nil, 1_500),
      (994, 994, 1_500), (994, 994, 0),
    ] as [(UInt32, UInt32?, UInt32)])
  func `root, oneself and the system account that owns the socket may get a value`(
    listener: UInt32, owner: UInt32?, caller: UInt32
  ) {
    #expect(ServerIdentity.isTrusted(listener: listener, fileOwner: owner, caller: caller))
  }

  @Test(
    .promise(.falseDaemon),
    arguments: [
      (1_001, 1_001, 1_500), (1_001, 0, 0), (994, 0, 1_500), (994, nil, 1_500), (994, 995, 1_500),
      (65_534, 65_534, 1_500), (1_000, 1_000, 0),
    ] as [(UInt32, UInt32?, UInt32)])
  func `nobody else may get a value`(listener: UInt32, owner: UInt32?, caller: UInt32) {
    #expect(!ServerIdentity.isTrusted(listener: listener, fileOwner: owner, caller: caller))
  }

  @Test(.promise(.falseDaemonInContainer))
  func `from inside a user namespace a mounted socket gets tickets, and no values`() {
    func isTrusted(
      _ listener: UInt32, _ owner: UInt32?, _ cargo: ServerIdentity.Cargo, unknown: UInt32? = 65_534
    ) -> Bool {
      ServerIdentity.isTrusted(
        listener: listener, fileOwner: owner, caller: 1_001, cargo: cargo, unknown: unknown)
    }
    #expect(isTrusted(65_534, 65_534, .ticket))
    #expect(!isTrusted(65_534, 65_534, .value))
    #expect(!isTrusted(65_534, 65_534, .ticket, unknown: nil))
    #expect(!isTrusted(65_534, 1_002, .ticket) && !isTrusted(1_002, 1_002, .ticket))
    #expect(!isTrusted(65_534, nil, .ticket))
  }

  @Test func `outside of a user namespace nobody is unknown, so no such account gets a ticket`() {
    var line = [UInt8](repeating: 0, count: 64)
    let file = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC)
    let count = read(file, &line, line.count)
    close(file)
    let isHost =
      String(decoding: line.prefix(max(0, count)), as: UTF8.self)
      .split { $0 == " " || $0 == "\n" } == ["0", "0", "4294967295"]
    #expect((ServerIdentity.unknownID() == nil) == isHost)
  }

  @Test func `a path with a NUL leads to no other socket than the one it names`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let descriptor = try listener(path)
    defer { close(descriptor) }
    #expect(throws: ClientFault.noDaemon(path: path + "\0x")) { try connect(path + "\0x") }
  }

  @Test func `each way not to reach a daemon is told apart`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let missing = folder.path + "/none"
    #expect(throws: ClientFault.noDaemon(path: missing)) { try connect(missing) }
    #expect(throws: ClientFault.noDaemon(path: "")) { try connect("") }

    let file = folder.path + "/file"
    close(open(file, O_CREAT | O_WRONLY, 0o600))
    #expect(throws: ClientFault.notASocket(path: file)) { try connect(file) }

    let stale = folder.path + "/stale"
    try abandonedListener(stale)
    #expect(throws: ClientFault.staleSocket(path: stale)) { try connect(stale) }

    let long = folder.path + "/" + String(repeating: "x", count: 120)
    #expect(throws: ClientFault.pathTooLong(limit: 107)) { try connect(long) }
  }

  @Test func `a listener that hangs up is a lost connection, not a wait`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let descriptor = try listener(path)
    var channel = try LineChannel(path: path, lineLimit: 64)
    // Accepted by nobody: closing the listener resets what waits in its queue.
    close(descriptor)
    let fault = #expect(throws: ClientFault.self) {
      try channel.receive(deadline: WaitDeadline(secondsFromNow: 60)) { _ in }
    }
    #expect(fault == .connectionLost)
  }

  @Test func `a silent daemon ends the wait at its deadline`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let descriptor = try listener(path)
    defer { close(descriptor) }
    var channel = try LineChannel(path: path, lineLimit: 64)
    #expect(throws: ClientFault.timedOut) {
      try channel.receive(deadline: WaitDeadline(secondsFromNow: 0)) { _ in }
    }
  }

  @Test func `lines come whole, however they were cut, and are used up`() throws {
    var buffer = LineBuffer(limit: 1 << 20)
    var lines: [String] = []
    let text = "first\n\n" + String(repeating: "x", count: 20_000) + "\nrest"
    for byte in text.utf8 {
      try put([byte], into: &buffer)
      if let length = buffer.lineLength() {
        lines.append(buffer.consume(length) { String(decoding: $0, as: UTF8.self) })
      }
    }
    #expect(lines == ["first", "", String(repeating: "x", count: 20_000)])
    #expect(buffer.lineLength() == nil)
    try put(Array("\na\nb\n".utf8), into: &buffer)
    while let length = buffer.lineLength() {
      lines.append(buffer.consume(length) { String(decoding: $0, as: UTF8.self) })
    }
    #expect(Array(lines.suffix(3)) == ["rest", "a", "b"])
  }

  @Test func `a line without an end is refused at the limit`() throws {
    var buffer = LineBuffer(limit: 10_000)
    for _ in 0..<10_000 { try put([0x78], into: &buffer) }
    let fault = #expect(throws: ClientFault.self) { try put([0x78], into: &buffer) }
    #expect(fault == .replyTooLong(limit: 10_000))
  }

  @Test func `a deadline beyond all time does not overflow`() {
    #expect(WaitDeadline(secondsFromNow: .max).remaining == .max)
    #expect(WaitDeadline(secondsFromNow: 0).remaining == 0)
    #expect(WaitDeadline(secondsFromNow: -1).remaining == 0)
  }

  private func put(_ bytes: [UInt8], into buffer: inout LineBuffer) throws {
    try buffer.fill { room throws(ClientFault) in
      room.copyBytes(from: bytes)
      return bytes.count
    }
  }

  private func connect(_ path: String) throws { _ = try LineChannel(path: path, lineLimit: 64) }

  /// A listening socket at a path.
  func listener(_ path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafeBytes(of: &address) { bytes in
      bytes.baseAddress.map {
        bind(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
      }
    }
    try #require(bound == 0 && listen(descriptor, 1) == 0)
    return descriptor
  }

  /// Leaves a socket behind at which nobody listens: a child that another test starts at this moment has a
  /// copy of the descriptor until it is its own program.
  func abandonedListener(_ path: String) throws {
    let descriptor = try listener(path)
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }
}

/// A folder of one test's own.
struct Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/envgate-test-XXXXXX\0".utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  func remove() {
    for name in ["file", "stale", "socket", "out"] { unlink(path + "/" + name) }
    rmdir(path)
  }
}
