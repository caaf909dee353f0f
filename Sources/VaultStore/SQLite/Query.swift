/// Every statement that runs more than once, so that each is prepared once a connection.
enum Query: Hashable, CaseIterable {
  /// One that is written out.
  case written(WrittenQuery)
  /// One that a deciding table's shape makes.
  case row(RowQuery, DecidingTable)

  static let allCases: [Query] =
    WrittenQuery.allCases.map { .written($0) }
    + DecidingTable.allCases.flatMap { table in RowQuery.allCases.map { .row($0, table) } }

  /// The place in ``allCases``.
  var slot: Int {
    switch self {
    case .written(let query): query.rawValue
    case .row(let query, let table):
      WrittenQuery.count + table.rawValue * RowQuery.count + query.rawValue
    }
  }

  var sql: String {
    switch self {
    case .written(let query): query.sql
    // Beside the sealed columns the row of a version has its ciphertext.
    case .row(.put, .version): WrittenQuery.versionPut
    case .row(let query, let table): table.shape.sql(query)
    }
  }
}
