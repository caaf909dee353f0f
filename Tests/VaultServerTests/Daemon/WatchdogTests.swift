import Glibc
import NIOCore
import NIOEmbedded
import Promises
import Testing

@testable import VaultServer

@Suite struct `the watchdog` {
  @Test func `is told twice in its time, each time after an answer of the commit thread`() {
    let loop = EmbeddedEventLoop()
    let count = Counts()
    let watchdog = Watchdog(
      eventLoop: loop, patience: .seconds(10), probe: { count.probes += 1 },
      tell: { count.told += 1 })
    watchdog.start()
    #expect(count.probes == 1)
    for round in 1...3 {
      watchdog.committed()
      loop.advanceTime(by: .seconds(5))
      #expect(count.told == round)
      #expect(count.probes == round + 1)
    }
  }

  @Test(.promise(.hangingCommit))
  func `is not told while the commit thread does not answer, and is told again when it does`() {
    let loop = EmbeddedEventLoop()
    let count = Counts()
    let watchdog = Watchdog(
      eventLoop: loop, patience: .seconds(10), probe: { count.probes += 1 },
      tell: { count.told += 1 })
    watchdog.start()
    loop.advanceTime(by: .seconds(60))
    #expect(count.told == 0)
    // One question is open; more would only lengthen the queue.
    #expect(count.probes == 1)
    watchdog.committed()
    loop.advanceTime(by: .seconds(60))
    #expect(count.told == 1)
    watchdog.committed()
    loop.advanceTime(by: .seconds(5))
    #expect(count.told == 2)
  }

  @Test(.promise(.hangingCommit))
  func `a daemon tells it as long as it serves, and stops when its commit hangs`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let socket = try NoticeSocket(bench.folder + "/notify")
    // The commit thread asks for the time before each batch, so a clock that waits is a commit that
    // hangs.
    let door = SwingDoor()
    let daemon = try bench.start(manager: socket.manager(watchdog: 200_000)) {
      door.pass()
      return RunningDaemon.reading()
    }
    defer { unlink(bench.folder + "/notify") }
    for _ in 0..<3 { #expect(socket.next() == ["WATCHDOG=1"]) }
    door.shut()
    door.waitForSomebody()
    // What passed the door before it was shut may still be told; then five intervals are silent.
    var late = 0
    while late <= 2, socket.next(within: 500) != nil { late += 1 }
    #expect(late <= 2)
    door.open()
    #expect(socket.next() == ["WATCHDOG=1"])
    daemon.stop()
  }
}

private final class Counts {
  var probes = 0
  var told = 0
}

/// A door that can be shut again.
private final class SwingDoor: Monitor, @unchecked Sendable {
  private var isOpen = true
  private var waiting = 0

  func pass() {
    change { waiting += 1 }
    _ = wait { self.isOpen ? true : nil }
    change { waiting -= 1 }
  }

  func shut() { change { isOpen = false } }
  func open() { change { isOpen = true } }
  func waitForSomebody() { _ = wait { self.waiting > 0 ? true : nil } }
}
