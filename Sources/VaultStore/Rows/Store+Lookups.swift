/// What is particular to one deciding table.
extension Store {
  /// An environment by its name, folded to lower case.
  public func environment(named name: String) throws(StoreFault) -> SealedRow? {
    try rows(.written(.environmentByName), of: .environment) { (statement) throws(StoreFault) in
      try statement.bind(name, at: 1)
    }.first
  }

  /// A version with its ciphertext, which is nil where it was destroyed.
  public func versionWithRecord(_ key: [ColumnValue]) throws(StoreFault) -> SealedRow? {
    guard DecidingTable.version.shape.isKey(key) else { throw .misuse(code: 0) }
    return try rows(.written(.versionWithRecord), of: .version, withRecord: true) {
      (statement) throws(StoreFault) in
      _ = try statement.bind(key)
    }.first
  }

  /// Versions in other environments whose value has this fingerprint; at most `limit`.
  public func versions(
    fingerprint: [UInt8], outside environment: Int64, limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    try page(.written(.versionPageLike), of: .version, limit) { (statement) throws(StoreFault) in
      try statement.bind(fingerprint, at: 1)
      try statement.bind(environment, at: 2)
      try statement.bind(Int64(limit), at: 3)
    }
  }

  /// Requests, newest first, before the one numbered.
  ///
  /// - Parameter environment: Only those of this environment; nil for all.
  public func requests(
    before id: Int64, environment: Int64? = nil, limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    let query: WrittenQuery = environment == nil ? .requestPageDown : .requestPageDownOf
    return try page(.written(query), of: .request, limit) { (statement) throws(StoreFault) in
      try statement.bind(id, at: 1)
      try statement.bind(Int64(limit), at: 2)
      if let environment { try statement.bind(environment, at: 3) }
    }
  }

  /// How many environments there are.
  public func environmentCount() throws(StoreFault) -> Int { try number(.environmentCount, []) }

  /// How many names an environment has or had secrets of.
  public func secretCount(environment: Int64) throws(StoreFault) -> Int {
    try number(.secretCount, [.integer(environment)])
  }

  /// How many variables an environment has.
  public func variableCount(environment: Int64) throws(StoreFault) -> Int {
    try number(.variableCount, [.integer(environment)])
  }

  /// How many versions of a secret there are after the one numbered.
  public func versionCount(
    environment: Int64, name: String, after version: Int64
  ) throws(StoreFault) -> Int {
    try number(.versionCount, [.integer(environment), .text(name), .integer(version)])
  }

  /// The bytes of a version's ciphertext, which is not read for that; 0 where it was destroyed.
  public func recordLength(
    environment: Int64, name: String, version: Int64
  ) throws(StoreFault) -> Int {
    try number(.versionLength, [.integer(environment), .text(name), .integer(version)])
  }

  private func number(_ query: WrittenQuery, _ values: [ColumnValue]) throws(StoreFault) -> Int {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    _ = try statement.bind(values)
    return try statement.step() ? Int(statement.integer(0)) : 0
  }
}
