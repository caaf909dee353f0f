import Glibc

/// Stands between clients and the daemon, and does to a call what a test wants done to it. It needs python3.
///
/// Lines go on one by one, in their order. The daemon sees the account of the relay, and not that of the client.
final class Relay {
  /// What becomes of one call of a method, of the relay's first, second, and so on.
  struct Rule {
    let method: String
    /// Which of them; 0 for each.
    let number: Int
    let deed: [String]

    init(_ method: String, _ number: Int = 0, _ deed: [String]) {
      self.method = method
      self.number = number
      self.deed = deed
    }

    /// The daemon never sees it, and the vault seems to refuse.
    static func refuse(
      _ method: String, _ number: Int = 0, reason: String, more: String = ""
    ) -> Rule {
      Rule(
        method, number,
        [
          "say",
          #""error":{"code":-32031,"message":"the relay says so","data":{"reason":"\#(reason)"\#(more)}}"#,
        ])
    }

    /// The daemon never sees it, and the vault seems to answer.
    static func say(_ method: String, _ result: String) -> Rule {
      Rule(method, 0, ["say", #""result":"# + result])
    }

    /// The daemon never sees it, and nobody answers.
    static func drop(_ method: String, _ number: Int = 0) -> Rule { Rule(method, number, ["drop"]) }

    /// The daemon does it, and nobody hears of that.
    static func swallow(_ method: String, _ number: Int = 0) -> Rule {
      Rule(method, number, ["swallow"])
    }

    /// The call has something else where a pattern of Python's matches.
    static func send(_ method: String, _ pattern: String, _ text: String) -> Rule {
      Rule(method, 0, ["send", pattern, text])
    }

    /// The answer has something else where a pattern of Python's matches.
    static func answer(_ method: String, _ pattern: String, _ text: String) -> Rule {
      Rule(method, 0, ["answer", pattern, text])
    }

    /// The connection ends instead.
    static func hangUp(_ method: String, _ number: Int = 0) -> Rule {
      Rule(method, number, ["end"])
    }

    /// The call waits while a file is there, which the relay makes.
    static func pause(_ method: String, _ number: Int = 0, at path: String) -> Rule {
      Rule(method, number, ["pause", path])
    }
  }

  let socket: String
  private let log: String
  private let account: UInt32?
  private let process: RunningProcess

  /// - Parameter account: whom the daemon sees; whoever runs the tests where nil.
  init(_ daemon: TestDaemon, as account: UInt32? = nil, _ rules: [Rule]) throws {
    chmod(daemon.folder + "/run", 0o777)
    socket = daemon.folder + "/run/relay-\(UInt32.random(in: 0...(.max))).sock"
    log = socket + ".log"
    self.account = account
    let words = rules.map { "\($0.method)\n\($0.number)\n" + $0.deed.joined(separator: "\n") }
    process = try RunningProcess(
      ["/usr/bin/python3", "-c", Self.script, socket, daemon.socket, log] + words, uid: account)
    _ = try process.readErrors(until: "ready\n")
  }

  convenience init(_ daemon: TestDaemon, as account: UInt32? = nil, _ rules: Rule...) throws {
    try self.init(daemon, as: account, rules)
  }

  deinit {
    process.signal(SIGKILL)
    process.wait()
  }

  /// The lines of all calls so far.
  var lines: [String] {
    let bytes = (try? readFile(log)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The methods of all calls so far.
  var methods: [String] {
    lines.compactMap { line in
      line.firstRange(of: #""method":""#).map {
        String(line[$0.upperBound...].prefix { $0 != "\"" })
      }
    }
  }

  func count(_ method: String) -> Int { methods.count { $0 == method } }

  /// Starts the client, which knows of the relay alone.
  func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      [Programs.path("envgate")] + arguments,
      environment: environment.merging(["ENVGATE_SOCKET": socket]) { $1 }, uid: account)
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Finished {
    try start(arguments, environment: environment).finish()
  }

  private static let script = """
    import json, os, re, socket, sys, threading, time
    path, daemon, log = sys.argv[1:4]
    rules = [word.split("\\n") for word in sys.argv[4:]]
    lock, counts, written = threading.Lock(), {}, open(log, "ab", 0)
    def met(line):
        method = json.loads(line)["method"]
        with lock:
            number = counts[method] = counts.get(method, 0) + 1
            written.write(line)
        for rule in rules:
            if rule[0] == method and rule[1] in ("0", str(number)): return rule[2:]
        return ["pass"]
    def serve(client):
        server = socket.socket(socket.AF_UNIX)
        try: server.connect(daemon)
        except OSError: return client.close()
        owed, free = [], threading.Condition()
        def answer():
            for line in server.makefile("rb"):
                with free: deed = owed.pop(0) if owed else ["pass"]
                if deed[0] == "answer": line = re.sub(deed[1].encode(), deed[2].encode(), line)
                try:
                    if deed[0] != "swallow": client.sendall(line)
                except OSError: pass
                with free: free.notify_all()
            try: client.shutdown(socket.SHUT_RDWR)
            except OSError: pass
        threading.Thread(target=answer, daemon=True).start()
        try:
            for line in client.makefile("rb"):
                deed = met(line)
                with free:
                    while owed: free.wait()
                if deed[0] == "pause":
                    open(deed[1], "w").close(); os.chmod(deed[1], 0o666)
                    while os.path.exists(deed[1]): time.sleep(0.02)
                elif deed[0] == "drop": continue
                elif deed[0] == "end": break
                elif deed[0] == "say":
                    number = json.loads(line)["id"]
                    client.sendall(('{"jsonrpc":"2.0","id":%d,%s}\\n' % (number, deed[1])).encode())
                    continue
                elif deed[0] == "send": line = re.sub(deed[1].encode(), deed[2].encode(), line)
                with free: owed.append(deed)
                server.sendall(line)
        except OSError: pass
        for end in (server, client):
            try: end.shutdown(socket.SHUT_RDWR)
            except OSError: pass
    listener = socket.socket(socket.AF_UNIX); listener.bind(path); listener.listen(64)
    os.chmod(path, 0o666)
    os.write(2, b"ready\\n")
    while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
    """
}
