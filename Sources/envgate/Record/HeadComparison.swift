import VaultCore

/// Compares signed heads of a log with a chain.
///
/// A head that contradicts the chain tells that records were replaced or cut off. If the chain itself says that the
/// vault was restored after that head was signed, from a backup of before, the two are a fork: the records of the head
/// were lost with the old vault, and nobody has forged anything.
struct HeadComparison: Hashable {
  /// A place where the chain goes on from a backup.
  struct Restore: Hashable {
    /// The number of its record, which is the first one after the backup.
    let record: Int64
    /// When, by the host's clock.
    let time: Int64
  }

  /// The heads that the chain agrees with.
  private(set) var agreed = 0
  /// The first and the last record of those.
  private(set) var range: ClosedRange<Int64>?
  /// The heads of records that are not in what was looked at.
  private(set) var unseen = 0
  /// The heads that a restore has left behind, by the record of the restore.
  private(set) var forks: [Restore: Int] = [:]
  /// What does not hold, in a sentence.
  private(set) var fault: String?
  /// The first record that does not hold.
  private(set) var firstBad: Int64?

  /// - Parameters:
  ///   - looked: the records that were looked at.
  ///   - isCut: whether records behind the last one were left out, and may exist all the same.
  ///   - hash: the chain's hash after a record.
  init(
    _ heads: [ChainSignature], in looked: ClosedRange<Int64>, isCut: Bool, restores: [Restore],
    hash: (Int64) throws -> [UInt8]?
  ) rethrows {
    for head in heads {
      // What was restored after this head was signed, from a backup of before.
      let restore = restores.first { $0.record <= head.sequence && $0.time >= head.time }
      if head.sequence > looked.upperBound {
        if let restore {
          forks[restore, default: 0] += 1
        } else if isCut {
          unseen += 1
        } else {
          note(
            "the daemon has signed record \(head.sequence) at \(Timestamp.text(milliseconds: head.time)), but the record ends at \(looked.upperBound): its end was cut off",
            looked.upperBound + 1)
        }
      } else if head.sequence < looked.lowerBound {
        unseen += 1
      } else if try hash(head.sequence) == head.hash {
        agreed += 1
        range =
          min(
            range?.lowerBound ?? head.sequence, head.sequence)...max(
            range?.upperBound ?? head.sequence, head.sequence)
      } else if let restore {
        forks[restore, default: 0] += 1
      } else {
        note(
          "record \(head.sequence) is not the one whose head was signed at \(Timestamp.text(milliseconds: head.time)): it, or a record before it, was replaced",
          head.sequence)
      }
    }
  }

  private mutating func note(_ sentence: String, _ record: Int64) {
    guard record < firstBad ?? .max else { return }
    fault = sentence
    firstBad = record
  }
}
