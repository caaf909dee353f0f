/// What the committing connection and a reader both read.
extension Connection {
  func head() throws(StoreFault) -> HeadRow? {
    let statement = try statement(.head)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    return HeadRow(content: statement.bytes(0), seal: statement.bytes(1))
  }

  func signature() throws(StoreFault) -> SignatureRow? {
    let statement = try statement(.signature)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    return SignatureRow(
      sequence: statement.integer(0), hash: statement.bytes(1), time: statement.integer(2),
      signature: statement.bytes(3))
  }

  func lastAudit() throws(StoreFault) -> AuditRow? {
    let statement = try statement(.auditLast)
    defer { statement.reset() }
    return try statement.step() ? AuditRow(from: statement) : nil
  }

  func forEachAudit(
    from sequence: Int64, _ body: (AuditRow) -> Bool
  ) throws(StoreFault) {
    let statement = try statement(.auditFrom)
    defer { statement.reset() }
    try statement.bind(sequence, at: 1)
    while try statement.step() {
      guard body(AuditRow(from: statement)) else { return }
    }
  }
}

extension AuditRow {
  init(from statement: Statement) {
    self.init(
      first: statement.integer(0), count: statement.integer(1), records: statement.bytes(2))
  }
}
