/// Walks an audit chain, record by record: the one judge of whether records are those that were written.
///
/// The daemon walks its database with it, and an auditor's client an export. What hashes is handed in, since
/// the daemon and the client have it from different places.
///
/// Invariant: once something does not hold, nothing behind it is taken.
public struct ChainWalk<Hash: Equatable> {
  /// The hash of a record: of its number, the hash before it, and its canonical bytes.
  public typealias Link = (_ sequence: Int64, _ previous: Hash, _ record: [UInt8]) throws -> Hash

  /// What does not hold.
  public struct Fault: Hashable, Sendable {
    /// In a sentence.
    public let sentence: String
    /// The first record that does not hold; nil where no single one is at fault.
    public let record: Int64?
    /// Whether a record was found whole that another witness of the chain contradicts.
    public let isContradicted: Bool
  }

  /// The last record that was taken.
  public private(set) var sequence: Int64
  /// The chain's hash after that.
  public private(set) var hash: Hash
  /// What does not hold; nil where all does so far.
  public private(set) var fault: Fault?

  private let link: Link
  private var witnesses: [Int64: [(hash: Hash, name: String)]] = [:]
  private var last: (sequence: Int64, name: String)?

  /// Begins behind a record, or at the beginning: behind record 0, whose hash is 32 zeros.
  public init(behind sequence: Int64, _ hash: Hash, link: @escaping Link) {
    self.sequence = sequence
    self.hash = hash
    self.link = link
  }

  /// Has somebody else say what the hash after a record is.
  /// - Parameter name: who says it, as it is told: *the head*.
  public mutating func expect(_ hash: Hash, after sequence: Int64, by name: String) {
    if sequence > last?.sequence ?? 0 { last = (sequence, name) }
    if sequence == self.sequence {
      judge(hash, name)
    } else {
      witnesses[sequence, default: []].append((hash, name))
    }
  }

  /// Says that what comes next does not follow, for whoever has found that out.
  /// - Returns: false.
  public mutating func refuse(_ sentence: String, record: Int64? = nil) -> Bool {
    if fault == nil { fault = Fault(sentence: sentence, record: record, isContradicted: false) }
    return false
  }

  /// Takes the canonical bytes of the next record.
  /// - Returns: the record; nil where it, or one before it, does not hold.
  public mutating func take(_ bytes: [UInt8]) -> AuditRecord? {
    guard fault == nil else { return nil }
    let next = sequence + 1
    guard let record = try? AuditRecord(canonical: bytes) else {
      let isNewer = bytes.first.map { $0 > AuditRecord.format } ?? false
      _ = refuse(
        isNewer
          ? "record \(next) has a format that this version does not know; use a newer one"
          : "record \(next) is damaged", record: next)
      return nil
    }
    guard record.sequence == next else {
      _ = refuse("record \(next) does not follow the one before it", record: next)
      return nil
    }
    guard let linked = try? link(next, hash, bytes) else {
      _ = refuse("record \(next) cannot be hashed", record: next)
      return nil
    }
    hash = linked
    sequence = next
    if let named = witnesses.removeValue(forKey: next) {
      for witness in named { judge(witness.hash, witness.name) }
    }
    return fault == nil ? record : nil
  }

  /// Ends the walk: nobody may have named a record behind the last.
  public mutating func finish() {
    guard let last, last.sequence > sequence else { return }
    _ = refuse("records after \(sequence) are missing; \(last.name) says \(last.sequence)")
  }

  private mutating func judge(_ expected: Hash, _ name: String) {
    guard expected != hash, fault == nil else { return }
    fault = Fault(
      sentence: "\(name) does not agree with record \(sequence)", record: sequence,
      isContradicted: true)
  }
}
