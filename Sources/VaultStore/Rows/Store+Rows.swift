extension Store {
  // MARK: Writing

  /// Inserts a row, or writes over the one with its key.
  ///
  /// - Parameter record: For a version what becomes of its ciphertext; ignored for other tables.
  ///   With ``RecordChange/keep`` the version exists already, else the fault is
  ///   ``StoreFault/misuse(code:)``.
  public func put(_ row: SealedRow, record: RecordChange = .keep) throws(StoreFault) {
    switch (row.key, row.index) {
    case (.environment, .name(let name)):
      try write(.environmentPut, row) { (statement, next) throws(StoreFault) in
        try statement.bind(name, at: next)
        return next + 1
      }
    case (.secret, .key):
      try write(.secretPut, row)
    case (.variable, .key):
      try write(.variablePut, row)
    case (.version, .fingerprint(let fingerprint)):
      try putVersion(row, fingerprint, record)
    case (.request, .request(let environment, let isLive)):
      let bindIndex: IndexBinding = { (statement, next) throws(StoreFault) in
        try statement.bind(environment, at: next)
        try statement.bind(isLive ? 1 : 0, at: next + 1)
        return next + 2
      }
      try write(.requestUpdate, row, bindIndex)
      if connection.changes == 0 { try write(.requestPut, row, bindIndex) }
    default:
      // The initialisers of SealedRow make no such pair.
      throw .misuse(code: 0)
    }
  }

  /// Takes a row out of the database. False: there was none.
  ///
  /// A secret goes after its versions and an environment after its secrets, or the commit fails.
  @discardableResult
  public func delete(_ key: RowKey) throws(StoreFault) -> Bool {
    let query: Query =
      switch key.table {
      case .environment: .environmentDelete
      case .secret: .secretDelete
      case .version: .versionDelete
      case .request: .requestDelete
      case .variable: .variableDelete
      }
    let statement = try connection.statement(query)
    defer { statement.reset() }
    _ = try statement.bind(key)
    try statement.run()
    return connection.changes > 0
  }

  private typealias IndexBinding = (Statement, Int32) throws(StoreFault) -> Int32

  private func putVersion(
    _ row: SealedRow, _ fingerprint: [UInt8], _ record: RecordChange
  ) throws(StoreFault) {
    let bindIndex: IndexBinding = { (statement, next) throws(StoreFault) in
      try statement.bind(fingerprint, at: next)
      return next + 1
    }
    switch record {
    case .keep:
      try write(.versionUpdate, row, bindIndex)
      guard connection.changes == 1 else { throw .misuse(code: 0) }
    case .set(let bytes): try write(.versionPut, row, record: bytes, bindIndex)
    // A value that is not bound is NULL.
    case .destroy: try write(.versionPut, row, bindIndex)
    }
  }

  /// Binds key, index columns, revision, content, seal and record, in the order of every write.
  private func write(
    _ query: Query, _ row: SealedRow, record: [UInt8]? = nil,
    _ bindIndex: IndexBinding = { (_, next) throws(StoreFault) in next }
  ) throws(StoreFault) {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    let next = try bindIndex(statement, statement.bind(row.key))
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

  // MARK: Reading one

  /// The row of a key, without a version's ciphertext.
  public func row(_ key: RowKey) throws(StoreFault) -> SealedRow? {
    let query: Query =
      switch key.table {
      case .environment: .environmentByID
      case .secret: .secretByName
      case .version: .versionByNumber
      case .request: .requestByID
      case .variable: .variableByName
      }
    return try first(query, key.table) { (statement) throws(StoreFault) in
      _ = try statement.bind(key)
    }
  }

  /// An environment by its number.
  public func environment(id: Int64) throws(StoreFault) -> SealedRow? {
    try row(.environment(id))
  }

  /// An environment by its name, folded to lower case.
  public func environment(named name: String) throws(StoreFault) -> SealedRow? {
    try first(.environmentByName, .environment) { (statement) throws(StoreFault) in
      try statement.bind(name, at: 1)
    }
  }

  /// A secret by its name.
  public func secret(environment: Int64, name: String) throws(StoreFault) -> SealedRow? {
    try row(.secret(environment: environment, name: name))
  }

  /// A version of a secret.
  ///
  /// - Parameter withRecord: Reads the ciphertext too; it is nil where it was destroyed.
  public func version(
    environment: Int64, name: String, version: Int64, withRecord: Bool = false
  ) throws(StoreFault) -> SealedRow? {
    let key = RowKey.version(environment: environment, name: name, version: version)
    return try first(
      withRecord ? .versionWithRecord : .versionByNumber, .version, withRecord: withRecord
    ) { (statement) throws(StoreFault) in
      _ = try statement.bind(key)
    }
  }

  /// A request by its number.
  public func request(id: Int64) throws(StoreFault) -> SealedRow? {
    try row(.request(id))
  }

  private func first(
    _ query: Query, _ table: DecidingTable, withRecord: Bool = false,
    _ bind: (Statement) throws(StoreFault) -> Void
  ) throws(StoreFault) -> SealedRow? {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    try bind(statement)
    guard try statement.step() else { return nil }
    return SealedRow(table, from: statement, withRecord: withRecord)
  }
}
