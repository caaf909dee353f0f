import Glibc
import Logging
import Promises
import Testing
import VaultCore
import VaultEngine
import VaultProtocol

@testable import VaultServer

/// The socket for credentials, from the peer's control group to the record; the daemon runs in this process.
@Suite(
  .serialized,
  .enabled(if: UnitGroup.canBeMade, "only root can be the service manager, with control groups"))
struct `the socket for credentials` {
  /// More than the manager takes of a credential (systemd.exec(5)).
  private static let limit = 1 << 20

  private final class Running {
    let bench: DaemonBench
    let daemon: RunningDaemon
    let path: String
    let group: UnitGroup

    init(
      hasPeerDescriptors: Bool = PeerProcess.hasDescriptors, acceptsWithoutDescriptor: Bool = false
    ) throws {
      bench = try DaemonBench()
      path = bench.folder + "/credentials.sock"
      group = try UnitGroup("web.service")
      var credentials = Configuration.Credentials()
      credentials.path = path
      credentials.isWanted = true
      credentials.acceptsWithoutDescriptor = acceptsWithoutDescriptor
      for (id, environment, secret, field) in [
        ("key", "development", "TOKEN", nil), ("field", "development", "JSON", "password"),
        ("nofield", "development", "JSON", "other"),
        ("notjson", "development", "TOKEN", "password"),
        ("emptyfield", "development", "JSON", "none"), ("empty", "development", "EMPTY", nil),
        ("missing", "development", "MISSING", nil), ("locked", "production", "TOKEN", nil),
      ] {
        let unit = try #require(UnitName("web.service"))
        credentials.sources[try #require(UnitCredential(unit: unit, id: id))] = CredentialSource(
          environment: try EnvironmentName(environment), secret: try SecretName(secret),
          field: field)
      }
      daemon = try bench.start(credentials: credentials, hasPeerDescriptors: hasPeerDescriptors)
      let client = try bench.client()
      for line in [
        #""environment.create","params":{"name":"development","requesters":["uid:4711"],"unprotected":true}"#,
        #""environment.create","params":{"name":"production","requesters":["uid:4711"],"rules":[{"reviewers":["uid:4712"],"required":1}]}"#,
        #""secret.set","params":{"environment":"development","name":"TOKEN","value":"not-a-real-one"}"#,
        #""secret.set","params":{"environment":"development","name":"JSON","value":"{\"password\":\"p\\u00e4ss\",\"none\":\"\"}"}"#,
        #""secret.set","params":{"environment":"development","name":"EMPTY","value":""}"#,
        #""secret.set","params":{"environment":"production","name":"TOKEN","value":"not-a-real-one"}"#,
      ] {
        let answer = try client.call(#"{"jsonrpc":"2.0","id":1,"method":\#(line)}"#)
        try #require(answer.contains("\"result\""), "\(answer)")
      }
    }

    /// What a unit gets.
    func load(
      _ id: String, unit: String = "web.service", group: String? = nil, uid: UInt32 = 0,
      isContained: Bool = false
    ) throws -> [UInt8] {
      try CredentialCaller(
        path, "1f/unit/\(unit)/\(id)", group: group ?? self.group.path, uid: uid,
        isContained: isContained
      ).read()
    }

    /// The records, as the protocol has them, once there are those of the last second.
    func record() throws -> String {
      try bench.client().call(
        #"{"jsonrpc":"2.0","id":1,"method":"audit.list","params":{"limit":500}}"#)
    }

    deinit {
      daemon.stop()
      bench.remove()
    }
  }

  private func isRefused(_ bytes: [UInt8]) -> Bool {
    bytes.count > Self.limit && !String(decoding: bytes, as: UTF8.self).contains("not-a-real-one")
  }

  @Test(.promise(.recordOfEachRelease))
  func `gives a unit its value, or one member of it, byte by byte, with a record`() throws {
    let running = try Running()
    #expect(try running.load("key") == Array("not-a-real-one".utf8))
    #expect(try running.load("field") == Array("päss".utf8))
    let record = try running.record()
    #expect(record.contains(#""account":"unit:web.service""#), "\(record)")
    #expect(record.contains(#""details":{"credential":"field"}"#), "\(record)")
    var found = stat()
    #expect(lstat(running.path, &found) == 0 && found.st_mode == S_IFSOCK | 0o600)
  }

  @Test(
    .promise(.refusedUnitsFail), .promise(.unitsGetWhatIsTheirs),
    arguments: [
      ("locked", "gate.required"), ("unknown", "access.denied"), ("missing", "secret.unknown"),
      ("empty", nil), ("nofield", nil), ("notjson", nil), ("emptyfield", nil),
    ])
  func `closed-by-default: makes a unit fail that gets nothing`(id: String, reason: String?) throws
  {
    let running = try Running()
    #expect(isRefused(try running.load(id)))
    if let reason, reason != "secret.unknown" {
      let record = try running.record()
      #expect(
        record.contains(
          #""method":"credential.load","reason":"\#(reason)","count":"1","credential":"\#(id)""#),
        "\(record)")
    }
  }

  @Test(.promise(.unitIsItsControlGroup))
  func `kernel-identity: gives nothing to whoever only says that it is the unit`() throws {
    let running = try Running()
    chmod(running.path, 0o666)
    chmod(running.bench.folder, 0o755)
    let other = try UnitGroup("other.service")
    // Root outside of the unit, another unit, another uid within it, root of a container within it.
    for bytes in [
      try CredentialCaller(running.path, "1/unit/web.service/key").read(),
      try running.load("key", group: other.path), try running.load("key", uid: 4_711),
      try running.load("key", isContained: true),
      try CredentialCaller(running.path, nil, group: running.group.path).read(),
      try CredentialCaller(running.path, "web", group: running.group.path).read(),
    ] { #expect(isRefused(bytes), "\(bytes.count) bytes") }
    #expect(
      eventually {
        let record = (try? running.record()) ?? ""
        return record.contains(#""uid":4711"#) && record.contains(#""reason":"peer.refused""#)
      })
    #expect(!(try running.record()).contains("secret.released"))
  }

  @Test(.promise(.unitIsItsControlGroup))
  func `kernel-identity: is shut where the kernel pins no process, unless root says otherwise`()
    throws
  {
    let shut = try Running(hasPeerDescriptors: false)
    #expect(isRefused(try shut.load("key")))
    let open = try Running(hasPeerDescriptors: false, acceptsWithoutDescriptor: true)
    #expect(try open.load("key") == Array("not-a-real-one".utf8))
    chmod(open.path, 0o666)
    chmod(open.bench.folder, 0o755)
    #expect(isRefused(try open.load("key", uid: 4_711)))
  }

  @Test func `serves who reads while others do not, and a stop waits for none of them`() throws {
    let running = try Running()
    // Fewer than there are threads; each is written more than the kernel holds.
    let slow = try (1...3).map { number in
      try CredentialCaller(
        running.path, "\(number)/unit/web.service/unknown", group: running.group.path)
    }
    #expect(try running.load("key") == Array("not-a-real-one".utf8))
    let began = RunningDaemon.reading().boot
    running.daemon.stop()
    #expect(RunningDaemon.reading().boot - began < 3_000)
    #expect(slow.count == 3)
  }
}
