/// The tables whose rows decide what may leave the vault.
///
/// A new table is a case with its shape here, its `CREATE TABLE` in a migration, and a `SealedValue` in the
/// engine: statements, binding and reading follow from the shape.
public enum DecidingTable: Int, Hashable, Sendable, CaseIterable {
  // In the order in which the start walks them: a secret before its versions.
  case environment, secret, variable, version, request

  /// What a row of the table is found by, and what its seal is bound to.
  public var shape: TableShape { Self.shapes[rawValue] }

  private static let shapes = allCases.map(\.described)

  private var described: TableShape {
    switch self {
    case .environment:
      // `name` is folded to lower case, so that names are unique without case.
      TableShape("environment", by: .integer("id"), index: [.text("name")])
    case .secret:
      TableShape("secret", in: [.integer("environment")], by: .text("name"))
    case .variable:
      TableShape("variable", in: [.integer("environment")], by: .text("name"))
    case .version:
      TableShape(
        "version", in: [.integer("environment"), .text("name")], by: .integer("version"),
        index: [.bytes("fingerprint")])
    case .request:
      TableShape("request", by: .integer("id"), index: [.integer("environment"), .live("live")])
    }
  }
}

/// The one description of a deciding table.
///
/// Invariant: name, columns and their order go into the seal of each row, and never change. The name is a
/// literal: a case of ``DecidingTable`` may be renamed, it may not.
public final class TableShape: Sendable {
  /// The table's name in the database and in the seal.
  public let name: String
  /// The columns of the key that come before the last one: whose row it is. Pages stay within them.
  let owner: [Column]
  /// The last column of the key. There always is one, so that no condition made from the key is empty.
  let last: Column
  /// The columns that a row is only looked up by. They repeat what the content says: whoever opens a row
  /// compares them with it, else a row could be put under another name.
  let index: [Column]
  /// The columns of key and index, in the order of the seal.
  let columns: [Column]
  /// Where among the columns a row says that it still can change; nil where every row counts.
  let liveColumn: Int?

  init(_ name: String, in owner: [Column] = [], by last: Column, index: [Column] = []) {
    self.name = name
    self.owner = owner
    self.last = last
    self.index = index
    columns = owner + [last] + index
    liveColumn = columns.firstIndex { $0.kind == .live }
  }

  /// Whether every row of the table is live.
  public var isWhollyLive: Bool { liveColumn == nil }

  /// The columns of the key.
  var key: [Column] { owner + [last] }

  /// How many columns the key has.
  var keyCount: Int { owner.count + 1 }

  /// Whether values are those of a key: one for each of its columns, of its kind.
  func isKey(_ values: [ColumnValue]) -> Bool { fits(values, keyCount) }

  /// Whether values are those of key and index.
  func isRow(_ values: [ColumnValue]) -> Bool { fits(values, columns.count) }

  private func fits(_ values: [ColumnValue], _ count: Int) -> Bool {
    values.count == count && zip(values, columns).allSatisfy { $0.kind == $1.kind }
  }
}

/// A column of the key or the index of a deciding table.
struct Column: Hashable, Sendable {
  /// What a column holds.
  enum Kind {
    case integer
    case text
    case bytes
    /// Whether the row still can change; 0 or 1.
    case live
  }

  let name: String
  let kind: Kind

  static func integer(_ name: String) -> Column { Column(name: name, kind: .integer) }
  static func text(_ name: String) -> Column { Column(name: name, kind: .text) }
  static func bytes(_ name: String) -> Column { Column(name: name, kind: .bytes) }
  static func live(_ name: String) -> Column { Column(name: name, kind: .live) }
}

/// What a row has in a column of its key or index.
public enum ColumnValue: Hashable, Sendable {
  /// A number.
  case integer(Int64)
  /// A name.
  case text(String)
  /// A keyed fingerprint; empty where the value is destroyed.
  case bytes([UInt8])
  /// Whether the row still can change.
  case live(Bool)

  var kind: Column.Kind {
    switch self {
    case .integer: .integer
    case .text: .text
    case .bytes: .bytes
    case .live: .live
    }
  }
}
