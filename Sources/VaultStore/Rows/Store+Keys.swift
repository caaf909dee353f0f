/// The keys of a vault, each encrypted under others, and the root keys that open it.
extension Store {
  // MARK: Root keys

  /// The root keys that open the vault, oldest first.
  public func roots() throws(StoreFault) -> [RootRow] {
    let statement = try connection.statement(.roots)
    defer { statement.reset() }
    var rows: [RootRow] = []
    while try statement.step() {
      rows.append(
        RootRow(
          generation: statement.integer(0), checkValue: statement.bytes(1),
          created: statement.integer(2)))
    }
    return rows
  }

  /// Adds a root key; one of its generation already there is ``StoreFault/misuse(code:)``.
  public func insert(_ root: RootRow) throws(StoreFault) {
    let statement = try connection.statement(.rootPut)
    defer { statement.reset() }
    try statement.bind(root.generation, at: 1)
    try statement.bind(root.created, at: 3)
    try statement.lend(root.checkValue, at: 2) { () throws(StoreFault) in try statement.run() }
  }

  /// Takes a root key out. False: there was none.
  @discardableResult
  public func deleteRoot(generation: Int64) throws(StoreFault) -> Bool {
    try change(.rootDelete, [generation])
  }

  // MARK: Wrapped keys

  /// Writes a wrapped key, over the one in its place.
  public func put(_ wrap: WrapRow) throws(StoreFault) {
    let statement = try connection.statement(.wrapPut)
    defer { statement.reset() }
    try statement.bind(wrap.place, at: 1)
    try statement.lend(wrap.record, at: 6) { () throws(StoreFault) in try statement.run() }
  }

  /// One key as it is wrapped under each of the others.
  public func wraps(kind: Int64, id: Int64, generation: Int64) throws(StoreFault) -> [WrapRow] {
    try wraps(.wrapsOf) { (statement) throws(StoreFault) in
      try statement.bind(kind, at: 1)
      try statement.bind(id, at: 2)
      try statement.bind(generation, at: 3)
    }
  }

  /// All wrapped keys, in the order of their places.
  public func wraps() throws(StoreFault) -> [WrapRow] { try wraps(.wraps) { _ in } }

  /// The next wrapped keys behind a place, in the order of their places.
  public func wraps(after place: WrapPlace, limit: Int) throws(StoreFault) -> [WrapRow] {
    try wraps(.wrapPage) { (statement) throws(StoreFault) in
      try statement.bind(place, at: 1)
      try statement.bind(Int64(limit), at: 6)
    }
  }

  /// Takes a wrapped key out. False: there was none.
  @discardableResult
  public func deleteWrap(_ place: WrapPlace) throws(StoreFault) -> Bool {
    let statement = try connection.statement(.wrapDelete)
    defer { statement.reset() }
    try statement.bind(place, at: 1)
    try statement.run()
    return connection.changes > 0
  }

  /// Takes every generation of a wrapped key out. False: there was none.
  @discardableResult
  public func deleteWraps(kind: Int64, id: Int64) throws(StoreFault) -> Bool {
    try change(.wrapsDelete, [kind, id])
  }

  /// Takes the generations of a wrapped key before one of them out. False: there was none.
  @discardableResult
  public func deleteWraps(kind: Int64, id: Int64, before generation: Int64) throws(StoreFault)
    -> Bool
  {
    try change(.wrapsDeleteBefore, [kind, id, generation])
  }

  private func change(_ query: WrittenQuery, _ values: [Int64]) throws(StoreFault) -> Bool {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    _ = try statement.bind(values.map(ColumnValue.integer))
    try statement.run()
    return connection.changes > 0
  }

  private func wraps(
    _ query: WrittenQuery, _ bind: (Statement) throws(StoreFault) -> Void
  ) throws(StoreFault) -> [WrapRow] {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    try bind(statement)
    var rows: [WrapRow] = []
    while try statement.step() { rows.append(WrapRow(from: statement)) }
    return rows
  }
}

extension Statement {
  fileprivate func bind(_ place: WrapPlace, at index: Int32) throws(StoreFault) {
    let values = [place.kind, place.id, place.generation, place.under, place.underGeneration]
    for (offset, value) in zip(Int32(0)..., values) { try bind(value, at: index + offset) }
  }
}

extension WrapRow {
  init(from statement: Statement) {
    self.init(
      WrapPlace(
        kind: statement.integer(0), id: statement.integer(1), generation: statement.integer(2),
        under: statement.integer(3), underGeneration: statement.integer(4)),
      record: statement.bytes(5))
  }
}
