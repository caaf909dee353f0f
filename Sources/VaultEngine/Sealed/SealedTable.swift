import VaultCore
import VaultCrypto
import VaultStore

/// One deciding table: its values verified when they are read, sealed when they are written, and counted in
/// the set hash.
///
/// Invariant: what is kept was verified, or written by this batch. A rollback, or a write by somebody else,
/// drops it (``forget()``).
final class SealedTable<Value: SealedValue> {
  private let seals: Seals
  private var cache = VerifiedCache<Value.Key, Value>(Value.budget) { $0.weight }
  /// Tells whether a value that verifies is the one that was counted. A row that has left the set keeps its
  /// seal, so a table with such rows admits none until it is told how.
  var admits: (Value) -> Bool = { _ in Value.table.shape.isWhollyLive }

  init(_ seals: Seals) { self.seals = seals }

  /// Drops what was verified.
  func forget() { cache.removeAll() }

  // MARK: Reading

  /// What is in memory of a value.
  func known(_ key: Value.Key) -> Value? { cache[key]?.value }

  /// The value of a key.
  func value(_ key: Value.Key) throws -> Value? {
    if let known = cache[key] { return known.value }
    return try read(key)?.value
  }

  /// The live values that follow the columns of a key, in the order of their keys and with the same owner.
  func page(after key: [ColumnValue], limit: Int) throws -> [Value] {
    try seals.store.page(Value.table, after: key, limit: limit).map(value(of:))
  }

  /// The value of a row that was just read.
  func value(of row: SealedRow) throws -> Value {
    // What was verified lately need not be decoded again.
    if let key = Value.Key.of(row), let known = cache[key],
      known.value.revision == row.revision
    {
      return known.value
    }
    return try admit(row).value
  }

  private func read(_ key: Value.Key) throws -> Verified<Value>? {
    try seals.store.row(Value.table, key.columns).map(admit)
  }

  private func admit(_ row: SealedRow) throws -> Verified<Value> {
    let verified = try verify(row)
    guard admits(verified.value) else { throw Tampering(row) }
    // Those that have ended are as many as the vault is old.
    if verified.leaf != nil { cache.keep(verified, at: verified.value.key) }
    return verified
  }

  /// From a row as it is stored to a value that is what it claims: seal, content, key columns and index columns
  /// must all agree.
  func verify(_ row: SealedRow) throws -> Verified<Value> {
    let sealed = try seals.seal(
      row.table, row.columns, revision: row.revision, content: row.content)
    guard row.table == Value.table, sealed.seal.isEqual(row.seal),
      let value = try? Value(canonical: row.content),
      row.columns == value.key.columns + value.index, row.revision == value.revision
    else { throw Tampering(row) }
    return Verified(value, row.isLive ? sealed.leaf : nil)
  }

  // MARK: Writing

  /// Writes a value, over the one with its key.
  ///
  /// - Parameters:
  ///   - record: For a version what becomes of its ciphertext.
  ///   - isNew: There is no row with its key: none is looked for.
  func put(_ value: Value, record: RecordChange = .keep, isNew: Bool = false) throws {
    let key = value.key
    let old = isNew ? nil : try cache[key] ?? read(key)
    let leaf = try seals.write(value, record: record, replacing: old?.leaf)
    cache.keep(Verified(value, leaf), at: key)
  }

  /// Takes a row out of the database and out of the set. It is read again for its leaf: deleting is rare.
  func delete(_ value: Value) throws {
    let key = value.key
    guard let row = try seals.store.row(Value.table, key.columns) else { return }
    try seals.delete(row, leaf: verify(row).leaf)
    cache.drop(key)
  }
}
