import Glibc
import Promises
import Testing

/// Clients of config/examples that use nothing of ours: the protocol needs no library.
@Suite(
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(
    if: ["python3", "socat", "jq", "perl"].allSatisfy { access("/usr/bin/" + $0, X_OK) == 0 },
    "skipped: needs python3, socat, jq and perl"))
struct OtherClientTests {
  enum Client: String, CaseIterable {
    case python = "client.py"
    case shell = "client.sh"

    var command: [String] {
      [self == .python ? "/usr/bin/python3" : "/bin/bash", RecipeHost.example(rawValue)]
    }
  }

  private static let values = ["plain", "two\nlines\n", "é'\"\\$x\u{1}", "", "a\0b", "\u{7F}\t"]

  @Test(arguments: Client.allCases)
  func `a client without our library reads what nothing protects, byte for byte`(client: Client)
    throws
  {
    let daemon = try HandOverTests.stage()
    for value in Self.values {
      try daemon.must(
        ["secret", "set", "KEY", "-e", "dev", "--raw", "--allow-empty"], input: value)
      let done = try start(client, daemon, "dev").finish()
      #expect(done.code == 0, "\(done.stderr)")
      #expect(done.stdout == Array(value.utf8))
    }
    let file = daemon.folder + "/all-bytes"
    let bytes = (UInt8.min...UInt8.max).map { $0 }
    try writeBytes(bytes, file)
    try daemon.must(["secret", "set", "KEY", "-e", "dev", "--file", file])
    #expect(try start(client, daemon, "dev").finish().stdout == bytes)
  }

  @Test(arguments: Client.allCases)
  func `a client without our library asks, waits, reads what was approved, and closes`(
    client: Client
  ) throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    let job = try start(client, daemon, "production", "AZURE_CREDENTIALS")
    let id = try MainJobTests.waitingRequest(job)
    try JobLifeTests.approve(daemon, id)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == MainJobTests.credentials)
    let shown = try daemon.must(["request", "show", id, "--json"])
    #expect(shown.contains(#""state":"closed","outcome":"success""#), "\(shown)")
  }

  @Test(arguments: Client.allCases)
  func `a client without our library says why it gets nothing`(client: Client) throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    let job = try start(client, daemon, "production", "AZURE_CREDENTIALS")
    let id = try MainJobTests.waitingRequest(job)
    try daemon.must(["reject", id, "-m", "not today"], as: TestDaemon.bob.uid)
    let done = job.finish()
    #expect(done.code != 0 && done.stdout.isEmpty)
    #expect(done.stderr.contains("request \(id) is rejected"), "\(done.stderr)")
    let unknown = try start(client, daemon, "nowhere").finish()
    #expect(unknown.code != 0 && unknown.stdout.isEmpty)
    #expect(unknown.stderr.contains("there is no environment"), "\(unknown.stderr)")
  }

  /// A listener under an account, and whose its socket is afterwards.
  static let impostors: [(listener: UInt32, owner: UInt32)] = [(2_001, 2_001), (6, 2_001)]

  @Test(.promise(.exampleClientsLookFirst), arguments: Client.allCases, impostors)
  func `a client without our library says nothing to who is not the vault`(
    client: Client, impostor: (listener: UInt32, owner: UInt32)
  ) throws {
    let folder = try OpenFolder()
    let socket = folder.path + "/envgate.sock"
    let heard = folder.path + "/heard"
    // Made for all by its mask: a chmod would come after the socket is there, and after it is another's.
    let listener = try RunningProcess(
      [
        "/bin/sh", "-c",
        "umask 0; exec socat -u 'UNIX-LISTEN:\(socket),fork' 'OPEN:\(heard),creat,append'",
      ],
      uid: impostor.listener)
    try eventually("the impostor listens") { (try? LineClient(socket)) != nil }
    chown(socket, impostor.owner, impostor.owner)
    // A client that trusts it would wait for its answer for ever.
    let done = try Programs.run(
      ["/usr/bin/timeout", "20"] + client.command + ["production", "KEY"],
      environment: ["ENVGATE_SOCKET": socket],
      uid: TestDaemon.runner.uid)
    #expect(done.code != 0 && done.stdout.isEmpty)
    #expect(
      done.stderr.contains("uid \(impostor.listener) listens there, which is not the vault"),
      "\(done.stderr)")
    // Whoever connected is gone; what it said would be there.
    listener.signal(SIGTERM)
    listener.wait()
    #expect((try? readFile(heard))?.isEmpty != false)
  }

  @Test(arguments: Client.allCases)
  func `a client without our library tries again while the daemon's queue of connections is full`(
    client: Client
  ) throws {
    let daemon = try HandOverTests.stage()
    let process = try #require(daemon.process)
    try process.freeze()
    let crowd = try Crowd(filling: daemon.socket)
    let job = try start(client, daemon, "dev")
    _ = try job.readErrors(until: "the daemon is busy; trying again")
    process.signal(SIGCONT)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "the value\nof two lines")
    _ = crowd
  }

  /// Connections that nobody has taken, as many as the listener's queue holds.
  private final class Crowd {
    private var connections: [Int32] = []

    init(filling path: String) throws {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      while true {
        let made = socket(
          AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        connections.append(made)
        let code = withUnsafePointer(to: &address) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
          }
        }
        if code != 0, errno == EAGAIN { return }
        guard code == 0, connections.count < 5_000 else { throw HarnessFault("errno \(errno)") }
      }
    }

    deinit { for connection in connections { close(connection) } }
  }

  private func start(
    _ client: Client, _ daemon: TestDaemon, _ environment: String, _ name: String = "KEY"
  ) throws -> RunningProcess {
    try RunningProcess(
      client.command + [environment, name], environment: ["ENVGATE_SOCKET": daemon.socket],
      uid: TestDaemon.runner.uid)
  }

  private func writeBytes(_ bytes: [UInt8], _ path: String) throws {
    let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }
}
