extension Store {
  // MARK: Writing

  /// Inserts a row, or writes over the one with its key.
  ///
  /// - Parameter record: For a version what becomes of its ciphertext; ignored for other tables.
  ///   With ``RecordChange/keep`` the version exists already, else the fault is
  ///   ``StoreFault/misuse(code:)``.
  public func put(_ row: SealedRow, record: RecordChange = .keep) throws(StoreFault) {
    guard row.table.shape.isRow(row.columns) else { throw .misuse(code: 0) }
    switch (row.table, record) {
    case (.environment, _), (.secret, _), (.variable, _):
      try write(.row(.put, row.table), row)
    case (.version, .keep):
      try write(.written(.versionUpdate), row)
      guard connection.changes == 1 else { throw .misuse(code: 0) }
    case (.version, .set(let bytes)): try write(.row(.put, .version), row, record: bytes)
    // A value that is not bound is NULL.
    case (.version, .destroy): try write(.row(.put, .version), row)
    case (.request, _):
      try write(.written(.requestUpdate), row)
      if connection.changes == 0 { try write(.row(.put, .request), row) }
    }
  }

  /// Takes a row out of the database. False: there was none.
  ///
  /// A secret goes after its versions and an environment after its secrets, or the commit fails.
  @discardableResult
  public func delete(_ table: DecidingTable, _ key: [ColumnValue]) throws(StoreFault) -> Bool {
    guard table.shape.isKey(key) else { throw .misuse(code: 0) }
    let statement = try connection.statement(.row(.delete, table))
    defer { statement.reset() }
    _ = try statement.bind(key)
    try statement.run()
    return connection.changes > 0
  }

  /// Binds columns, revision, content, seal and record, in the order of every write.
  private func write(
    _ query: Query, _ row: SealedRow, record: [UInt8]? = nil
  ) throws(StoreFault) {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    let next = try statement.bind(row.columns)
    try statement.bind(row.revision, at: next)
    try statement.lend(row.content, at: next + 1) { () throws(StoreFault) in
      try statement.lend(row.seal, at: next + 2) { () throws(StoreFault) in
        if let record {
          try statement.lend(record, at: next + 3) { () throws(StoreFault) in
            try statement.run()
          }
        } else {
          try statement.run()
        }
      }
    }
  }

  // MARK: Reading

  /// The row of a key, without a version's ciphertext.
  public func row(
    _ table: DecidingTable, _ key: [ColumnValue]
  ) throws(StoreFault) -> SealedRow? {
    guard table.shape.isKey(key) else { throw .misuse(code: 0) }
    return try rows(.row(.find, table), of: table) { (statement) throws(StoreFault) in
      _ = try statement.bind(key)
    }.first
  }

  /// The live rows that follow a key, in the order of their keys and with the same owner: those whose keys
  /// differ from it in the last column alone. At most `limit`.
  public func page(
    _ table: DecidingTable, after key: [ColumnValue], limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    guard table.shape.isKey(key) else { throw .misuse(code: 0) }
    return try page(.row(.page, table), of: table, limit) { (statement) throws(StoreFault) in
      try statement.bind(Int64(limit), at: statement.bind(key))
    }
  }

  /// Every row that can still decide something: all environments, secrets, variables and versions
  /// (without their ciphertexts), and the requests that are live; until `body` answers false.
  ///
  /// For the verification at the start: their seals, and the set that the head says there is.
  public func forEachLiveRow(_ body: (SealedRow) -> Bool) throws(StoreFault) {
    for table in DecidingTable.allCases {
      let statement = try connection.statement(.row(.walk, table))
      defer { statement.reset() }
      while try statement.step() {
        guard body(SealedRow(table, from: statement)) else { return }
      }
    }
  }

  func page(
    _ query: Query, of table: DecidingTable, _ limit: Int,
    _ bind: (Statement) throws(StoreFault) -> Void
  ) throws(StoreFault) -> [SealedRow] {
    // A negative LIMIT is none at all to SQLite.
    limit > 0 ? try rows(query, of: table, bind) : []
  }

  func rows(
    _ query: Query, of table: DecidingTable, withRecord: Bool = false,
    _ bind: (Statement) throws(StoreFault) -> Void
  ) throws(StoreFault) -> [SealedRow] {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    try bind(statement)
    var rows: [SealedRow] = []
    while try statement.step() {
      rows.append(SealedRow(table, from: statement, withRecord: withRecord))
    }
    return rows
  }
}
