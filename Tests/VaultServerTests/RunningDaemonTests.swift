import Glibc
import Logging
import SecretMemory
import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

/// The whole server in this process: event loop, commit, audit desk and checkpointer together, so that
/// ThreadSanitizer sees them meet.
@Suite(.serialized) struct RunningDaemonTests {
  @Test
  func `clients that set, read, wait and list at once all get their answers, and a stop ends it`()
    async throws
  {
    let bench = try Bench()
    defer { bench.remove() }
    let daemon = try bench.start()
    let uid = geteuid()
    let first = try bench.client()
    #expect(
      try first.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"development","requesters":["uid:\#(uid)"],"unprotected":true}}"#
      ).contains("\"revision\":1"))
    #expect(
      try first.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"production","requesters":["uid:\#(uid)"],"rules":[{"reviewers":["uid:\#(uid)"],"required":1}],"prevent_self_review":false}}"#
      ).contains("\"revision\":1"))
    #expect(
      try first.call(
        #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"production","name":"TOKEN","value":"p"}}"#
      ).contains("\"version\":1"))
    let path = bench.socket
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask { try Self.work(worker, path) }
      }
      try await group.waitForAll()
    }
    #expect(
      try first.call(#"{"jsonrpc":"2.0","id":1,"method":"audit.verify"}"#).contains(
        "\"verified\":true"))
    daemon.stop()
    #expect(try first.line() == nil)
  }

  /// One client's life, with every kind of call.
  private static func work(_ worker: Int, _ path: String) throws {
    let client = try SocketLines(path)
    for round in 0..<20 {
      let name = "S\(worker)"
      #expect(
        try client.call(
          #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"development","name":"\#(name)","value":"v\#(round)"}}"#
        ).contains("version"))
      #expect(
        try client.call(
          #"{"jsonrpc":"2.0","id":2,"method":"secret.get","params":{"environment":"development","name":"\#(name)"}}"#
        ).contains("\"v\(round)\""))
      #expect(
        try client.call(#"{"jsonrpc":"2.0","id":3,"method":"audit.list","params":{"limit":3}}"#)
          .contains("items"))
    }
    let made = try client.call(
      #"{"jsonrpc":"2.0","id":4,"method":"request.create","params":{"environment":"production"}}"#)
    let id = text(after: "\"result\":{\"id\":", in: made) { $0.isNumber }
    let digest = text(after: "\"digest\":\"", in: made) { $0 != "\"" }
    let waiter = try SocketLines(path)
    try waiter.send(
      #"{"jsonrpc":"2.0","id":5,"method":"request.wait","params":{"request":\#(id)}}"# + "\n")
    #expect(
      try client.call(
        #"{"jsonrpc":"2.0","id":6,"method":"request.approve","params":{"request":\#(id),"digest":"\#(digest)"}}"#
      ).contains("approved"))
    #expect(try waiter.line()?.contains("approved") == true)
    #expect(
      try client.call(
        #"{"jsonrpc":"2.0","id":7,"method":"grant.activate","params":{"request":\#(id)}}"#
      ).contains("active"))
    #expect(
      try client.call(
        #"{"jsonrpc":"2.0","id":8,"method":"grant.read","params":{"request":\#(id)}}"#
      )
      .contains("\"value\":\"p\""))
  }

  private static func text(
    after mark: String, in line: String, _ holds: (Character) -> Bool
  ) -> String {
    guard let start = line.firstRange(of: mark)?.upperBound else { return "" }
    return String(line[start...].prefix(while: holds))
  }
}

/// A folder with a vault in it, and the daemon's parts to run it in this process.
private struct Bench {
  let folder: String
  var socket: String { folder + "/envgate.sock" }
  private let key: SecretBuffer

  init() throws {
    var template = Array("/tmp/envgate-server-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let bytes = [UInt8](repeating: 9, count: 32)
    let key = try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
    self.key = key
    try VaultEngine.create(directory: folder + "/state", now: RunningDaemon.moment()) { key }
  }

  func start() throws -> RunningDaemon {
    let admin = Principal.uid(geteuid())
    let configuration = Configuration(
      socket: .init(path: socket, mode: 0o600, group: nil), stateDirectory: folder + "/state",
      rootKey: .file(folder + "/root.key"),
      standing: Standing(admins: [admin], auditors: [admin]), people: People(),
      serviceAccounts: [], limits: .init())
    let file = try SocketFile(path: socket, mode: 0o600, group: nil)
    return try RunningDaemon(
      configuration: configuration, socket: file, rootKey: key,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  func client() throws -> SocketLines { try SocketLines(socket) }

  func remove() {
    for name in ["vault.sqlite3", "vault.sqlite3-wal", "vault.sqlite3-shm", "lock"] {
      unlink(folder + "/state/" + name)
    }
    rmdir(folder + "/state")
    unlink(socket)
    unlink(socket + ".lock")
    rmdir(folder)
  }
}

/// Lines over a socket, for one thread.
private final class SocketLines {
  private let descriptor: Int32
  private var rest: [UInt8] = []

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(connected == 0)
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func line() throws -> String? {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      if let end = rest.firstIndex(of: 0x0A) {
        defer { rest.removeFirst(end + 1) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      let count = read(descriptor, &chunk, chunk.count)
      if count <= 0 { return nil }
      rest += chunk[..<count]
    }
  }

  func call(_ text: String) throws -> String {
    try send(text + "\n")
    return try #require(try line())
  }
}
