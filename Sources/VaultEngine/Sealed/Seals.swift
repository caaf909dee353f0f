import VaultCore
import VaultCrypto
import VaultStore

/// Who seals: the key of the seals, and the sum over the live rows.
///
/// Invariant: the sum covers exactly the live rows of the transaction. Every write of a deciding row goes
/// through ``write(_:record:replacing:)`` or ``delete(_:leaf:)``.
final class Seals {
  let store: Store
  private var sealer: RowSealer
  /// Which rows are live.
  var set = LiveSet()

  init(store: Store, sealer: consuming RowSealer) {
    self.store = store
    self.sealer = sealer
  }

  // MARK: Seals

  /// The seal of a row, and its part of the sum. The seal covers the key and every index column, injectively
  /// encoded.
  func seal(
    _ table: DecidingTable, _ columns: [ColumnValue], revision: Int64, content: [UInt8]
  ) throws -> SealAndLeaf {
    var encoder = CanonicalEncoder(capacity: 64)
    for column in columns {
      switch column {
      case .integer(let value): encoder.integer(value)
      case .text(let value): encoder.text(value)
      case .bytes(let value): encoder.bytes(value)
      case .live(let value): encoder.bool(value)
      }
    }
    return try sealer.seal(
      table: table.shape.name, key: encoder.output, revision: revision, content: content)
  }

  /// The seal of a head.
  func seal(head content: [UInt8], _ sequence: Int64) throws -> Digest32 {
    try sealer.seal(table: "head", key: [], revision: sequence, content: content).seal
  }

  /// The keyed tag of a set, for the head.
  func tag(of set: SetAccumulator) throws -> Digest32 { try sealer.tag(of: set, name: "live") }

  // MARK: Rows

  /// Writes a row, and takes it into the sum in place of its older revision; one that has ended leaves the sum.
  ///
  /// - Parameter old: the leaf of the row that it replaces; nil where there was none, or none that was live.
  /// - Returns: its own leaf; nil where it is not live.
  func write<Value: SealedValue>(
    _ value: Value, record: RecordChange, replacing old: Digest32?
  ) throws -> Digest32? {
    set.noteWrite()
    let columns = value.key.columns + value.index
    let content = value.canonicalBytes
    let sealed = try seal(Value.table, columns, revision: value.revision, content: content)
    let row = SealedRow(
      Value.table, columns, revision: value.revision, content: content, seal: sealed.seal.bytes)
    try store.put(row, record: record)
    if let old { set.sum.subtract(old) }
    guard row.isLive else { return nil }
    set.sum.add(sealed.leaf)
    return sealed.leaf
  }

  /// Takes a row out of the database and out of the sum.
  func delete(_ row: SealedRow, leaf: Digest32?) throws {
    set.noteWrite()
    try store.delete(row.table, row.key)
    if let leaf { set.sum.subtract(leaf) }
  }
}

extension Digest32 {
  /// Whether stored bytes are this digest; in constant time.
  func isEqual(_ stored: [UInt8]) -> Bool { Digest32(stored).map(constantTimeEquals) ?? false }
}
