import Glibc
import NIOCore
import Testing
import VaultCore

@testable import VaultServer

/// What a replaced socket takes along.
@Suite(.serialized) struct `whoever came through a replaced socket` {
  @Test func `is ended too where the loop had let them in and not yet taken them in`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let hub = daemon.hub
    let wasTakenIn = try hub.eventLoop.submit {
      var isTakenIn = false
      hub.loop.add(.vault) { isTakenIn = true }
      hub.endGuests(of: nil)
      return isTakenIn
    }.wait()
    #expect(wasTakenIn)
  }

  @Test func `is ended, and whoever came through another is not`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let client = try bench.client()
    let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#
    #expect(try client.call(status).contains("result"))
    let hub = daemon.hub
    let other = try #require(SocketName("gitlab"))
    try hub.eventLoop.submit { hub.endGuests(of: other) }.wait()
    #expect(try client.call(status).contains("result"))
    try hub.eventLoop.submit { hub.endGuests(of: nil) }.wait()
    // Ended, and not only silent.
    var byte: UInt8 = 0
    #expect(recv(client.descriptor, &byte, 1, 0) == 0)
  }
}
