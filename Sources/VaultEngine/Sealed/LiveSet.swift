import VaultCrypto

/// Which rows are live: their sum, and the revision of each live request.
struct LiveSet: Undoable {
  /// Covers exactly the live rows of the transaction.
  @Copied var sum = SetAccumulator()
  /// An index of SQLite's can be made to contradict its table, so a request's row that says it is live must be one
  /// that was counted.
  var revisions = Journaled<Int64, Int64>()
  /// Whether this batch wrote a row.
  private(set) var isDirty = false
  /// How many rows were ever written, to tell whether a command has.
  @Copied private(set) var writes = 0

  mutating func take(_ step: BatchStep) {
    _sum.take(step)
    revisions.take(step)
    _writes.take(step)
    if step != .begin { isDirty = false }
  }

  mutating func noteWrite() {
    isDirty = true
    writes += 1
  }

  /// Takes over what a full verification has found. A batch that does so goes back to that.
  mutating func adopt(_ verified: SetAccumulator, _ requests: [Int64: Int64]) {
    _sum.adopt(verified)
    revisions.adopt(requests)
  }
}
