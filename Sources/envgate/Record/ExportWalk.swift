import StrictJSON
import VaultClient
import VaultCore
import VaultProtocol

/// Walks over an export of the audit record, line by line, with the public key alone.
///
/// The signed head vouches for the hash after the last record, and so for all before it. What a line says in plain
/// text must be what its canonical bytes say.
struct ExportWalk {
  private let beginning: AuditExportView
  private let last: Int64
  private var walk: ChainWalk<[UInt8]>
  private var reader = JSONReader()

  /// Begins an export.
  /// - Parameter verifies: whether a signature of some bytes is that of the auditor's key.
  /// - Throws: ``CommandFault`` `audit.export` where it is not one that the key can verify.
  init(
    _ line: [UInt8]?, key: AuditKeyFile, verifies: (_ signature: [UInt8], _ of: [UInt8]) -> Bool
  ) throws {
    guard let line, let beginning: AuditExportView = ExportLine.read(line, with: &reader) else {
      throw Self.refused("is not an export of an audit record, or its first line is damaged")
    }
    guard beginning.export == AuditExportView.format else {
      throw Self.refused(
        "has format \(beginning.export), which this version does not know; use a newer envgate")
    }
    if let vault = key.vault, vault != beginning.vault {
      throw Self.refused("is of another vault than the key")
    }
    guard beginning.publicKey == key.text else {
      throw Self.refused("was signed by another key; it is not of this vault, or somebody made it")
    }
    guard let head = beginning.head.signed(of: beginning.vault),
      let previous = Digest(beginning.previous), head.vault.count == 16,
      (0...head.sequence).contains(beginning.after)
    else { throw Self.refused("has a damaged first line") }
    self.beginning = beginning
    last = head.sequence
    vault = head.vault
    walk = ChainWalk(behind: beginning.after, previous.bytes) { sequence, before, record in
      Self.link(head.vault, sequence, before, record)
    }
    guard verifies(head.signature, head.signedBytes) else {
      _ = walk.refuse("the signature of the head, record \(last), does not verify")
      return
    }
    walk.expect(head.hash, after: last, by: "the signed head")
  }

  /// Takes the next line.
  /// - Returns: the record; nil where the line, or one before it, does not hold.
  mutating func take(_ line: [UInt8]) -> AuditRecord? {
    guard walk.fault == nil else { return nil }
    let next = walk.sequence + 1
    guard next <= last else {
      _ = walk.refuse("lines were added after record \(last), which is the last", record: next)
      return nil
    }
    guard let view: AuditRecordView = ExportLine.read(line, with: &reader),
      let bytes = view.canonical.flatMap({ Hexadecimal.bytes($0) }), let hash = Digest(view.hash)
    else {
      _ = walk.refuse("the line of record \(next) is cut or damaged", record: next)
      return nil
    }
    guard view.sequence == next else {
      _ = walk.refuse(
        "record \(next) is not in its place; record \(view.sequence) stands there", record: next)
      return nil
    }
    if next < last { walk.expect(hash.bytes, after: next, by: "the hash in its line") }
    guard let record = walk.take(bytes) else { return nil }
    let own = AuditRecordView(record: record, hash: walk.hash, canonical: bytes)
    guard ExportLine.text(own) == line else {
      _ = walk.refuse(
        "the line of record \(next) does not say what its canonical bytes say", record: next)
      return nil
    }
    return record
  }

  /// The vault's id, 16 bytes.
  let vault: [UInt8]

  /// The chain's hash after the last record that holds.
  var hash: [UInt8] { walk.hash }

  /// Whether more lines can change what was found.
  var goesOn: Bool { walk.fault == nil }

  /// Ends the walk behind the last line.
  mutating func finish() -> AuditVerificationView {
    walk.finish()
    return AuditVerificationView(
      verified: walk.fault == nil, records: walk.sequence, head: walk.hash, signedThrough: last,
      fault: walk.fault?.sentence, firstBad: walk.fault?.record,
      after: beginning.after == 0 ? nil : beginning.after)
  }

  /// The chain's hash after a record (Auditing.md, *The file of an export*).
  static func link(
    _ vault: [UInt8], _ sequence: Int64, _ previous: [UInt8], _ record: [UInt8]
  ) -> [UInt8] {
    var hash = SHA256()
    hash.update(Array("audit".utf8) + vault + word(sequence) + previous + word(Int64(record.count)))
    hash.update(record)
    return hash.finish()
  }

  private static func word(_ value: Int64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Int64($0)) }
  }

  private static func refused(_ sentence: String) -> CommandFault {
    CommandFault(.auditExport, "the file \(sentence)")
  }
}
