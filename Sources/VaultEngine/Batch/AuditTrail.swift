import VaultCore
import VaultCrypto

/// The records of one batch, chained: `h_n = SHA-256("audit" || vault || n || h_{n-1} || length || record_n)`.
///
/// Invariant: what was appended is on disk only when the commit that holds it returned; between batches there are no
/// records.
struct AuditTrail: Undoable {
  /// The head as it will be after this batch.
  @Copied var head: Head
  /// Whether the head is to be written though no record was appended.
  var isHeadNews = false
  /// The sequence of the first record of this batch.
  private(set) var first: Int64
  /// How many records this batch has.
  private(set) var count: Int64 = 0
  /// The chain's hash before this batch, then its records, each preceded by its length.
  private(set) var records: CanonicalEncoder

  private let chain: Chain
  /// Why a record could not be chained; the batch must not be committed then.
  private(set) var failure: (any Error)?

  init(head: Head, chain: Chain) {
    self.head = head
    self.chain = chain
    first = head.sequence + 1
    records = Self.start(head)
  }

  private static func start(_ head: Head) -> CanonicalEncoder {
    var encoder = CanonicalEncoder(capacity: 4_096)
    encoder.bytes(head.hash.bytes)
    return encoder
  }

  /// The number of the last record.
  var sequence: Int64 { head.sequence }

  /// Numbers a record and chains it.
  mutating func append(_ record: AuditRecord) {
    var record = record
    record.sequence = head.sequence + 1
    let bytes = record.canonicalBytes
    do {
      head.hash = try chain.next(record.sequence, after: head.hash, bytes)
    } catch { failure = error }
    head.sequence = record.sequence
    records.bytes(bytes)
    count += 1
  }

  mutating func take(_ step: BatchStep) {
    _head.take(step)
    if step != .begin { startRecords() }
  }

  /// Starts the records behind the head's last.
  mutating func startRecords() {
    first = head.sequence + 1
    count = 0
    isHeadNews = false
    failure = nil
    records = Self.start(head)
  }
}
