import Glibc
import Logging
import SecretMemory
import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

/// A folder with a vault in it, and the daemon's parts to run it in this process.
struct DaemonBench {
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
    try VaultEngine.create(directory: folder + "/state", now: RunningDaemon.reading()) { key }
  }

  /// Whoever runs the tests is admin and auditor.
  func configuration() -> Configuration {
    let admin = Principal.uid(geteuid())
    return Configuration(
      socket: .init(path: socket, mode: 0o600, group: nil), stateDirectory: folder + "/state",
      rootKey: .file(folder + "/root.key"),
      standing: Standing(admins: [admin], auditors: [admin]), people: People(),
      serviceAccounts: [], limits: .init())
  }

  func start(
    inherited: InheritedSockets? = nil, manager: ServiceManager = ServiceManager { _ in nil },
    limits: Configuration.Limits = .init(), credentials: Configuration.Credentials = .init(),
    metrics: Configuration.Metrics = .init(),
    timing: Hub.Timing = .init(),
    looks: LookThreads = LookThreads(), accountSource: AccountSource = .system,
    hasPeerDescriptors: Bool = PeerProcess.hasDescriptors,
    clock: @escaping @Sendable () -> ClockReading = RunningDaemon.reading,
    lostLines: @escaping @Sendable () -> Int? = { nil }
  ) throws -> RunningDaemon {
    var configuration = configuration()
    configuration.limits = limits
    configuration.credentials = credentials
    configuration.metrics = metrics
    return try RunningDaemon(
      configuration: configuration,
      socket: try ListeningSocket(
        configuration.socket,
        inherited: try inherited.flatMap {
          try ListeningSocket.take($0, for: configuration)[ListeningSocket.name]
        }),
      credentials: try ListeningSocket(credentials: credentials, inherited: nil),
      metrics: try metrics.socket.map {
        try SocketFile(
          path: $0, mode: metrics.group == nil ? 0o600 : 0o660, group: metrics.group)
      },
      rootKey: RootKeyHandOver(key), manager: manager, timing: timing, looks: looks,
      accountSource: accountSource, hasPeerDescriptors: hasPeerDescriptors, clock: clock,
      lostLines: lostLines,
      logger: DaemonLog(Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
  }

  func client() throws -> SocketLines { try SocketLines(socket) }

  func remove() {
    for name in ["vault.sqlite3", "vault.sqlite3-wal", "vault.sqlite3-shm", "lock"] {
      unlink(folder + "/state/" + name)
    }
    rmdir(folder + "/state")
    unlink(folder + "/envgated.json")
    unlink(folder + "/log")
    unlink(socket)
    unlink(socket + ".lock")
    unlink(folder + "/metrics.sock.lock")
    unlink(folder + "/credentials.sock")
    unlink(folder + "/credentials.sock.lock")
    rmdir(folder)
  }
}

/// Lines over a socket, for one thread.
final class SocketLines {
  let descriptor: Int32
  private var rest: [UInt8] = []

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    waitBriefly()
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

  /// A connection that is there; its descriptor is this one's from here on.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    waitBriefly()
  }

  deinit { close(descriptor) }

  /// No answer in time is a failure, not a hang.
  private func waitBriefly() {
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

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
