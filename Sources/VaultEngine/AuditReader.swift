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
  }

  /// One page, from old to new.
  public struct Page: Sendable {
    /// The records.
    public let records: [Entry]
    /// The last sequence of this page where there may be more.
    public let next: Int64?
  }

  /// What a walk over the whole chain found.
  public struct Verification: Sendable {
    /// Whether every record, the head and the last signature agree.
    public let isVerified: Bool
    /// How many records there are.
    public let records: Int64
    /// The chain's hash after the last good record, 32 bytes.
    public let head: [UInt8]
    /// The last record that the last signature covers.
    public let signedThrough: Int64
    /// What is wrong, in words; nil where nothing is.
    public let fault: String?
    /// The first record that does not chain.
    public let firstBad: Int64?
  }

  private let reader: StoreReader
  private let vault: VaultID
  private let publicKey: PublicKey
  private let chain: Chain

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

  /// The records after a sequence, at most `limit`, or as many as fit the time of 20,000 records where
  /// an environment is asked for that has few.
  public func list(after: Int64, environment: EnvironmentName?, limit: Int) throws -> Page {
    let stretch = try stretch(after: after, limit: limit) { record in
      environment.map { record.environment == $0.text } ?? true
    }
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
    try stretch(after: after, limit: limit) { $0.request != nil && $0.event.movesRequest }
  }

  private func stretch(
    after: Int64, limit: Int, _ isWanted: (AuditRecord) -> Bool
  ) throws -> Stretch {
    var found: [Entry] = []
    var last = after
    var looked = 0
    var isCut = false
    var isDamaged = false
    try snapshot {
      try reader.forEachAudit(from: after + 1) { row in
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
          if found.count == limit || looked == Self.mostLooked { return false }
          looked += 1
          last = sequence
          guard isWanted(record) else { continue }
          found.append(Entry(record: record, hash: hash.bytes))
        }
        isCut = false
        return true
      }
    }
    if isDamaged { throw Tampering("the audit records are damaged; run envgate audit verify") }
    return Stretch(records: found, through: last, isCut: isCut)
  }

  private static let mostLooked = 20_000

  /// Walks the chain from record 1 to the head.
  public func verify() throws -> Verification {
    var hash = Digest32.zero
    var sequence: Int64 = 0
    var fault: String?
    var signedHash: Digest32?
    let signature = try snapshotSignatureAndHead()
    try snapshot {
      try reader.forEachAudit { row in
        guard row.first == sequence + 1, let batch = AuditBatch(row), batch.previous == hash else {
          fault = "record \(sequence + 1) does not follow the one before it"
          return false
        }
        for bytes in batch.records {
          let next = sequence + 1
          guard let record = try? AuditRecord(canonical: bytes), record.sequence == next else {
            fault = "record \(next) is damaged"
            return false
          }
          guard let linked = try? chain.next(next, after: hash, bytes) else {
            fault = "record \(next) cannot be hashed"
            return false
          }
          hash = linked
          sequence = next
          if next == signature.signature?.sequence { signedHash = hash }
          if next == signature.head.sequence && hash != signature.head.hash {
            fault = "the head does not agree with record \(next)"
            return false
          }
        }
        return true
      }
    }
    let firstBad = fault == nil ? nil : sequence + 1
    if fault == nil && sequence < signature.head.sequence {
      fault = "records after \(sequence) are missing; the head says \(signature.head.sequence)"
    }
    if fault == nil, let signed = signature.signature {
      let made = ChainSignature(
        vault: vault, sequence: signed.sequence, hash: signed.hash, time: signed.time,
        signature: signed.signature)
      if signedHash?.bytes != signed.hash
        || (try? publicKey.verifies(made.signature, of: made.signedBytes)) != true
      {
        fault = "the signature through record \(signed.sequence) does not verify"
      }
    }
    return Verification(
      isVerified: fault == nil, records: sequence, head: hash.bytes,
      signedThrough: signature.signature?.sequence ?? 0, fault: fault, firstBad: firstBad)
  }

  private func snapshotSignatureAndHead() throws -> (signature: SignatureRow?, head: Head) {
    var result: (signature: SignatureRow?, head: Head)?
    try snapshot {
      guard let stored = try reader.head() else { throw Tampering("the head is missing") }
      result = (try reader.signature(), try Head(canonical: stored.content))
    }
    guard let result else { throw Tampering("the head is missing") }
    return result
  }

  private func snapshot(_ body: () throws -> Void) throws {
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
