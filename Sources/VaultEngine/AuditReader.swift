public import VaultCore
import VaultCrypto
import VaultStore

/// Reads and verifies the audit records on a snapshot, beside the commit; for one thread of its own.
///
/// It needs no secret: the chain is a hash over public things, the signatures verify with a public key.
public final class AuditReader {
  /// A record and the chain's hash after it.
  public struct Entry: Sendable {
    /// The record.
    public let record: AuditRecord
    /// The chain's hash after it, 32 bytes.
    public let hash: [UInt8]
    /// Its canonical bytes, which are what is hashed.
    public let canonical: [UInt8]
  }

  /// One page, from old to new.
  public struct Page: Sendable {
    /// The records.
    public let records: [Entry]
    /// The last sequence of this page where there may be more.
    public let next: Int64?
  }

  let reader: StoreReader
  let vault: VaultID
  let publicKey: PublicKey
  let chain: Chain

  /// Opens a snapshot reader.
  /// - Parameters:
  ///   - reader: a connection of its own to the same database.
  ///   - publicKey: the vault's audit key.
  init(reader: StoreReader, vault: VaultID, publicKey: PublicKey) throws {
    self.reader = reader
    self.vault = vault
    self.publicKey = publicKey
    chain = try Chain(vault)
  }

  /// The records after a sequence that a filter looks for, at most `limit`, or what is among the next 20,000.
  public func list(
    after: Int64, through: Int64 = .max, filter: AuditFilter = AuditFilter(), limit: Int
  ) throws -> Page {
    let stretch = try stretch(after: after, through: through, limit: limit, filter.matches)
    return Page(records: stretch.records, next: stretch.isCut ? stretch.through : nil)
  }

  /// What a stretch of the chain holds of what was looked for.
  public struct Stretch: Sendable {
    /// The records, from old to new.
    public let records: [Entry]
    /// The last record that was looked at.
    public let through: Int64
    /// Whether there are more behind it.
    public let isCut: Bool
  }

  /// The records after a sequence that say how a request moved on, at most `limit`; for events.
  public func moves(after: Int64, limit: Int) throws -> Stretch {
    try stretch(after: after, limit: limit) { $0.request != nil && $0.event?.movesRequest == true }
  }

  private func stretch(
    after: Int64, through: Int64 = .max, limit: Int, _ isWanted: (AuditRecord) -> Bool
  ) throws -> Stretch {
    var found: [Entry] = []
    var last = after
    var looked = 0
    var isCut = false
    var isDamaged = false
    try snapshot {
      try reader.forEachAudit(from: after + 1) { row in
        guard row.first <= through else { return false }
        isCut = true
        guard let batch = AuditBatch(row) else {
          isDamaged = true
          return false
        }
        var hash = batch.previous
        for (offset, bytes) in batch.records.enumerated() {
          let sequence = row.first + Int64(offset)
          guard let next = try? chain.next(sequence, after: hash, bytes),
            let record = try? AuditRecord(canonical: bytes)
          else {
            // What is whole comes first; whoever goes on behind it is told.
            isDamaged = last == after
            return false
          }
          hash = next
          guard sequence > after else { continue }
          if sequence > through {
            isCut = false
            return false
          }
          if found.count == limit || looked == Self.mostLooked { return false }
          looked += 1
          last = sequence
          guard isWanted(record) else { continue }
          found.append(Entry(record: record, hash: hash.bytes, canonical: bytes))
        }
        isCut = false
        return true
      }
    }
    if isDamaged { throw Tampering("the audit records are damaged; run envgate audit verify") }
    return Stretch(records: found, through: last, isCut: isCut)
  }

  private static let mostLooked = 20_000

  func snapshot(_ body: () throws -> Void) throws {
    try reader.beginSnapshot()
    defer { reader.endSnapshot() }
    try body()
  }
}

/// One row of the audit table, taken apart.
struct AuditBatch {
  let previous: Digest32
  let records: [[UInt8]]

  /// Nil where the row is damaged.
  init?(_ row: AuditRow) {
    var decoder = CanonicalDecoder(row.records)
    var records: [[UInt8]] = []
    do throws(DecodingFault) {
      previous = try decoder.digest()
      while !decoder.isAtEnd { records.append(try decoder.bytes()) }
    } catch { return nil }
    guard records.count == Int(row.count) else { return nil }
    self.records = records
  }
}
