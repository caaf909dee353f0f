import Glibc
import Testing

/// `watch` for programs: nothing missed, nothing that is not JSON, a quiet end.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct WatchLinesTests {
  static func watch(_ daemon: TestDaemon, _ arguments: String...) throws -> LineReader {
    LineReader(try daemon.startEnvgate(["watch"] + arguments, as: TestDaemon.bob.uid))
  }

  static func ask(_ daemon: TestDaemon, _ reason: String, _ environment: String = "production")
    throws
  {
    try daemon.must(
      ["request", "create", "-e", environment, "--reason", reason], as: TestDaemon.runner.uid)
  }

  /// Reads what a program prints, line by line.
  final class LineReader {
    let process: RunningProcess
    init(_ process: RunningProcess) { self.process = process }

    func line() throws -> String {
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      var entry = pollfd(fd: process.output, events: Int16(POLLIN), revents: 0)
      while true {
        guard poll(&entry, 1, 15_000) > 0, read(process.output, &byte, 1) == 1 else {
          throw HarnessFault("no line: \(String(decoding: bytes, as: UTF8.self))")
        }
        if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(byte)
      }
    }
  }

  static func member(_ name: String, _ line: String) throws -> String {
    let done = try Programs.run(["/usr/bin/jq", "-c", ".\(name)"], input: Array(line.utf8))
    guard done.code == 0 else { throw HarnessFault("no JSON: \(line)") }
    return done.text.trimmingSuffix("\n")
  }

  @Test func `JSON Lines: first what waits, then each change with the request as it stands`() throws
  {
    try #require(access("/usr/bin/jq", X_OK) == 0, "needs the package jq")
    let daemon = try JobLifeTests.stage()
    try Self.ask(daemon, "first")
    let watch = try Self.watch(daemon, "--json")
    let listed = try watch.line()
    #expect(try Self.member("event", listed) == "\"request.waiting\"")
    #expect(try Self.member("request.claimed.reason", listed) == "\"first\"")
    #expect(try Self.member("host", listed) == "null")
    try Self.ask(daemon, "second \u{22}\\ ü")
    let created = try watch.line()
    #expect(try Self.member("event", created) == "\"request.created\"")
    #expect(try Self.member("id", created) == "2")
    #expect(try Self.member("request.claimed.reason", created) == "\"second \\\"\\\\ ü\"")
    try daemon.must(["reject", "2", "-m", "no"], as: TestDaemon.bob.uid)
    let rejected = try watch.line()
    #expect(try Self.member("state", rejected) == "\"rejected\"")
    #expect(try Self.member("request.reviews[0].comment", rejected) == "\"no\"")
    // Whoever comes back behind a line gets what came after it, and nothing else.
    let sequence = try Self.member("sequence", created)
    let back = try Self.watch(daemon, "--json", "--after", sequence)
    #expect(try Self.member("event", try back.line()) == "\"request.rejected\"")
  }

  @Test func `a restart of the daemon is told on stderr, and costs no line`() throws {
    let daemon = try JobLifeTests.stage()
    let watch = try Self.watch(daemon, "-e", "PRODUCTION", "--after", "0")
    try Self.ask(daemon, "a")
    #expect(
      try watch.line().contains("\t1\tproduction\trequest.created\twaiting\tdaemon (uid 1)\tKEY"))
    daemon.stop()
    _ = try watch.process.readErrors(until: "trying again")
    try daemon.start()
    try Self.ask(daemon, "b")
    #expect(try watch.line().contains("\t2\tproduction\trequest.created\t"))
    _ = try watch.process.readErrors(until: "the daemon is back")
  }

  @Test func `other environments are left out, where one is named`() throws {
    let daemon = try JobLifeTests.stage()
    try daemon.must([
      "environment", "create", "staging", "--requester", "user:daemon", "--reviewer", "user:backup",
    ])
    try daemon.must(["secret", "set", "KEY", "-e", "staging"], input: "v")
    let watch = try Self.watch(daemon, "-e", "staging")
    try Self.ask(daemon, "a", "production")
    try Self.ask(daemon, "b", "staging")
    #expect(try watch.line().contains("\t2\tstaging\t"))
  }

  @Test func `a reader that goes away ends it quietly, also while nothing happens`() throws {
    let daemon = try JobLifeTests.stage()
    let client = try Programs.path("envgate")
    let job = try RunningProcess(
      [
        "/bin/bash", "-c",
        "\(client) watch --json | head -n 1; echo \"${PIPESTATUS[0]}\"",
      ], environment: ["ENVGATE_SOCKET": daemon.socket], uid: TestDaemon.bob.uid)
    try Self.ask(daemon, "a")
    let done = job.finish()
    #expect(done.text.hasSuffix("\n0\n") && done.stderr.isEmpty, "\(done)")
  }

  @Test func `without a daemon it fails at once, as other commands do`() throws {
    let daemon = try TestDaemon(start: false)
    let done = try daemon.envgate(["watch", "--json"])
    #expect(done.code == 69 && done.stderr.contains("daemon.absent"))
  }

  @Test func `a number behind the record is refused`() throws {
    let daemon = try JobLifeTests.stage()
    let done = try daemon.envgate(["watch", "--json", "--after", "100000"])
    #expect(done.code == 65 && done.stderr.contains("params.invalid"))
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
