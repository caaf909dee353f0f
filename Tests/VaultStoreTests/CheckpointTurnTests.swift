import Promises
import Testing

@testable import VaultStore

/// Checkpoints beside commits, and when none may begin.
struct CheckpointTurnTests {
  @Test(.promise(.noIdleCheckpoint))
  func `no-idle-checkpoint: beside commits a log that was copied whole is left alone`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    let checkpointer = try Checkpointer(store.location)
    defer { checkpointer.close() }
    func frames() throws -> Int {
      let progress = try checkpointer.run()
      #expect(progress.isComplete)
      return progress.frames
    }
    #expect(try frames() == 0, "what was found at the opening may be copied whole")
    try Workload.commit(1, to: store)
    #expect(try frames() > 0)
    #expect(try frames() == 0)
    try store.begin()
    #expect(try frames() == 0, "a transaction has left nothing in the log before its commit")
    store.rollback()
    #expect(try frames() == 0)
    try store.begin()
    try store.commit()
    #expect(try frames() == 0, "a commit that wrote nothing")
    try Workload.commit(2, to: store)
    #expect(try store.checkpointTruncating())
    #expect(try frames() == 0, "the committing thread has copied all")
    #expect(try store.checkpointTruncating(), "the committing thread needs no work for it")
    try Workload.commit(3, to: store)
    #expect(try frames() > 0)
    try Workload.commit(4, to: store)
    try store.reopen()
    #expect(try frames() == 0)
    try Workload.commit(5, to: store)
    #expect(try frames() > 0)
    #expect(try Workload.last(in: store, "") == 5)
  }

  @Test(.promise(.noIdleCheckpoint))
  func `no-idle-checkpoint: what began before the copying ended may be in the copy`()
    throws
  {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    let checkpointer = try Checkpointer(store.location)
    defer { checkpointer.close() }
    try Workload.commit(1, to: store)
    try store.begin()
    try store.appendAudit(first: 2, count: 1, records: [2])
    #expect(try checkpointer.run().frames > 0)
    try store.commit()
    #expect(try checkpointer.run().frames == 0)
    try store.begin()
    try store.appendAudit(first: 3, count: 1, records: [3])
    try store.commit()
    #expect(try checkpointer.run().frames > 0)
  }

  @Test(.promise(.noIdleCheckpoint))
  func `no-idle-checkpoint: one connection at a time copies the log`() throws {
    let turn = CheckpointTurn()
    turn.begin()
    turn.commit()
    let done = CheckpointProgress(frames: 3, copied: 3, isComplete: true)
    let outer = try turn.take(.companion) { () throws(StoreFault) in
      for party in [CheckpointTurn.Party.committer, .companion] {
        let inner = try turn.take(party) { done }
        #expect(inner == CheckpointProgress(frames: 0, copied: 0, isComplete: false))
      }
      return done
    }
    #expect(outer == done)
    #expect(throws: StoreFault.busy) {
      try turn.take(.committer) { () throws(StoreFault) in throw StoreFault.busy }
    }
    #expect(try turn.take(.committer) { done } == done, "a fault gives the turn back")
  }

  /// The log as SQLite keeps it, against every order of what happens beside it.
  @Test(.promise(.noIdleCheckpoint), arguments: UInt64(0)..<64)
  func `no-idle-checkpoint: whatever the order, a checkpoint beside commits begins with work`(
    seed: UInt64
  ) throws {
    var random = Steps(seed: seed)
    let turn = CheckpointTurn()
    var (log, copied) = (0, 0)
    var writing = false
    for _ in 0..<400 {
      switch random.next(8) {
      case 0, 1, 2:
        guard !writing else { continue }
        turn.begin()
        writing = true
      case 3, 4:
        guard writing else { continue }
        writing = false
        // A log that was copied whole begins anew with the next commit.
        if copied == log { (log, copied) = (0, 0) }
        log += 1
        turn.commit()
      case 5:
        guard !writing else { continue }
        _ = try turn.take(.committer) {
          copied = log
          return CheckpointProgress(frames: log, copied: log, isComplete: true)
        }
      case 6:
        guard !writing else { continue }
        copied = log
        turn.open()
      default:
        _ = try turn.take(.companion) {
          #expect(copied < log)
          let (seen, isWhole) = (log, random.next(3) > 0)
          // Commits go on beside it.
          if random.next(2) == 0 {
            if !writing { turn.begin() }
            log += 1
            turn.commit()
            writing = false
          }
          copied = isWhole ? seen : copied
          return CheckpointProgress(frames: seen, copied: copied, isComplete: isWhole)
        }
      }
    }
  }

  private struct Steps {
    var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
  }
}
