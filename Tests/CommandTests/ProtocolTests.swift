import Glibc
import Promises
import Testing

/// Lines from peers who mean no good, against the real daemon.
@Suite(.serialized, .enabled(if: Programs.isThere, needsPrograms))
struct ProtocolTests {
  private let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#

  /// A daemon with one unprotected environment of ours and one secret.
  private func furnished(limits: String? = nil) throws -> TestDaemon {
    let daemon = try TestDaemon(limits: limits)
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "canary-in-a-token")
    return daemon
  }

  @Test(.promise(.malformedJSON))
  func `bad lines are answered with a code and a byte, and the connection goes on`() throws {
    let daemon = try furnished()
    let client = try LineClient(daemon.socket)
    for (line, part) in [
      ("", "-32700"), ("{", "-32700"), ("[]", "-32600"), ("[\(status)]", "-32600"), ("1", "-32600"),
      ("{\"a\":1,\"a\":2}", "duplicate_key"), ("{\"id\":1}", "-32600"),
      (#"{"jsonrpc":"2.0","id":{},"method":"server.status"}"#, "-32600"),
      (#"{"jsonrpc":"2.0","id":1,"method":"server.nothing"}"#, "-32601"),
      (#"{"jsonrpc":"2.0","id":1,"method":"server.status","params":{"x":1}}"#, "unknown_member"),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":1,"name":"A"}}"#,
        "wrong_type"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"a"}}"#,
        "missing_member"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"a b","name":"A"}}"#,
        "name.invalid"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"a","name":"ld_preload"}}"#,
        "name.case"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"nowhere","name":"A"}}"#,
        "environment.unknown"
      ),
      (String(repeating: "[", count: 100_000), "too_deep"),
    ] {
      let answer = try client.call(line)
      #expect(answer.contains(part), "\(line.prefix(80)): \(answer)")
      #expect(!answer.contains("canary"))
    }
    #expect(try client.call(status).contains("\"running\""))
  }

  @Test func `a line one byte at a time is one line, and half a line is none`() throws {
    let daemon = try furnished()
    let client = try LineClient(daemon.socket)
    for byte in Array((status + "\n").utf8) { try client.send([byte]) }
    #expect(try client.line()?.contains("running") == true)
    let half = try LineClient(daemon.socket)
    try half.send(#"{"jsonrpc":"2.0","id":1,"meth"#)
    half.closeWriting()
    #expect(try half.line() == nil)
  }

  @Test(.promise(.endlessLine))
  func `a line over the limit is refused before it is parsed, and ends the connection`()
    throws
  {
    let daemon = try furnished()
    let client = try LineClient(daemon.socket)
    // The daemon closes while the rest is still on its way.
    try? client.send([UInt8](repeating: 0x61, count: 300_000))
    #expect(try client.line()?.contains("limit.line") == true)
    #expect(try LineClient(daemon.socket).call(status).contains("running"))
  }

  @Test func `a client that closes its writing side still gets all its answers, in order`() throws {
    let daemon = try furnished()
    let client = try LineClient(daemon.socket)
    let lines = (1...10).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"server.status"}"# + "\n" }
    try client.send(lines.joined())
    client.closeWriting()
    for id in 1...10 { #expect(try client.line()?.contains("\"id\":\(id),") == true) }
    #expect(try client.line() == nil)
  }

  @Test(.promise(.pipelinesAreAnswered), arguments: [63, 64, 65, 128, 200])
  func `as many calls as are piped in get as many answers, however the reads fall`(
    count: Int
  ) throws {
    let daemon = try furnished()
    let lines = (1...count).map {
      #"{"jsonrpc":"2.0","id":\#($0),"method":"server.status"}"# + "\n"
    }
    let open = try LineClient(daemon.socket)
    try open.send(lines.joined())
    for id in 1...count { #expect(try open.line()?.contains("\"id\":\(id),") == true) }
    #expect(try open.call(status).contains("running"))
    let piped = try LineClient(daemon.socket)
    try piped.send(lines.joined())
    piped.closeWriting()
    for id in 1...count { #expect(try piped.line()?.contains("\"id\":\(id),") == true) }
    #expect(try piped.line() == nil)
  }

  @Test func `a thousand pipelined calls come back in order, beyond the calls in flight`() throws {
    let daemon = try furnished()
    let client = try LineClient(daemon.socket)
    let read = (1...1_000).map {
      #"{"jsonrpc":"2.0","id":\#($0),"method":"secret.get","params":{"environment":"development","name":"TOKEN"}}"#
        + "\n"
    }
    try client.send(read.joined())
    for id in 1...1_000 {
      guard let line = try client.line() else {
        Issue.record("the connection ended before answer \(id)")
        return
      }
      #expect(line.contains("\"id\":\(id),") && line.contains("canary-in-a-token"), "\(line)")
    }
  }

  @Test func `a message without an id is neither carried out nor answered`() throws {
    let daemon = try furnished()
    let client = try LineClient(daemon.socket)
    try client.send(
      #"{"jsonrpc":"2.0","method":"secret.set","params":{"environment":"development","name":"GHOST","value":"x"}}"#
        + "\n")
    #expect(try client.call(status).contains("\"id\":1"))
    #expect(!(try daemon.must(["secret", "list", "-e", "development"])).contains("GHOST"))
  }

  @Test func `printf and socat are client enough`() throws {
    let daemon = try furnished()
    let done = try Programs.run([
      "/bin/sh", "-c", "printf '\(status)\\n' | socat - UNIX-CONNECT:\(daemon.socket)",
    ])
    #expect(done.text.contains("\"state\":\"running\""), "\(done.stderr)")
  }

  @Test(.promise(.connectionsOfAnAccount))
  func `more connections than one uid may have are refused with a reason`() throws {
    let daemon = try furnished(limits: "{ \"connections_per_uid\": 3 }")
    var held: [LineClient] = []
    for _ in 0..<3 {
      let client = try LineClient(daemon.socket)
      #expect(try client.call(status).contains("running"))
      held.append(client)
    }
    let extra = try LineClient(daemon.socket)
    #expect(try extra.line()?.contains("limit.connections") == true)
    #expect(try extra.line() == nil)
  }

  @Test func `a stop answers what was taken, refuses what is new, and ends within five seconds`()
    throws
  {
    let daemon = try furnished()
    let idle = try LineClient(daemon.socket)
    #expect(try idle.call(status).contains("running"))
    var before = timespec()
    clock_gettime(CLOCK_MONOTONIC, &before)
    let done = daemon.stop()
    var after = timespec()
    clock_gettime(CLOCK_MONOTONIC, &after)
    #expect(done?.code == 0, "\(done?.stderr ?? "")")
    #expect(after.tv_sec - before.tv_sec <= 5)
    #expect(try idle.line() == nil)
    #expect(access(daemon.socket, F_OK) != 0, "the socket file is left behind")
  }

  @Test(.promise(.oneDaemon))
  func `two daemons do not share a state directory or a socket`() throws {
    let daemon = try furnished()
    let second = try Programs.run([
      Programs.path("envgated"), "--config", daemon.configurationPath,
    ])
    #expect(second.code != 0)
    #expect(!second.stderr.isEmpty)
    #expect(try LineClient(daemon.socket).call(status).contains("running"))
  }

  @Test func `a stale socket file is replaced`() throws {
    let daemon = try furnished()
    daemon.crash()
    #expect(access(daemon.socket, F_OK) == 0)
    try daemon.start()
    #expect(try LineClient(daemon.socket).call(status).contains("running"))
  }
}
