import SecretMemory
import VaultCore
import VaultCrypto

/// A reply that waits for COMMIT.
enum Pending {
  case ready(CommandReply)
  case release(PendingRelease)
  /// What was destroyed leaves the write-ahead log after COMMIT; the reply says whether it has, and
  /// comes later where somebody's snapshot keeps the log, or where rows of it follow in slices.
  case erasure(of: Backlog.Task? = nil, (Bool) -> CommandReply)
}

/// What one command has earned, before it is durable: ciphertexts, and memory that is already ours.
///
/// It holds no plaintext, so a batch that fails has nothing to take back.
struct PendingRelease {
  struct Item {
    let name: SecretName
    let version: Int64
    let record: [UInt8]
    let context: RecordContext
    let key: KeyRing.Entry
    let room: SecretReservation
  }

  let environment: EnvironmentName
  let items: [Item]
  let auditSequence: Int64
  /// For a page of a grant: the name after which the next page begins.
  let next: SecretName?
  let isPage: Bool
}
