import Testing

@testable import VaultStore

/// The shapes of the deciding tables, beside the schema that the database really has.
@Suite struct TableShapeTests {
  /// What goes into every seal, as the first release sealed it. It is written out: whoever changes a name or the
  /// order here makes each vault that somebody has `storage.tampered`.
  static let sealed: [(name: String, key: [String], index: [String])] = [
    ("environment", ["id"], ["name"]),
    ("secret", ["environment", "name"], []),
    ("variable", ["environment", "name"], []),
    ("version", ["environment", "name", "version"], ["fingerprint"]),
    ("request", ["id"], ["environment", "live"]),
  ]

  /// The tables whose statements are written out.
  static let written: Set = ["meta", "root", "wrap", "reader", "head", "audit", "signature"]

  private func withConnection(_ body: (Connection) throws -> Void) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try body(store.connection)
  }

  @Test func `gate-is-sealed: name and columns go into the seal as the first release had them`() {
    // By position and literal: the name of a case of the enum plays no part.
    let shapes = DecidingTable.allCases.map(\.shape)
    #expect(shapes.map(\.name) == Self.sealed.map(\.name))
    #expect(shapes.map { $0.key.map(\.name) } == Self.sealed.map(\.key))
    #expect(shapes.map { $0.columns.map(\.name) } == Self.sealed.map { $0.key + $0.index })
  }

  @Test func `each table of the schema has a shape or statements that are written out`() throws {
    try withConnection { connection in
      let statement = try connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      var tables: Set<String> = []
      while try statement.step() { tables.insert(statement.text(0)) }
      #expect(tables == Self.written.union(DecidingTable.allCases.map(\.shape.name)))
    }
  }

  @Test(arguments: DecidingTable.allCases)
  func `the columns of a shape are those of the table, of their type, and its key is the table's`(
    table: DecidingTable
  ) throws {
    let shape = table.shape
    let beside: [String] = table == .version ? ["room", "record"] : []
    try withConnection { connection in
      let statement = try connection.prepare("PRAGMA table_info(\(shape.name))")
      var types: [String: String] = [:]
      var key: [Int64: String] = [:]
      while try statement.step() {
        let name = statement.text(1)
        types[name] = statement.text(2)
        if statement.integer(5) > 0 { key[statement.integer(5)] = name }
      }
      #expect(key.sorted { $0.key < $1.key }.map(\.value) == shape.key.map(\.name))
      let names = shape.columns.map(\.name) + ["revision", "content", "seal"] + beside
      #expect(Set(types.keys) == Set(names))
      for column in shape.columns {
        let type =
          switch column.kind {
          case .integer, .live: "INTEGER"
          case .text: "TEXT"
          case .bytes: "BLOB"
          }
        #expect(types[column.name] == type, "\(column.name)")
      }
    }
  }

  @Test(arguments: DecidingTable.allCases)
  func `a row or a key of other columns is refused, and no row goes`(table: DecidingTable) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    let rows = [
      Workload.environment, RowTests.secret, RowTests.variable, RowTests.version, RowTests.request,
    ]
    let row = try #require(rows.first { $0.table == table })
    func with(_ columns: [ColumnValue]) -> SealedRow {
      SealedRow(table, columns, revision: 1, content: [], seal: bytes(1))
    }
    let other = row.columns.indices.map { place in
      var columns = row.columns
      columns[place] = columns[place].kind == .bytes ? .integer(1) : .bytes([])
      return columns
    }
    try store.begin()
    for row in rows { try store.put(row, record: .set([1])) }
    for columns in other + [[], row.columns.dropLast(), row.columns + [.integer(1)]] {
      #expect(try fault { try store.put(with(columns), record: .set([1])) } == .misuse(code: 0))
    }
    let others = other.map { Array($0.prefix(row.key.count)) }.filter { $0 != row.key }
    #expect(others.count == row.key.count)
    for key in others + [[], row.key.dropLast(), row.key + [.integer(1)]] {
      #expect(try fault { _ = try store.row(table, key) } == .misuse(code: 0))
      #expect(try fault { try store.delete(table, key) } == .misuse(code: 0))
      #expect(
        try fault { _ = try store.page(table, after: key, limit: 9) } == .misuse(code: 0))
    }
    for row in rows { #expect(try store.row(row.table, row.key) == row) }
    store.rollback()
  }

  @Test func `a statement of a shape names each column of the key, whatever table there will be`() {
    let columns = [Column.integer("a"), .text("b"), .integer("c")]
    let shapes = (0...2).map { TableShape("t", in: Array(columns[..<$0]), by: columns[$0]) }
    for shape in shapes + DecidingTable.allCases.map(\.shape) {
      let isKey = shape.key.indices.map { "\(shape.key[$0].name) = ?\($0 + 1)" }
        .joined(separator: " AND ")
      #expect(shape.sql(.delete) == "DELETE FROM \(shape.name) WHERE \(isKey)")
      #expect(shape.sql(.find).hasSuffix(" FROM \(shape.name) WHERE \(isKey)"))
      #expect(shape.sql(.page).contains("\(shape.last.name) > ?\(shape.keyCount)"))
    }
  }

  @Test func `each statement has its own place among the prepared ones`() {
    #expect(Query.allCases.map(\.slot) == Array(Query.allCases.indices))
    #expect(Set(Query.allCases.map(\.sql)).count == Query.allCases.count)
  }
}
