extension SealedRow {
  /// Reads the present row of a select of this table.
  init(_ table: DecidingTable, from statement: Statement, withRecord: Bool = false) {
    let key: RowKey
    var index = RowIndex.key
    let next: Int32
    switch table {
    case .environment:
      key = .environment(statement.integer(0))
      index = .name(statement.text(1))
      next = 2
    case .secret:
      key = .secret(environment: statement.integer(0), name: statement.text(1))
      next = 2
    case .version:
      key = .version(
        environment: statement.integer(0), name: statement.text(1), version: statement.integer(2))
      index = .fingerprint(statement.bytes(3))
      next = 4
    case .request:
      key = .request(statement.integer(0))
      index = .request(environment: statement.integer(1), isLive: statement.integer(2) != 0)
      next = 3
    case .variable:
      key = .variable(environment: statement.integer(0), name: statement.text(1))
      next = 2
    }
    self.init(
      key, index, revision: statement.integer(next), content: statement.bytes(next + 1),
      seal: statement.bytes(next + 2),
      record: withRecord && !statement.isNull(next + 3) ? statement.bytes(next + 3) : nil)
  }
}

extension Statement {
  /// Binds the key's columns from 1 on, and answers the first index after them.
  func bind(_ key: RowKey) throws(StoreFault) -> Int32 {
    switch key {
    case .environment(let id), .request(let id):
      try bind(id, at: 1)
      return 2
    case .secret(let environment, let name), .variable(let environment, let name):
      try bind(environment, at: 1)
      try bind(name, at: 2)
      return 3
    case .version(let environment, let name, let version):
      try bind(environment, at: 1)
      try bind(name, at: 2)
      try bind(version, at: 3)
      return 4
    }
  }
}
