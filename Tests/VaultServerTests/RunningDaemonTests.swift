import Glibc
import Testing

@testable import VaultServer

/// The whole server in this process: event loop, commit, audit desk and checkpointer together, so that
/// ThreadSanitizer sees them meet.
@Suite(.serialized) struct RunningDaemonTests {
  @Test
  func `clients that set, read, wait and list at once all get their answers, and a stop ends it`()
    async throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    let uid = geteuid()
    let first = try bench.client()
    #expect(
      try first.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"development","requesters":["uid:\#(uid)"],"unprotected":true}}"#
      ).contains("\"revision\":1"))
    #expect(
      try first.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"production","requesters":["uid:\#(uid)"],"rules":[{"reviewers":["uid:\#(uid)"],"required":1}],"prevent_self_review":false}}"#
      ).contains("\"revision\":1"))
    #expect(
      try first.call(
        #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"production","name":"TOKEN","value":"p"}}"#
      ).contains("\"version\":1"))
    let path = bench.socket
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask { try Self.work(worker, path) }
      }
      try await group.waitForAll()
    }
    // A connection of its own: on a loaded host the first one may have been idle for too long by now.
    let last = try bench.client()
    #expect(
      try last.call(#"{"jsonrpc":"2.0","id":1,"method":"audit.verify"}"#).contains(
        "\"verified\":true"))
    daemon.stop()
    #expect(try last.line() == nil)
  }

  /// One client's life, with every kind of call.
  private static func work(_ worker: Int, _ path: String) throws {
    let client = try SocketLines(path)
    for round in 0..<20 {
      let name = "S\(worker)"
      #expect(
        try client.call(
          #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"development","name":"\#(name)","value":"v\#(round)"}}"#
        ).contains("version"))
      #expect(
        try client.call(
          #"{"jsonrpc":"2.0","id":2,"method":"secret.get","params":{"environment":"development","name":"\#(name)"}}"#
        ).contains("\"v\(round)\""))
      #expect(
        try client.call(#"{"jsonrpc":"2.0","id":3,"method":"audit.list","params":{"limit":3}}"#)
          .contains("items"))
    }
    let made = try client.call(
      #"{"jsonrpc":"2.0","id":4,"method":"request.create","params":{"environment":"production"}}"#)
    let id = text(after: "\"result\":{\"id\":", in: made) { $0.isNumber }
    let digest = text(after: "\"digest\":\"", in: made) { $0 != "\"" }
    let waiter = try SocketLines(path)
    try waiter.send(
      #"{"jsonrpc":"2.0","id":5,"method":"request.wait","params":{"request":\#(id)}}"# + "\n")
    #expect(
      try client.call(
        #"{"jsonrpc":"2.0","id":6,"method":"request.approve","params":{"request":\#(id),"digest":"\#(digest)"}}"#
      ).contains("approved"))
    #expect(try waiter.line()?.contains("approved") == true)
    #expect(
      try client.call(
        #"{"jsonrpc":"2.0","id":7,"method":"grant.activate","params":{"request":\#(id)}}"#
      ).contains("active"))
    #expect(
      try client.call(
        #"{"jsonrpc":"2.0","id":8,"method":"grant.read","params":{"request":\#(id)}}"#
      )
      .contains("\"value\":\"p\""))
  }

  private static func text(
    after mark: String, in line: String, _ holds: (Character) -> Bool
  ) -> String {
    guard let start = line.firstRange(of: mark)?.upperBound else { return "" }
    return String(line[start...].prefix(while: holds))
  }
}
