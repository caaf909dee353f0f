import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

@testable import VaultServer

struct CommitQueueTests {
  private func job(
    _ connection: UInt64, _ uid: UInt32, _ action: Action = .status
  ) -> CommitQueue.Job {
    CommitQueue.Job(
      connection: connection, lane: .subject(.account(uid)),
      command: Command(
        caller: Caller(
          uid: uid, kernelGroups: [], isOverflow: false, connection: connection, account: nil),
        action: action))
  }

  @Test(.promise(.lanesTakeTurns))
  func `lanes take turns, and within a lane the order stays`() {
    let queue = CommitQueue(capacity: 8_192)
    for connection in UInt64(1)...3_000 { #expect(queue.submit(job(connection, 1))) }
    #expect(queue.submit(job(9_001, 2)))
    #expect(queue.submit(job(9_002, 2)))
    var batch: [CommitQueue.Job] = []
    #expect(queue.take(into: &batch))
    #expect(batch.count == CommitQueue.largestBatch)
    // Whoever comes behind three thousand of another is in the next batch.
    #expect(batch.map(\.connection).contains(9_001) && batch.map(\.connection).contains(9_002))
    var order = batch.map(\.connection).filter { $0 < 9_000 }
    while order.count < 3_000 {
      batch = []
      #expect(queue.take(into: &batch))
      order += batch.map(\.connection)
    }
    #expect(order == Array(1...3_000))
  }

  @Test func `who is owed an answer is looked at again, whether or not a job comes`() {
    let queue = CommitQueue(capacity: 8)
    var batch: [CommitQueue.Job] = []
    #expect(queue.take(into: &batch, waiting: 1))
    #expect(batch.isEmpty)
    #expect(queue.submit(job(1, 1)))
    #expect(queue.take(into: &batch, waiting: 1))
    #expect(batch.map(\.connection) == [1])
    queue.close()
    #expect(!queue.take(into: &batch, waiting: 1))
  }

  @Test(.promise(.lanesTakeTurns))
  func `a list is worth a turn, so that a batch holds few of them`() {
    let queue = CommitQueue(capacity: 8_192)
    for connection in UInt64(1)...400 {
      #expect(
        queue.submit(
          job(connection, 1, .call(.environmentList(EnvironmentList(after: 0, limit: 100))))))
    }
    for connection in UInt64(1_001)...1_020 { #expect(queue.submit(job(connection, 2))) }
    var batch: [CommitQueue.Job] = []
    #expect(queue.take(into: &batch))
    #expect(batch.count { $0.connection < 1_000 } == 15)
    #expect(batch.count { $0.connection > 1_000 } == 20)
    #expect(batch[0].connection == 1 && batch[1].connection == 1_001)
  }

  @Test(.promise(.lanesTakeTurns))
  func `no lane fills the queue, and the vault's own jobs always fit`() {
    let queue = CommitQueue(capacity: 100)
    var taken = 0
    while queue.submit(job(UInt64(taken), 1)) { taken += 1 }
    #expect(taken == 50)
    #expect(queue.submit(job(1, 2)))
    queue.submitAlways(job(7, 1))
    queue.close()
    #expect(!queue.submit(job(1, 3)))
    var all: [CommitQueue.Job] = []
    var batch: [CommitQueue.Job] = []
    while queue.take(into: &batch) {
      all += batch
      batch = []
    }
    #expect(all.count == 52)
  }
}
