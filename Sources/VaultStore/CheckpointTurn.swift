/// Who may copy the write-ahead log at this moment: one connection at a time, and beside commits only
/// where the log holds something that is not in the database yet.
///
/// Invariant `no-idle-checkpoint`: in SQLite before 3.51.3 a checkpoint that begins on a log which has been
/// copied whole can take a part of the next round for copied, if a commit begins the log anew in that
/// moment. The commits of that part are lost and the database is malformed ("The WAL-reset bug",
/// sqlite.org/wal.html#walresetbug). While something is not copied, no commit can begin the log anew: a
/// checkpoint that begins then is safe to its end. The committing thread needs no such care, since nobody
/// commits beside it.
final class CheckpointTurn: Sendable {
  private struct State {
    /// Transactions that have begun.
    var begun: Int64 = 0
    /// The number of the last one that left frames in the log.
    var committed: Int64 = 0
    /// How many had begun when the last complete checkpoint ended: what a later one committed is not copied.
    var copied: Int64 = 0
    var isTaken = false
  }

  private let state = Guarded(State())

  /// Who copies the log.
  enum Party {
    /// The thread that commits.
    case committer
    /// A thread beside it.
    case companion
  }

  /// A transaction begins.
  func begin() {
    state.withLock { $0.begun += 1 }
  }

  /// The transaction has left frames in the log.
  func commit() {
    state.withLock { $0.committed = $0.begun }
  }

  /// The log is one of which nothing is known: it may be copied whole.
  func open() {
    state.withLock { $0.copied = $0.begun }
  }

  /// Copies, if that may be now.
  ///
  /// - Returns: What `body` answers. Where nothing is left to copy, no frames and complete; where another
  ///   connection copies, no frames and not complete.
  func take(
    _ party: Party, _ body: () throws(StoreFault) -> CheckpointProgress
  ) throws(StoreFault) -> CheckpointProgress {
    let refusal: CheckpointProgress? = state.withLock { state in
      guard !state.isTaken else { return .init(frames: 0, copied: 0, isComplete: false) }
      guard party == .committer || state.committed > state.copied else {
        return .init(frames: 0, copied: 0, isComplete: true)
      }
      state.isTaken = true
      return nil
    }
    if let refusal { return refusal }
    var isComplete = false
    defer {
      state.withLock { state in
        if isComplete { state.copied = state.begun }
        state.isTaken = false
      }
    }
    let progress = try body()
    isComplete = progress.isComplete
    return progress
  }
}
