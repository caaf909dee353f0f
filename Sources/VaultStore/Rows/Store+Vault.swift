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
    return MetaRow(vault: statement.bytes(0), created: statement.integer(1))
  }

  /// Says what vault this is, once: a second time is ``StoreFault/misuse(code:)``.
  public func insert(_ meta: MetaRow) throws(StoreFault) {
    let statement = try connection.statement(.metaInsert)
    defer { statement.reset() }
    try statement.bind(meta.created, at: 2)
    try statement.lend(meta.vault, at: 1) { () throws(StoreFault) in try statement.run() }
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

  /// The audit rows from the one that has a sequence on, until the body answers false.
  public func forEachAudit(
    from sequence: Int64, _ body: (AuditRow) -> Bool
  ) throws(StoreFault) {
    try connection.forEachAudit(from: sequence, body)
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
