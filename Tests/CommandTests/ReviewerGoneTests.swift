import Glibc
import Promises
import Testing

/// Accounts of the real account database that go and come while their approvals count.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ReviewerGoneTests {
  private static let (runner, alice, bob) = (UInt32(61_001), UInt32(61_002), UInt32(61_003))

  /// production, which runner asks for and alice or bob opens; a request that alice has approved.
  private func approved(_ host: ChangingHost) throws {
    try host.must(
      [
        "environment", "create", "production", "--requester", "user:runner", "--reviewer",
        "user:alice",
        "--reviewer", "user:bob",
      ])
    try host.must(["secret", "set", "A", "-e", "production"], input: "value")
    try host.must(
      ["request", "create", "-e", "production", "--ticket-file", host.ticket], as: Self.runner)
    try host.must(["approve", "1", "--yes", "--accept-new"], as: Self.alice)
  }

  @Test(.promise(.reviewersWhoLeft))
  func `a job whose reviewer is deleted waits for another, and is told whose yes is void`()
    throws
  {
    let host = try ChangingHost()
    try approved(host)
    try host.delete("alice")
    let job = try host.start(
      [
        "exec", "-e", "production", "--request", "1", "--ticket-file", host.ticket, "--timeout",
        "30s",
        "--", "sh", "-c", "printf %s \"$A\"",
      ], as: Self.runner)
    let told = try job.readErrors(until: "no longer counts")
    #expect(told.contains("the approval of alice (uid 61002) no longer counts"))
    let shown = try host.must(["request", "show", "1"])
    #expect(shown.contains("waiting"))
    #expect(shown.contains("no longer counts, unless the account is back by"))
    let json = try host.must(["request", "show", "1", "--json"])
    #expect(json.contains(#""stale":true,"lost":["user:alice"]"#))
    try host.must(["approve", "1", "--yes", "--accept-new"], as: Self.bob)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "value")
  }

  @Test(.promise(.deletedAccountsCountForNothing))
  func `who is deleted approves nothing from that moment on, whatever is kept`() throws {
    let host = try ChangingHost()
    try approved(host)
    // Looked up a moment ago.
    try host.must(["request", "create", "-e", "production"], as: Self.runner)
    let held = try host.line(Self.alice)
    let digest = try host.digest(2)
    _ = try held.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.get","params":{"request":2}}"#)
    try host.delete("alice")
    let answer = try held.call(
      #"{"jsonrpc":"2.0","id":2,"method":"request.approve","params":{"request":2,"digest":"\#(digest)"}}"#
    )
    #expect(answer.contains("request.unknown"), "\(answer)")
    let shown = try host.must(["request", "show", "2", "--json"])
    #expect(shown.contains(#""state":"waiting""#))
  }

  @Test(arguments: [["approve", "2", "--yes", "--accept-new"], ["reject", "2", "-m", "no"]])
  func `who is added answers at once, though a moment ago they were nobody`(answer: [String]) throws
  {
    let host = try ChangingHost()
    try approved(host)
    try host.must(
      ["request", "create", "-e", "production", "--reason", "another"], as: Self.runner)
    try host.delete("bob")
    #expect(try host.run(answer, as: Self.bob).code != 0)
    try host.add("bob", Self.bob)
    // What was found out two seconds ago may stand for that long, not for thirty.
    poll(nil, 0, 2_100)
    try host.must(answer, as: Self.bob)
  }
}

/// The daemon in a mount namespace of its own, with accounts of its own.
final class ChangingHost {
  private let files: TestDaemon
  private let process: RunningProcess
  private var accounts: String { files.folder + "/passwd" }
  var ticket: String { files.folder + "/open/ticket" }

  init() throws {
    files = try TestDaemon(start: false)
    let script = """
      set -eu
      grep -vE '^(runner|alice|bob):' /etc/passwd > "$1/passwd"
      for entry in runner:61001 alice:61002 bob:61003; do
        echo "${entry%:*}:x:${entry#*:}:${entry#*:}::/:/bin/false" >> "$1/passwd"
      done
      mkdir -m 0777 "$1/open"
      mount --bind "$1/passwd" /etc/passwd
      exec "$2" --config "$3"
      """
    process = try RunningProcess([
      "/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh",
      files.folder, Programs.path("envgated"), files.configurationPath,
    ])
    _ = try process.readErrors(until: "listening")
  }

  /// In place: the file that is mounted stays the same.
  private func edit(_ change: (String) -> String) throws {
    let text = change(String(decoding: try readFile(accounts), as: UTF8.self))
    let descriptor = open(accounts, O_WRONLY | O_TRUNC | O_CLOEXEC)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw HarnessFault("cannot edit the accounts")
    }
  }

  func delete(_ name: String) throws {
    try edit { text in
      text.split(separator: "\n").filter { !$0.hasPrefix(name + ":") }.map { $0 + "\n" }.joined()
    }
  }

  func add(_ name: String, _ uid: UInt32) throws {
    try edit { $0 + "\(name):x:\(uid):\(uid)::/:/bin/false\n" }
  }

  func run(_ arguments: [String], as uid: UInt32? = nil, input: String? = nil) throws -> Finished {
    try files.envgate(arguments, as: uid, input: input)
  }

  @discardableResult
  func must(_ arguments: [String], as uid: UInt32? = nil, input: String? = nil) throws -> String {
    try files.must(arguments, as: uid, input: input)
  }

  func start(_ arguments: [String], as uid: UInt32) throws -> RunningProcess {
    try files.startEnvgate(arguments, as: uid)
  }

  func line(_ uid: UInt32) throws -> LineClient { try LineClient(files.socket, as: uid) }

  func digest(_ id: Int) throws -> String {
    let shown = try must(["request", "show", "\(id)", "--json"])
    guard let start = shown.firstRange(of: "\"digest\":\"")?.upperBound else {
      throw HarnessFault("no digest: \(shown)")
    }
    return String(shown[start...].prefix { $0 != "\"" })
  }
}
