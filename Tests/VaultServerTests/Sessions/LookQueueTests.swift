import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

@Suite(.serialized) struct `processes that are to be looked at` {
  private func lane(_ uid: UInt32) -> Lane { .subject(.account(uid)) }

  @Test func `few are held at once, lanes take turns, and each has its turn`() {
    var queue = LookQueue()
    for id: UInt64 in 1...1_000 { queue.add(id, lane(UInt32(id) % 2)) }
    for id: UInt64 in 2_001...2_100 { queue.add(id, lane(UInt32(id))) }
    var held: [UInt64] = []
    while let id = queue.next() { held.append(id) }
    #expect(held.count == LookQueue.most)
    #expect(held.count { $0 <= 1_000 } <= 2 * LookQueue.mostOfLane)
    var seen = Set(held)
    while let id = held.popLast() {
      queue.ended(id)
      while let next = queue.next() {
        #expect(seen.insert(next).inserted)
        held.append(next)
      }
    }
    #expect(seen.count == 1_100 && queue.isEmpty)
  }

  @Test func `who is gone has no turn, and leaves nothing`() {
    var queue = LookQueue()
    for id: UInt64 in 1...10 { queue.add(id, lane(1)) }
    let first = queue.next()
    let second = queue.next()
    #expect(first == 1 && second == 2)
    let beyond = queue.next()
    #expect(beyond == nil, "a lane has no more than two")
    for id: UInt64 in 3...10 { queue.remove(id, lane(1)) }
    queue.ended(1)
    let third = queue.next()
    #expect(third == nil)
    queue.ended(2)
    queue.ended(2)
    #expect(queue.isEmpty)
  }

  /// The descriptors of processes that this process has.
  private static func held() -> Int {
    (3..<2_000).count { number in
      var name = [CChar](repeating: 0, count: 64)
      let count = readlink("/proc/self/fd/\(number)", &name, 63)
      return count > 0
        && String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
          .contains("pidfd")
    }
  }

  @Test(
    .promise(.descriptorsAreBounded),
    .enabled(if: PeerProcess.hasDescriptors, "optional: needs Linux 6.5"))
  func `looks that wait hold no descriptor of a process, however many connections want one`()
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
    let before = Self.held()
    looks.begin(.max, lane(geteuid())) { hanging.wait() }
    let clients = try (0..<200).map { _ in try bench.client() }
    for client in clients {
      try client.send(
        #"{"jsonrpc":"2.0","id":1,"method":"environment.get","params":{"name":"e"}}"# + "\n")
    }
    // Each of them is told in time that nobody knows where it lives.
    for client in clients { #expect(try client.line()?.contains("peer.unknown") == true) }
    #expect(Self.held() <= before + LookQueue.mostOfLane + 4)
    hanging.open()
    for client in clients {
      let answer = try client.call(
        #"{"jsonrpc":"2.0","id":2,"method":"environment.get","params":{"name":"e"}}"#)
      #expect(answer.contains("environment.unknown"), "\(answer)")
    }
  }

  @Test func `a connection that ends before its look began leaves its lane the turn`() throws {
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
    let show = #"{"jsonrpc":"2.0","id":1,"method":"environment.get","params":{"name":"e"}}"#
    for _ in 0..<(LookQueue.mostOfLane + 1) {
      let client = try bench.client()
      try client.send(show + "\n")
      #expect(eventually { looks.count == 2 })
      shutdown(client.descriptor, Int32(SHUT_RDWR))
      #expect(eventually { looks.count == 1 })
    }
    hanging.open()
    #expect(eventually { looks.count == 0 })
    #expect(try bench.client().call(show).contains("environment.unknown"))
  }

  private func eventually(_ isTrue: () -> Bool) -> Bool {
    for _ in 0..<2_000 where !isTrue() { usleep(5_000) }
    return isTrue()
  }
}
