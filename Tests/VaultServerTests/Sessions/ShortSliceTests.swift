import Glibc
import NIOCore
import Promises
import Testing

@testable import VaultServer

/// The whole server with slices of no time: each answer and each line has a turn of the event loop of its own.
@Suite(.serialized) struct `with the shortest slices` {
  private let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#

  private func with(_ body: (DaemonBench) throws -> Void) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    var timing = Hub.Timing()
    timing.slice = .zero
    let daemon = try bench.start(timing: timing)
    defer { daemon.stop() }
    try body(bench)
  }

  @Test(.promise(.loopServesAll))
  func `no change of a request is missed by those who come to wait on it`() throws {
    try with { bench in
      let admin = try bench.client()
      _ = try admin.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"production","requesters":["uid:\#(geteuid())"],"rules":[{"reviewers":["uid:4711"],"required":1}]}}"#
      )
      _ = try admin.call(
        #"{"jsonrpc":"2.0","id":2,"method":"secret.set","params":{"environment":"production","name":"T","value":"v"}}"#
      )
      for round in 1...5 {
        let made = try admin.call(
          #"{"jsonrpc":"2.0","id":3,"method":"request.create","params":{"environment":"production"}}"#
        )
        #expect(made.contains("\"ticket\""), "\(made)")
        let clients = try (0..<150).map { _ in try bench.client() }
        for client in clients {
          try client.send(
            #"{"jsonrpc":"2.0","id":4,"method":"request.wait","params":{"request":\#(round)}}"#
              + "\n")
        }
        // Some wait by now, the answers of others wait for their turn.
        usleep(UInt32(round) * 2_000)
        _ = try admin.call(
          #"{"jsonrpc":"2.0","id":5,"method":"request.cancel","params":{"request":\#(round)}}"#)
        for client in clients {
          #expect(try client.line()?.contains("cancelled") == true)
        }
      }
    }
  }

  @Test(.promise(.burstsAreAnswered))
  func `whoever closes its writing side gets all its answers, in order`() throws {
    try with { bench in
      let client = try bench.client()
      let lines = (0..<500).map {
        #"{"jsonrpc":"2.0","id":\#($0),"method":"\#($0 % 3 == 0 ? "none.such" : "server.status")"}"#
      }
      try client.send(lines.map { $0 + "\n" }.joined())
      shutdown(client.descriptor, Int32(SHUT_WR))
      for number in 0..<500 { #expect(try client.line()?.contains("\"id\":\(number),") == true) }
      #expect(try client.line() == nil)
    }
  }

  @Test(.promise(.burstsAreAnswered))
  func `nothing is left without an answer: a burst beyond the pace is answered after its end`()
    throws
  {
    // Without the shortest slices: what waits here is the pace of the lane.
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let client = try bench.client()
    // As many as are sent before an answer must be read: who reads none for ten seconds is cut.
    for _ in 0..<30 { try client.send(String(repeating: status + "\n", count: 100)) }
    shutdown(client.descriptor, Int32(SHUT_WR))
    var answers = 0
    while try client.line() != nil { answers += 1 }
    #expect(answers == 3_000)
  }

  @Test func `a stop answers what was taken`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    var timing = Hub.Timing()
    timing.slice = .zero
    let daemon = try bench.start(timing: timing)
    let clients = try (0..<50).map { _ in try bench.client() }
    for client in clients { #expect(try client.call(status).contains("running")) }
    for client in clients { try client.send(status + "\n") }
    daemon.stop()
    // Each has its answer, or is told that the daemon stops, or was not heard.
    for client in clients {
      while let line = try client.line() {
        #expect(line.contains("running") || line.contains("server.stopping"), "\(line)")
      }
    }
  }
}
