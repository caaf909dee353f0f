import Glibc
import Promises
import Testing

/// An account database that hangs for ever, as the real daemon and the real C library see it: a pipe
/// that nobody writes to is mounted over a file of it, where the daemon alone sees that.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct AccountStallTests {
  static let unavailable = "account.unavailable"

  @Test(.promise(.hangingAccountDatabase), arguments: ["passwd", "group"])
  func `what needs no account goes on, what needs one is refused, and comes back by itself`(
    file: String
  ) throws {
    let host = try StalledHost()
    let admin = try LineClient(host.socket)
    for (name, requesters) in [
      ("numbered", #""uid:1""#), ("named", #""user:backup","user:games","user:man""#),
      ("shared", #""any""#),
    ] {
      try host.must(
        admin, "environment.create",
        #""name":"\#(name)","requesters":[\#(requesters)],"unprotected":true"#)
      try host.must(admin, "secret.set", #""environment":"\#(name)","name":"A","value":"v""#)
    }
    let number = try LineClient(host.socket, as: TestDaemon.runner.uid)
    #expect(try host.read("numbered", number) == nil)
    let bystander = try LineClient(host.socket, as: TestDaemon.carol.uid)
    #expect(try host.read("named", bystander) == nil)
    let threads = try host.threadCount()

    try host.stall(file)
    // More accounts than there are threads, each of which hangs in the C library.
    let named = try [TestDaemon.bob.uid, TestDaemon.stranger.uid].map {
      try LineClient(host.socket, as: $0)
    }
    let others = try StalledHost.strangers.map { try LineClient(host.socket, as: $0) }
    for asker in named { try asker.send(StalledHost.reading("named") + "\n") }
    for asker in others { try asker.send(StalledHost.reading("shared") + "\n") }
    // While they hang.
    #expect(try host.read("numbered", number) == nil)
    #expect(try admin.call(StalledHost.line("server.status", "")).contains("\"result\""))
    #expect(try host.read("named", bystander) == nil, "the answer is kept for half a minute")
    for asker in named + others {
      let answer = try #require(try asker.line())
      #expect(StalledHost.reason(answer) == Self.unavailable, "\(answer)")
      #expect(try host.read("numbered", number) == nil)
    }
    let hanging = try host.threadCount() - threads
    #expect((8...16).contains(hanging), "\(hanging) threads hang")
    #expect(try host.read("named", named[0]) == Self.unavailable)
    #expect(
      try admin.call(StalledHost.line("server.status", "")).contains(
        #""warnings":[{"reason":"account.unavailable""#))

    try host.mend(file)
    for asker in named {
      // Each answer comes within two seconds, and is never that there is no such account.
      var reasons: Set<String> = []
      for _ in 0..<20 {
        guard let reason = try host.read("named", asker) else { break }
        reasons.insert(reason)
      }
      #expect(reasons.isSubset(of: [Self.unavailable]))
      #expect(try host.read("named", asker) == nil)
    }
    #expect(try host.read("numbered", number) == nil)
    for asker in others { #expect(try host.read("shared", asker) == nil) }
    #expect(try host.comesBack(toThreads: threads))
  }
}

/// The daemon in a mount namespace of its own, which is gone with it, mounts and all.
final class StalledHost {
  /// Accounts that it has and this host has not.
  static let strangers: Range<UInt32> = 61_000..<61_030

  let files: TestDaemon
  private let process: RunningProcess
  var socket: String { files.socket }

  init() throws {
    files = try TestDaemon(start: false)
    // Copies, so that nothing that is done here reaches the host's own.
    let script = """
      set -eu
      for uid in $(seq 61000 61029); do
        echo "stranger-$uid:x:$uid:61000::/:/bin/false"
      done > "$1/passwd"
      for file in passwd group; do
        cat "/etc/$file" >> "$1/$file"
      done
      for file in passwd group; do mount --bind "$1/$file" "/etc/$file"; done
      mkfifo -m 0644 "$1/pipe"
      exec "$2" --config "$3"
      """
    process = try RunningProcess([
      "/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh",
      files.folder, Programs.path("envgated"), files.configurationPath,
    ])
    _ = try process.readErrors(until: "listening")
  }

  func stall(_ file: String) throws {
    try inside(["mount", "--bind", files.folder + "/pipe", "/etc/" + file])
  }

  /// Lazily: whoever hangs keeps the pipe busy.
  func mend(_ file: String) throws { try inside(["umount", "--lazy", "/etc/" + file]) }

  private func inside(_ command: [String]) throws {
    let done = try Programs.run(
      ["/usr/bin/timeout", "20", "/usr/bin/nsenter", "--target", "\(process.pid)", "--mount"]
        + command)
    guard done.code == 0 else { throw HarnessFault("\(command): \(done.code) \(done.stderr)") }
  }

  // MARK: Calls

  static func line(_ method: String, _ parameters: String) -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(parameters)}}"#
  }

  static func reading(_ environment: String) -> String {
    line("secret.get", #""environment":"\#(environment)","name":"A""#)
  }

  static func reason(_ answer: String) -> String? {
    guard let start = answer.firstRange(of: "\"reason\":\"")?.upperBound else { return nil }
    return String(answer[start...].prefix { $0 != "\"" })
  }

  func must(_ client: LineClient, _ method: String, _ parameters: String) throws {
    let answer = try client.call(Self.line(method, parameters))
    guard answer.contains("\"result\"") else { throw HarnessFault("\(method): \(answer)") }
  }

  /// Reads the secret; why not, where it is refused.
  func read(_ environment: String, _ client: LineClient) throws -> String? {
    let answer = try client.call(Self.reading(environment))
    if answer.contains("\"value\":\"v\"") { return nil }
    return Self.reason(answer) ?? answer
  }

  // MARK: Threads

  func threadCount() throws -> Int {
    let status = String(decoding: try readFile("/proc/\(process.pid)/status"), as: UTF8.self)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Threads:") }),
      let count = Int(line.dropFirst(8).filter { $0.isNumber })
    else { throw HarnessFault("the daemon is gone") }
    return count
  }

  /// Whether the threads that hung end, within half a minute.
  func comesBack(toThreads count: Int) throws -> Bool {
    for _ in 0..<600 {
      if try threadCount() <= count { return true }
      poll(nil, 0, 50)
    }
    return false
  }
}
