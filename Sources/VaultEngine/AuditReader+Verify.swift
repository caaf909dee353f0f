public import VaultCore
import VaultCrypto
import VaultStore

extension AuditReader {
  /// What a walk over the whole chain found.
  public struct Verification: Sendable {
    /// Whether every record, the head and the last signature agree.
    public let isVerified: Bool
    /// The last good record.
    public let records: Int64
    /// The chain's hash after the last good record, 32 bytes.
    public let head: [UInt8]
    /// The last record that the last signature covers.
    public let signedThrough: Int64
    /// What is wrong, in words; nil where nothing is.
    public let fault: String?
    /// The first record that does not hold.
    public let firstBad: Int64?
  }

  /// A walk over the chain that goes on in pieces, so that what else is read beside it waits for one piece.
  public struct Round {
    fileprivate var walk: ChainWalk<Digest32>
    fileprivate let signed: SignatureRow?
    fileprivate var isAtEnd = false
  }

  /// Walks the chain to the head.
  public func verify() throws -> Verification {
    var round = try beginVerifying()
    while true {
      if let found = try goOn(&round, most: .max) { return found }
    }
  }

  /// The newest signature over the head; nil before the first.
  public func signature() throws -> ChainSignature? {
    var found: SignatureRow?
    try snapshot { found = try reader.signature() }
    return found.map(made)
  }

  /// The vault's id and the bytes of the key that verifies its signatures.
  public var key: (vault: [UInt8], publicKey: [UInt8]) { (vault.bytes, publicKey.bytes) }

  /// Begins a walk to the head and the signature as they are now.
  public func beginVerifying() throws -> Round {
    var found: (head: Head, signature: SignatureRow?)?
    try snapshot {
      guard let stored = try reader.head() else { throw Tampering("the head is missing") }
      found = (try Head(canonical: stored.content), try reader.signature())
    }
    guard let found else { throw Tampering("the head is missing") }
    let chain = chain
    var walk = ChainWalk(behind: 0, Digest32.zero) { sequence, previous, record in
      try chain.next(sequence, after: previous, record)
    }
    walk.expect(found.head.hash, after: found.head.sequence, by: "the head")
    return Round(walk: walk, signed: found.signature)
  }

  /// Walks over some more rows.
  /// - Returns: what was found, once that is known.
  public func goOn(_ round: inout Round, most rows: Int) throws -> Verification? {
    var walk = round.walk
    var left = rows
    var isAtEnd = true
    var signedHash: Digest32?
    try snapshot {
      try reader.forEachAudit(from: walk.sequence + 1) { row in
        guard left > 0 else {
          isAtEnd = false
          return false
        }
        left -= 1
        guard row.first == walk.sequence + 1, let batch = AuditBatch(row),
          batch.previous == walk.hash
        else {
          let next = walk.sequence + 1
          // The last row that was walked over is the one that holds the number where nothing follows.
          if row.first + row.count == next { return true }
          return walk.refuse("record \(next) does not follow the one before it", record: next)
        }
        for bytes in batch.records {
          guard walk.take(bytes) != nil else { return false }
          if walk.sequence == round.signed?.sequence { signedHash = walk.hash }
        }
        return true
      }
    }
    round.walk = walk
    if let signedHash, let signed = round.signed, !holds(signed, signedHash) {
      round.isAtEnd = true
      _ = round.walk.refuse("the signature through record \(signed.sequence) does not verify")
    }
    guard isAtEnd || walk.fault != nil else { return nil }
    return result(of: &round)
  }

  private func result(of round: inout Round) -> Verification {
    round.walk.finish()
    if round.walk.fault == nil, let signed = round.signed, signed.sequence > round.walk.sequence {
      _ = round.walk.refuse("the signature through record \(signed.sequence) does not verify")
    }
    let fault = round.walk.fault
    return Verification(
      isVerified: fault == nil, records: round.walk.sequence, head: round.walk.hash.bytes,
      signedThrough: round.signed?.sequence ?? 0, fault: fault?.sentence, firstBad: fault?.record)
  }

  private func holds(_ signed: SignatureRow, _ hash: Digest32) -> Bool {
    let signature = made(signed)
    return hash.bytes == signed.hash
      && (try? publicKey.verifies(signature.signature, of: signature.signedBytes)) == true
  }

  private func made(_ row: SignatureRow) -> ChainSignature {
    ChainSignature(
      vault: vault.bytes, sequence: row.sequence, hash: row.hash, time: row.time,
      signature: row.signature)
  }
}
