import Glibc
import Promises
import Testing

@testable import VaultServer

@Suite(.serialized) struct `An answer that a flush makes room for` {
  /// One write: a value whose answer is longer than what a channel holds before it counts as full, a change, and a
  /// line that waits for the change and is answered without the engine, while the channel is full.
  @Test(.promise(.pipelinesAreAnswered), arguments: 0..<5)
  func `leaves by itself, though it was written while the one before it left`(round: Int) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let client = try bench.client()
    func call(_ id: Int, _ method: String, _ members: String) -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(members)}}"# + "\n"
    }
    func answered(_ line: String) throws -> Bool {
      try client.send(line)
      return try client.line()?.contains(#""result""#) == true
    }
    let create = call(
      1, "environment.create",
      #""name":"e","requesters":["uid:\#(geteuid())"],"writers":["uid:\#(geteuid())"],"unprotected":true"#
    )
    try #require(try answered(create))
    let value = String(repeating: "x", count: 65_536)
    try #require(
      try answered(call(2, "secret.create", #""environment":"e","name":"BIG","value":"\#(value)""#))
    )
    try client.send(
      call(3, "secret.get", #""environment":"e","name":"BIG""#)
        + call(4, "secret.set", #""environment":"e","name":"BIG","value":"v""#) + "no call\n")
    #expect(try client.line()?.contains(#""id":3"#) == true)
    #expect(try client.line()?.contains(#""id":4"#) == true)
    #expect(try client.line()?.contains("json.invalid") == true)
  }
}
