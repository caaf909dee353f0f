/// A row of a deciding table: a canonical content and the seal over it (`gate-is-sealed`).
///
/// The store neither makes nor checks the seal. A row is worth nothing before its seal is verified.
public struct SealedRow: Hashable, Sendable {
  /// The table that the row is in.
  public let table: DecidingTable
  /// The columns of key and index, in the table's order.
  public let columns: [ColumnValue]
  /// Raised by each edit.
  public let revision: Int64
  /// The canonical encoding.
  public let content: [UInt8]
  /// Half of an HMAC-SHA-512 over vault, table, columns, revision and content: 32 bytes.
  public let seal: [UInt8]
  /// A version's ciphertext, where it was asked for and is not destroyed; nil in every other row.
  public let record: [UInt8]?

  /// Makes a row. A version's ciphertext is written beside it (``RecordChange``).
  public init(
    _ table: DecidingTable, _ columns: [ColumnValue], revision: Int64, content: [UInt8],
    seal: [UInt8], record: [UInt8]? = nil
  ) {
    self.table = table
    self.columns = columns
    self.revision = revision
    self.content = content
    self.seal = seal
    self.record = record
  }

  /// What the row is found by: the columns of its key, in the table's order.
  public var key: [ColumnValue] { Array(columns.prefix(table.shape.keyCount)) }

  /// Whether the row belongs to the set of live rows.
  public var isLive: Bool {
    table.shape.liveColumn.map { columns[$0] == .live(true) } ?? true
  }
}

extension SealedRow {
  /// Reads the present row of a select of this table.
  init(_ table: DecidingTable, from statement: Statement, withRecord: Bool = false) {
    let columns = table.shape.columns.indices.map {
      statement.value(table.shape.columns[$0].kind, at: Int32($0))
    }
    let next = Int32(columns.count)
    self.init(
      table, columns, revision: statement.integer(next), content: statement.bytes(next + 1),
      seal: statement.bytes(next + 2),
      record: withRecord && !statement.isNull(next + 3) ? statement.bytes(next + 3) : nil)
  }
}

extension Statement {
  /// The value of a column, counted from 0.
  func value(_ kind: Column.Kind, at column: Int32) -> ColumnValue {
    switch kind {
    case .integer: .integer(integer(column))
    case .text: .text(text(column))
    case .bytes: .bytes(bytes(column))
    case .live: .live(integer(column) != 0)
    }
  }

  /// Binds columns from 1 on, and answers the first index after them.
  func bind(_ columns: [ColumnValue]) throws(StoreFault) -> Int32 {
    var next: Int32 = 1
    for column in columns {
      switch column {
      case .integer(let value): try bind(value, at: next)
      case .text(let value): try bind(value, at: next)
      case .bytes(let value): try bind(value, at: next)
      case .live(let value): try bind(value ? 1 : 0, at: next)
      }
      next += 1
    }
    return next
  }
}

/// What a write does to a version's ciphertext.
///
/// Said each time, so that nothing destroys a ciphertext by leaving it out.
public enum RecordChange: Sendable {
  /// Leave it as it is; the version exists.
  case keep
  /// Write this ciphertext.
  case set([UInt8])
  /// Take it out of the database, for ever. It stands in the write-ahead log until
  /// ``Store/checkpointTruncating()``.
  case destroy
}
