import Testing
import VaultCore

@testable import VaultServer

/// Which questions to the account database wait, without threads.
@Suite struct `The queue of questions about accounts` {
  private final class Inquiry {}
  private typealias Queue = AccountQueue<Int, Inquiry>

  @Test func `a question that nobody waits for any more is not asked`() throws {
    var queue = Queue(bounds: .init())
    let asked = [queue.ask(.account(1), 1), queue.ask(.account(1), 2)].compactMap { $0 }
    try #require(asked.count == 2)
    let first = queue.giveUp(asked[0])
    #expect(first == 1)
    #expect(queue.isWaiting, "the other still waits")
    let second = queue.giveUp(asked[1])
    #expect(second == 2)
    #expect(!queue.isWaiting)
    let again = queue.giveUp(asked[1])
    #expect(again == nil)
    let found = queue.newThread(now: 0)
    #expect(found == nil)
  }

  @Test func `a question that a thread has is answered to whoever asked since`() throws {
    var queue = Queue(bounds: .init())
    let asked = queue.ask(.account(1), 1)
    let started = queue.newThread(now: 0)
    let thread = try #require(started)
    _ = queue.next(thread, Inquiry(), now: 0)
    let late = queue.ask(.account(1), 2)
    let gone = queue.giveUp(try #require(asked))
    #expect(gone == 1)
    let told = queue.finish(thread, tellsLate: true)
    #expect(told == [2] && late?.isBehind == false)
  }

  @Test func `only whoever asks afresh while a question is under way is behind it`() throws {
    var queue = Queue(bounds: .init())
    let first = queue.ask(.account(1), afresh: true, 1)
    let started = queue.newThread(now: 0)
    let thread = try #require(started)
    _ = queue.next(thread, Inquiry(), now: 0)
    let late = queue.ask(.account(1), 2)
    let behind = queue.ask(.account(1), afresh: true, 3)
    #expect([first, late, behind].map { $0?.isBehind } == [false, false, true])
    let told = queue.finish(thread, tellsLate: true)
    #expect(told.sorted() == [1, 2])
    #expect(queue.isWaiting)
  }
}
