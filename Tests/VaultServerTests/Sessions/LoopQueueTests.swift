import Glibc
import NIOCore
import Promises
import Testing
import VaultCore

@testable import VaultServer

/// The event loop's work in slices, with a clock that moves by hand.
@Suite struct `slices of the event loop` {
  /// A loop that does nothing by itself.
  private final class HandLoop: @unchecked Sendable {
    var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    var soon: [@Sendable () -> Void] = []
    var later: [@Sendable () -> Void] = []
    var slices = 0
    private(set) lazy var queue = LoopQueue(
      length: length, now: { [unowned self] in now }, soon: { [unowned self] in soon.append($0) },
      later: { [unowned self] in later.append($1) }, ended: { [unowned self] in slices += 1 })
    private let length: TimeAmount

    init(_ length: TimeAmount = .milliseconds(1)) { self.length = length }

    /// The loop goes on to its sockets, and then to what is due.
    func turn() {
      let (ending, due) = (soon, later)
      (soon, later) = ([], [])
      for work in ending + due { work() }
    }
  }

  private static func lane(_ uid: UInt32) -> Lane { .subject(.account(uid)) }

  @Test(.promise(.loopServesAll))
  func
    `nothing-holds-the-loop: a slice ends after its time, and the sockets are served in between`()
  {
    let loop = HandLoop()
    var done = 0
    for _ in 0..<1_000 {
      loop.queue.add(Self.lane(1)) {
        done += 1
        loop.now = loop.now + .microseconds(100)
      }
    }
    loop.queue.go()
    #expect(done == 10)
    // Whatever else calls for work in the same turn of the loop gets none.
    for _ in 0..<5 { loop.queue.go() }
    #expect(done == 10 && loop.later.count == 1)
    var turns = 1
    while !loop.queue.isEmpty {
      let before = done
      loop.turn()
      turns += 1
      #expect(done > before && done <= before + 10)
    }
    #expect(done == 1_000 && turns == 100 && loop.slices == 100)
  }

  @Test(.promise(.loopServesAll))
  func `lanes take turns, and within a lane the order stays`() {
    let loop = HandLoop(.hours(1))
    var order: [Int] = []
    for number in 0..<1_000 { loop.queue.add(Self.lane(1)) { order.append(number) } }
    for number in 2_000..<2_003 { loop.queue.add(Self.lane(2)) { order.append(number) } }
    loop.queue.go()
    #expect(Array(order.prefix(6)) == [0, 2_000, 1, 2_001, 2, 2_002])
    #expect(order.filter { $0 < 2_000 } == Array(0..<1_000))
  }

  @Test func `the time of one turn is one, whoever asks in it`() {
    let loop = HandLoop()
    #expect(!loop.queue.isTimeUp)
    loop.now = loop.now + .microseconds(999)
    #expect(!loop.queue.isTimeUp)
    loop.now = loop.now + .microseconds(1)
    #expect(loop.queue.isTimeUp)
    var isDone = false
    loop.queue.add(Self.lane(1)) { isDone = true }
    loop.queue.go()
    #expect(!isDone)
    loop.turn()
    #expect(isDone)
    loop.turn()
    #expect(!loop.queue.isTimeUp)
  }

  @Test(.promise(.loopServesAll))
  func `work that is cut short gets on by a step a slice, however short that is`() {
    let loop = HandLoop(.zero)
    var steps = 0
    func work() {
      while steps < 50 {
        if loop.queue.isTimeUp {
          loop.queue.add(Self.lane(1), work)
          return
        }
        steps += 1
      }
    }
    loop.queue.add(Self.lane(1), work)
    loop.queue.go()
    for turn in 1...50 {
      #expect(steps <= turn)
      loop.turn()
    }
    #expect(steps == 50)
  }

  @Test func `what must be over before a change is done at once`() {
    let loop = HandLoop(.zero)
    var done = 0
    for _ in 0..<100 {
      loop.queue.add(Self.lane(1)) {
        if !loop.queue.isTimeUp { done += 1 }
      }
    }
    loop.queue.drain()
    #expect(done == 100 && loop.queue.isEmpty)
  }

  @Test func `a round of retries begins when the last one is over`() {
    var begun: [UInt64] = []
    var over: [() -> Void] = []
    let retries = Retries { id, done in
      begun.append(id)
      over.append(done)
    }
    for id: UInt64 in [3, 1, 2, 3] { retries.insert(id) }
    retries.remove(1)
    retries.go()
    #expect(begun == [3, 2])
    retries.insert(3)
    for _ in 0..<10 { retries.go() }
    #expect(begun == [3, 2])
    for done in over { done() }
    #expect(begun == [3, 2, 3])
    over.last?()
    #expect(begun == [3, 2, 3])
    // Nobody waits for another round now: who is named has to wait for one.
    retries.insert(5)
    retries.go()
    retries.insert(6)
    over.last?()
    #expect(begun == [3, 2, 3, 5])
  }
}
