import VaultStore

/// What was destroyed leaves the database with its commit, and the write-ahead log with a checkpoint that
/// cuts it: in the log the pages of before stand until then.
extension VaultEngine {
  /// How long an erasure waits for whoever reads a snapshot, in milliseconds.
  private static let patience: Int32 = 100

  /// Erases where something of a committed batch was destroyed; what an earlier one still owes is tried
  /// again each second, without a wait.
  /// - Returns: whether the log holds nothing of it any more.
  func eraseLog(after batch: [Pending]) -> Bool {
    let isWanted = batch.contains { if case .erasure = $0 { true } else { false } }
    guard isWanted || (owesErasure && wantsSignature) else { return false }
    // False: a reader's snapshot stood in the way, or the disk did.
    let isErased =
      (try? store.checkpointTruncating(waiting: isWanted ? Self.patience : 0)) ?? false
    owesErasure = !isErased
    return isErased
  }
}
