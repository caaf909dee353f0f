import Glibc
import NIOCore
import Promises
import Testing

@testable import VaultServer

/// Peers that are slow, silent or deaf, against the whole server in this process with a short patience.
@Suite(.serialized) struct SlowPeerTests {
  private let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#

  private func with(
    limits: Configuration.Limits = .init(), _ timing: (inout Hub.Timing) -> Void,
    _ body: (DaemonBench) throws -> Void
  ) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    var patience = Hub.Timing()
    timing(&patience)
    let daemon = try bench.start(limits: limits, timing: patience)
    defer { daemon.stop() }
    try body(bench)
  }

  @Test(.promise(.slowLinesEnd))
  func `a line that does not end is ended, one byte at a time does not prolong it`() throws {
    try with({ $0.line = .seconds(1) }) { bench in
      let slow = try bench.client()
      let other = try bench.client()
      try slow.send("{")
      var answered: String?
      for _ in 0..<100 where answered == nil {
        #expect(try other.call(status).contains("running"))
        // A byte each tenth of a second, as long as it is taken.
        try slow.trySend("\"")
        answered = try slow.lineIfAny(milliseconds: 100)
      }
      #expect(answered?.contains("limit.time") == true, "\(answered ?? "no answer")")
      #expect(try slow.line() == nil)
      #expect(try other.call(status).contains("running"))
    }
  }

  @Test(.promise(.slowLinesEnd))
  func `a half line and silence ends too, and a whole one in pieces does not`() throws {
    try with({ $0.line = .seconds(2) }) { bench in
      let silent = try bench.client()
      try silent.send("{\"jsonrpc\":")
      let client = try bench.client()
      for piece in [#"{"jsonrpc":"2.0","#, #""id":1,"method":"#, #""server.status"}"#, "\n"] {
        try client.send(piece)
        usleep(50_000)
      }
      #expect(try client.line()?.contains("running") == true)
      #expect(try silent.line()?.contains("limit.time") == true)
      #expect(try silent.line() == nil)
      // Who has no line under way may be silent.
      #expect(try client.call(status).contains("running"))
    }
  }

  @Test(.promise(.deafPeersEnd))
  func `a peer that takes no answers is ended, and nobody waits for it`() throws {
    try with({ $0.drain = .seconds(1) }) { bench in
      let admin = try bench.client()
      let uid = geteuid()
      _ = try admin.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"development","requesters":["uid:\#(uid)"],"unprotected":true}}"#
      )
      let value = String(repeating: "v", count: 60_000)
      _ = try admin.call(
        #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"development","name":"LARGE","value":"\#(value)"}}"#
      )
      let get =
        #"{"jsonrpc":"2.0","id":2,"method":"secret.get","params":{"environment":"development","name":"LARGE"}}"#
        + "\n"
      let deaf = try (0..<8).map { _ in try bench.client() }
      for client in deaf { try client.send(String(repeating: get, count: 32)) }
      for _ in 0..<30 {
        #expect(try admin.call(status).contains("running"))
        usleep(100_000)
      }
      for client in deaf {
        // What was on its way may still be read; then it is over, long before 32 answers.
        var lines = 0
        while try client.line() != nil { lines += 1 }
        #expect(lines < 32)
      }
    }
  }

  @Test(.promise(.unfinishedLinesAreBounded))
  func `whoever holds more unfinished lines than its part is told, and its other calls go on`()
    throws
  {
    try with({ _ in }) { bench in
      let calm = try bench.client()
      // 300 lines of 120,000 bytes are more than the 32 MiB that one account may have under way.
      let half = String(repeating: "x", count: 120_000)
      var clients: [SocketLines] = []
      for _ in 0..<300 {
        let client = try bench.client()
        try client.send("\"" + half)
        clients.append(client)
      }
      #expect(try calm.call(status).contains("running"))
      var refused = 0
      for client in clients {
        if let line = try client.lineIfAny(milliseconds: 20) {
          #expect(line.contains("limit.memory"), "\(line)")
          refused += 1
        }
      }
      #expect(refused > 0 && refused < 150, "\(refused)")
      #expect(try calm.call(status).contains("running"))
      // With the others gone there is room again, as soon as the daemon has seen them go.
      clients = []
      try eventually {
        let later = try bench.client()
        try later.trySend("\"" + half)
        return try later.lineIfAny(milliseconds: 200) == nil
      }
      #expect(try calm.call(status).contains("running"))
    }
  }

  @Test(.promise(.connectAndDrop))
  func `ten thousand connections that come and go leave nothing behind`() throws {
    var limits = Configuration.Limits()
    limits.releasesPerSecond = 1_000_000
    try with(limits: limits, { _ in }) { bench in
      let calm = try bench.client()
      for index in 0..<10_000 {
        _ = try bench.client()
        if index % 100 == 0 { #expect(try calm.call(status).contains("running")) }
      }
      #expect(try calm.call(status).contains("running"))
      // As many as one account may have are there to be had.
      try eventually {
        let clients = try (0..<200).map { _ in try bench.client() }
        return try clients.allSatisfy { try $0.call(status).contains("running") }
      }
    }
  }

  private func eventually(_ condition: () throws -> Bool) throws {
    for _ in 0..<200 {
      if (try? condition()) == true { return }
      usleep(100_000)
    }
    Issue.record("it did not come to that within twenty seconds")
  }
}

extension SocketLines {
  /// Sends what is taken; a connection that has ended is no fault.
  func trySend(_ text: String) throws {
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// The next line, if one comes within a time.
  func lineIfAny(milliseconds: Int32) throws -> String? {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, milliseconds) > 0 ? try line() : nil
  }
}
