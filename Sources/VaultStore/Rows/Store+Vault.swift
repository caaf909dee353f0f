extension Store {
  // MARK: Head and meta

  /// The head; nil before the first commit.
  public func head() throws(StoreFault) -> HeadRow? { try connection.head() }

  /// Writes the head.
  public func put(_ head: HeadRow) throws(StoreFault) {
    let statement = try connection.statement(.headPut)
    defer { statement.reset() }
    try statement.lend(head.content, at: 1) { () throws(StoreFault) in
      try statement.lend(head.seal, at: 2) { () throws(StoreFault) in try statement.run() }
    }
  }

  /// What vault this is; nil in a database that has only its tables.
  public func meta() throws(StoreFault) -> MetaRow? {
    let statement = try connection.statement(.meta)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    return MetaRow(
      vault: statement.bytes(0), checkValue: statement.bytes(1), created: statement.integer(2))
  }

  /// Says what vault this is, once: a second time is ``StoreFault/misuse(code:)``.
  public func insert(_ meta: MetaRow) throws(StoreFault) {
    let statement = try connection.statement(.metaInsert)
    defer { statement.reset() }
    try statement.bind(meta.created, at: 3)
    try statement.lend(meta.vault, at: 1) { () throws(StoreFault) in
      try statement.lend(meta.checkValue, at: 2) { () throws(StoreFault) in try statement.run() }
    }
  }

  // MARK: Wrapped keys

  /// Writes a wrapped key, over the one with its kind, id and generation.
  public func put(_ wrap: WrapRow) throws(StoreFault) {
    let statement = try connection.statement(.wrapPut)
    defer { statement.reset() }
    try statement.bind(wrap.kind, at: 1)
    try statement.bind(wrap.id, at: 2)
    try statement.bind(wrap.generation, at: 3)
    try statement.lend(wrap.record, at: 4) { () throws(StoreFault) in try statement.run() }
  }

  /// One wrapped key.
  public func wrap(kind: Int64, id: Int64, generation: Int64) throws(StoreFault) -> WrapRow? {
    let statement = try connection.statement(.wrap)
    defer { statement.reset() }
    try statement.bind(kind, at: 1)
    try statement.bind(id, at: 2)
    try statement.bind(generation, at: 3)
    return try statement.step() ? WrapRow(from: statement) : nil
  }

  /// All wrapped keys, by kind, id and generation.
  public func wraps() throws(StoreFault) -> [WrapRow] {
    let statement = try connection.statement(.wraps)
    defer { statement.reset() }
    var rows: [WrapRow] = []
    while try statement.step() { rows.append(WrapRow(from: statement)) }
    return rows
  }

  /// Takes every generation of a wrapped key out. False: there was none.
  @discardableResult
  public func deleteWraps(kind: Int64, id: Int64) throws(StoreFault) -> Bool {
    let statement = try connection.statement(.wrapsDelete)
    defer { statement.reset() }
    try statement.bind(kind, at: 1)
    try statement.bind(id, at: 2)
    try statement.run()
    return connection.changes > 0
  }

  // MARK: Audit

  /// Adds the records of this commit. The sequence is new: a row is never written over.
  public func appendAudit(first: Int64, count: Int64, records: [UInt8]) throws(StoreFault) {
    let statement = try connection.statement(.auditAppend)
    defer { statement.reset() }
    try statement.bind(first, at: 1)
    try statement.bind(count, at: 2)
    try statement.lend(records, at: 3) { () throws(StoreFault) in try statement.run() }
  }

  /// The newest audit row.
  public func lastAudit() throws(StoreFault) -> AuditRow? { try connection.lastAudit() }

  /// The newest signature over the audit chain.
  public func signature() throws(StoreFault) -> SignatureRow? { try connection.signature() }

  /// Writes the newest signature.
  public func put(_ signature: SignatureRow) throws(StoreFault) {
    let statement = try connection.statement(.signaturePut)
    defer { statement.reset() }
    try statement.bind(signature.sequence, at: 1)
    try statement.bind(signature.time, at: 3)
    try statement.lend(signature.hash, at: 2) { () throws(StoreFault) in
      try statement.lend(signature.signature, at: 4) { () throws(StoreFault) in
        try statement.run()
      }
    }
  }
}

extension WrapRow {
  init(from statement: Statement) {
    self.init(
      kind: statement.integer(0), id: statement.integer(1), generation: statement.integer(2),
      record: statement.bytes(3))
  }
}
