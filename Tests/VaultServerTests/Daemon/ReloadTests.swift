import Glibc
import Logging
import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import VaultServer

/// SIGHUP, from the file to the engine and the sessions; the daemon runs in this process.
@Suite(.serialized) struct `a reload` {
  /// A running daemon, its configuration's file, its log, and its service manager.
  private final class Running {
    let bench: DaemonBench
    let daemon: RunningDaemon
    let notices: NoticeSocket
    let reloader: Reloader
    private let log: Int32
    private let writer: LogWriter
    private let logPath: String

    init(accounts: AccountSource = .system) throws {
      bench = try DaemonBench()
      notices = try NoticeSocket(bench.folder + "/notify")
      logPath = bench.folder + "/log"
      log = open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      let lines = try LogWriter(log)
      writer = lines
      let manager = notices.manager()
      daemon = try bench.start(manager: manager)
      reloader = try Reloader(
        path: bench.folder + "/envgated.json", started: bench.configuration(),
        reader: ConfigurationReader(accounts: accounts), daemon: daemon, manager: manager,
        logger: DaemonLog(
          Logger(label: "test") { JSONLogHandler(label: $0, writer: lines) }))
    }

    /// Writes the file and reloads; what `systemctl status` shows then.
    func reload(_ text: String?) throws -> String {
      let path = bench.folder + "/envgated.json"
      unlink(path)
      if let text {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        let bytes = Array(text.utf8)
        try #require(write(file, bytes, bytes.count) == bytes.count)
      }
      reloader.ask()
      let begun = try #require(notices.next())
      #expect(begun.first == "RELOADING=1")
      #expect(begun.contains { $0.hasPrefix("MONOTONIC_USEC=") })
      let ended = try #require(notices.next())
      #expect(ended.first == "READY=1")
      return ended.last ?? ""
    }

    /// A configuration like the one that the daemon was started with, but for what is named.
    func text(
      socket: String? = nil, state: String? = nil, admins: String, auditors: String = "",
      limits: String = ""
    ) -> String {
      """
      { "socket": "\(socket ?? bench.socket)", "state_directory": "\(state ?? bench.folder + "/state")",
        "root_key": { "file": "\(bench.folder)/root.key" },
        "admins": [\(admins)], "auditors": [\(auditors)], "limits": { \(limits) } }
      """
    }

    var logged: String {
      (try? OpenFile(logPath).bytes(logPath, limit: 1 << 20)).map {
        String(decoding: $0, as: UTF8.self)
      } ?? ""
    }

    func end() {
      reloader.stop()
      daemon.stop()
      // The log stays open: a reading that hangs outlives this, and would write to whoever had its number.
      unlink(bench.folder + "/notify")
      bench.remove()
    }
  }

  private static let me = "\"uid:\(geteuid())\""
  private static let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#
  private static func create(_ name: String) -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"\#(name)","requesters":["uid:1"],"unprotected":true}}"#
  }

  @Test(.promise(.reloadsAreRecorded), .promise(.lostRolesEndAtOnce))
  func `takes roles away and gives them, at once and on the record`() throws {
    let running = try Running()
    defer { running.end() }
    let client = try running.bench.client()
    #expect(try client.call(Self.status).contains(#""roles":["admin","auditor"]"#))
    let shown = try running.reload(
      running.text(admins: "\"uid:4711\"", auditors: "\(Self.me), \"gid:4712\""))
    #expect(shown == "STATUS=serving; the configuration was reloaded")
    #expect(try client.call(Self.status).contains(#""roles":["auditor"]"#))
    #expect(try client.call(Self.create("a")).contains("access.denied"))
    let record = try client.call(
      #"{"jsonrpc":"2.0","id":1,"method":"audit.list","params":{}}"#)
    #expect(
      record.contains(
        #""details":{"admins":"uid:4711","auditors":"uid:\#(geteuid()) gid:4712","people":"nobody"}"#
      ),
      "\(record)")
    #expect(eventually { running.logged.contains("configuration reloaded") })
  }

  @Test(.promise(.configurationIsWhole))
  func `with a fault changes nothing, and says where the fault is`() throws {
    let running = try Running()
    defer { running.end() }
    let client = try running.bench.client()
    let good = running.text(admins: Self.me)
    for (text, fault) in [
      ("{", "envgated.json:1:2: "), (good + ",", "envgated.json:"),
      (running.text(admins: Self.me, limits: "\"connektions\": 1"), "did you mean"),
      (running.text(admins: "\"user:no-such-account\""), "user:no-such-account does not exist"),
      (nil, "cannot open"),
    ] {
      let shown = try running.reload(text)
      #expect(shown.contains("previous configuration"))
      #expect(shown.contains(fault), "\(shown)")
      #expect(try client.call(Self.status).contains(#""roles":["admin","auditor"]"#))
    }
    #expect(
      try !client.call(#"{"jsonrpc":"2.0","id":1,"method":"audit.list","params":{}}"#)
        .contains("configuration.reloaded"))
    #expect(try running.reload(good).contains("was reloaded"))
    #expect(try client.call(Self.status).contains(#""roles":["admin"]"#))
  }

  @Test func `changes limits: of connections at once, of a line for the connections that follow`()
    throws
  {
    let running = try Running()
    defer { running.end() }
    let before = try running.bench.client()
    _ = try before.call(Self.status)
    let text = running.text(
      admins: Self.me,
      limits: "\"connections_per_uid\": 2, \"line_bytes\": 4096, \"value_bytes\": 10")
    #expect(try running.reload(text).contains("was reloaded"))
    let long = String(repeating: " ", count: 8_000) + Self.status
    #expect(try before.call(long).contains("running"))
    let after = try running.bench.client()
    #expect(try after.call(Self.status).contains("running"))
    #expect(try running.bench.client().line()?.contains("limit.connections") == true)
    #expect(try after.call(Self.create("development")).contains("revision"))
    for client in [before, after] {
      #expect(
        try client.call(
          #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"development","name":"T","value":"01234567890"}}"#
        ).contains("limit.value"))
    }
    #expect(try after.call(long).contains("limit.line"))
  }

  @Test func `says what needs a restart, and takes the rest`() throws {
    let running = try Running()
    defer { running.end() }
    let text = running.text(socket: "/run/other", state: "/var/lib/other", admins: "\"uid:4711\"")
    #expect(try running.reload(text).contains("was reloaded"))
    let client = try running.bench.client()
    #expect(try client.call(Self.status).contains(#""roles":[]"#))
    #expect(eventually { running.logged.contains("configuration reloaded") })
    let warnings = running.logged.split(separator: "\n").filter { $0.contains("needs a restart") }
    #expect(warnings.count == 2)
    for key in ["socket", "state_directory"] {
      #expect(warnings.contains { $0.contains(#""setting":"\#(key)""#) })
    }
  }

  @Test func `that waits for the account database keeps no daemon from stopping`() throws {
    let door = Door(open: false)
    let running = try Running(
      accounts: AccountSource(
        account: { _ throws(AccountFault) in nil },
        uid: { _ throws(AccountFault) in
          door.pass()
          return nil
        }, gid: { _ throws(AccountFault) in nil }))
    let file = open(
      running.bench.folder + "/envgated.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    let bytes = Array(running.text(admins: "\"user:alice\"").utf8)
    try #require(write(file, bytes, bytes.count) == bytes.count)
    close(file)
    running.reloader.ask()
    #expect(door.hasSeen(1))
    #expect(try running.bench.client().call(Self.status).contains("running"))
    running.end()
    door.open()
  }

  @Test func `of a daemon that stops is refused`() throws {
    let running = try Running()
    running.daemon.stop()
    #expect(running.daemon.reconfigure(running.bench.configuration()) == .serverStopping)
    running.end()
  }
}
