import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

@Suite struct `looks at the processes of peers` {
  private func lane(_ uid: UInt32) -> Lane { .subject(.account(uid)) }

  @Test(.promise(.slowPeersHoldUpNobody))
  func `a look that hangs delays its own lane and no other`() {
    let looks = LookThreads(most: 2)
    let hanging = Latch()
    let begun = Latch()
    let own = Latch()
    let other = Latch()
    looks.begin(1, lane(1)) {
      begun.open()
      hanging.wait()
    }
    looks.begin(2, lane(1)) { own.open() }
    looks.begin(3, lane(2)) { other.open() }
    #expect(begun.wait(milliseconds: 10_000))
    #expect(other.wait(milliseconds: 10_000))
    #expect(!own.wait(milliseconds: 50))
    hanging.open()
    #expect(own.wait(milliseconds: 10_000))
  }

  @Test(.promise(.slowPeersHoldUpNobody))
  func `a look of somebody who is gone is not begun, and nothing of it stays`() {
    let looks = LookThreads(most: 1)
    let hanging = Latch()
    let begun = Latch()
    let wrong = Latch()
    let last = Latch()
    looks.begin(1, lane(1)) {
      begun.open()
      hanging.wait()
    }
    #expect(begun.wait(milliseconds: 10_000))
    for number: UInt64 in 2..<1_000 {
      looks.begin(number, lane(1)) { wrong.open() }
      looks.begin(number, lane(2)) { wrong.open() }
      looks.takeBack(number, lane(1))
      looks.takeBack(number, lane(2))
    }
    #expect(looks.count == 1)
    looks.begin(1_000, lane(2)) { last.open() }
    hanging.open()
    #expect(last.wait(milliseconds: 10_000))
    #expect(!wrong.wait(milliseconds: 0))
  }

  @Test func `there are at most so many threads, and lanes take turns`() {
    let looks = LookThreads(most: 3)
    let running = Locked((now: 0, most: 0))
    let done = (0..<60).map { _ in Latch() }
    for (index, latch) in done.enumerated() {
      looks.begin(UInt64(index), lane(UInt32(index % 20))) {
        running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        usleep(1_000)
        running.withLock { $0.now -= 1 }
        latch.open()
      }
    }
    for latch in done { #expect(latch.wait(milliseconds: 10_000)) }
    #expect((1...3).contains(running.withLock { $0.most }))
  }

  private func eventually(_ count: Int, _ looks: LookThreads) -> Bool {
    for _ in 0..<2_000 where looks.count != count { usleep(5_000) }
    return looks.count == count
  }

  @Test(.promise(.slowPeersHoldUpNobody))
  func
    `kernel-identity: whoever was not looked at in time may ask, all else is peer.unknown, and the next call finds out anew`()
    throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let looks = LookThreads()
    let hanging = Latch()
    let daemon = try bench.start(looks: looks)
    defer {
      hanging.open()
      daemon.stop()
    }
    looks.begin(.max, lane(geteuid())) { hanging.wait() }
    let client = try bench.client()
    func create(_ name: String) throws -> String {
      try client.call(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"\#(name)","requesters":["any"],"unprotected":true}}"#
      )
    }
    #expect(try create("one").contains("peer.unknown"))
    let status = try client.call(#"{"jsonrpc":"2.0","id":2,"method":"server.status"}"#)
    #expect(status.contains("did not report in time") && !status.contains("\"admin\""), "\(status)")
    let show = #"{"jsonrpc":"2.0","id":3,"method":"environment.get","params":{"name":"one"}}"#
    #expect(try client.call(show).contains("peer.unknown"))
    // A connection that ends while it waits leaves nothing.
    do {
      let gone = try bench.client()
      try gone.send(#"{"jsonrpc":"2.0","id":1,"method":"server.status"}"# + "\n")
      #expect(eventually(3, looks))
    }
    #expect(eventually(2, looks))
    hanging.open()
    #expect(eventually(0, looks))
    #expect(try create("two").contains("\"result\""))
  }

  @Test(.promise(.slowPeersHoldUpNobody))
  func `kernel-identity: that a look took too long is not remembered`() throws {
    // A clock by which each look has taken too long, for as long as it runs so fast.
    let clock = Locked((now: Int64(1_000_000), step: Int64(60_000)))
    let pace = HostPace(
      now: {
        clock.withLock {
          $0.now += $0.step
          return $0.now
        }
      }, look: {})
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start(looks: LookThreads(pace: pace))
    defer { daemon.stop() }
    let client = try bench.client()
    let show = #"{"jsonrpc":"2.0","id":3,"method":"environment.get","params":{"name":"one"}}"#
    #expect(try client.call(show).contains("peer.unknown"))
    clock.withLock { $0.step = 0 }
    #expect(try client.call(show).contains("environment.unknown"))
  }
}
