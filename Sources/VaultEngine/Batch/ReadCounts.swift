import VaultCore
import VaultStore

/// The reads of one batch, added up: a commit writes one row for each account and version that it
/// released, however many releases there were.
///
/// Invariant: empty between batches; what a batch counted is written in its own transaction.
struct ReadCounts {
  private struct Key: Hashable {
    let environment: Int64
    let secret: PinnedSecret
    let subject: Subject
  }

  private var counts: [Key: (account: String?, count: Int64)] = [:]

  mutating func add(_ secrets: [PinnedSecret], of environment: Int64, by caller: Caller) {
    for secret in secrets {
      counts[
        Key(environment: environment, secret: secret, subject: caller.subject),
        default: (caller.name, 0)
      ].count += 1
    }
  }

  /// Writes what was counted, and forgets it.
  mutating func flush(to store: Store, at now: Moment) throws(StoreFault) {
    if counts.isEmpty { return }
    for (key, reads) in counts {
      try store.add(
        ReaderRow(
          environment: key.environment, name: key.secret.name.text, version: key.secret.version,
          subject: key.subject, account: reads.account, first: now.wall, last: now.wall,
          count: reads.count))
    }
    counts.removeAll(keepingCapacity: true)
  }

  mutating func drop() { if !counts.isEmpty { counts.removeAll(keepingCapacity: true) } }
}
