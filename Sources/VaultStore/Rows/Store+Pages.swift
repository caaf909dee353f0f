extension Store {
  /// Environments in the order of their numbers, after the one numbered; at most `limit`.
  public func environments(after id: Int64 = 0, limit: Int) throws(StoreFault) -> [SealedRow] {
    try page(.environmentPage, .environment, limit) { (statement) throws(StoreFault) in
      try statement.bind(id, at: 1)
      try statement.bind(Int64(limit), at: 2)
    }
  }

  /// How many environments there are.
  public func environmentCount() throws(StoreFault) -> Int {
    let statement = try connection.statement(.environmentCount)
    defer { statement.reset() }
    return try statement.step() ? Int(statement.integer(0)) : 0
  }

  /// Secrets of an environment in the order of their names, after the one named; at most `limit`.
  public func secrets(
    environment: Int64, after name: String = "", limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    try page(.secretPage, .secret, limit) { (statement) throws(StoreFault) in
      try statement.bind(environment, at: 1)
      try statement.bind(name, at: 2)
      try statement.bind(Int64(limit), at: 3)
    }
  }

  /// Variables of an environment in the order of their names, after the one named; at most `limit`.
  public func variables(
    environment: Int64, after name: String = "", limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    try page(.variablePage, .variable, limit) { (statement) throws(StoreFault) in
      try statement.bind(environment, at: 1)
      try statement.bind(name, at: 2)
      try statement.bind(Int64(limit), at: 3)
    }
  }

  /// Versions in other environments whose value has this fingerprint; at most `limit`.
  public func versions(
    fingerprint: [UInt8], outside environment: Int64, limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    try page(.versionPageLike, .version, limit) { (statement) throws(StoreFault) in
      try statement.bind(fingerprint, at: 1)
      try statement.bind(environment, at: 2)
      try statement.bind(Int64(limit), at: 3)
    }
  }

  /// How many names an environment has or had secrets of.
  public func secretCount(environment: Int64) throws(StoreFault) -> Int {
    try count(.secretCount, environment)
  }

  /// How many variables an environment has.
  public func variableCount(environment: Int64) throws(StoreFault) -> Int {
    try count(.variableCount, environment)
  }

  private func count(_ query: Query, _ environment: Int64) throws(StoreFault) -> Int {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    try statement.bind(environment, at: 1)
    return try statement.step() ? Int(statement.integer(0)) : 0
  }

  /// How many versions of a secret there are after the one numbered.
  public func versionCount(
    environment: Int64, name: String, after version: Int64
  ) throws(StoreFault) -> Int {
    try versionNumber(.versionCount, environment, name, version)
  }

  /// The bytes of a version's ciphertext, which is not read for that; 0 where it was destroyed.
  public func recordLength(
    environment: Int64, name: String, version: Int64
  ) throws(StoreFault) -> Int {
    try versionNumber(.versionLength, environment, name, version)
  }

  private func versionNumber(
    _ query: Query, _ environment: Int64, _ name: String, _ version: Int64
  ) throws(StoreFault) -> Int {
    let statement = try connection.statement(query)
    defer { statement.reset() }
    try statement.bind(environment, at: 1)
    try statement.bind(name, at: 2)
    try statement.bind(version, at: 3)
    return try statement.step() ? Int(statement.integer(0)) : 0
  }

  /// Versions of a secret, oldest first, after the one numbered, without ciphertexts.
  public func versions(
    environment: Int64, name: String, after version: Int64 = 0, limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    try page(.versionPage, .version, limit) { (statement) throws(StoreFault) in
      try statement.bind(environment, at: 1)
      try statement.bind(name, at: 2)
      try statement.bind(version, at: 3)
      try statement.bind(Int64(limit), at: 4)
    }
  }

  /// Requests that wait, are approved or active, oldest first, after the one numbered.
  public func liveRequests(after id: Int64 = 0, limit: Int) throws(StoreFault) -> [SealedRow] {
    try page(.requestPageLive, .request, limit) { (statement) throws(StoreFault) in
      try statement.bind(id, at: 1)
      try statement.bind(Int64(limit), at: 2)
    }
  }

  /// Requests, newest first, before the one numbered.
  ///
  /// - Parameter environment: Only those of this environment; nil for all.
  public func requests(
    before id: Int64, environment: Int64? = nil, limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    let query: Query = environment == nil ? .requestPageDown : .requestPageDownOf
    return try page(query, .request, limit) { (statement) throws(StoreFault) in
      try statement.bind(id, at: 1)
      try statement.bind(Int64(limit), at: 2)
      if let environment { try statement.bind(environment, at: 3) }
    }
  }

  /// Every row that can still decide something: all environments, secrets, variables and versions
  /// (without their ciphertexts), and the requests that are live; until `body` answers false.
  ///
  /// For the verification at the start: their seals, and the set that the head says there is.
  public func forEachLiveRow(_ body: (SealedRow) -> Bool) throws(StoreFault) {
    let scans: [(Query, DecidingTable)] = [
      (.environmentLive, .environment), (.secretLive, .secret), (.variableLive, .variable),
      (.versionLive, .version), (.requestLive, .request),
    ]
    for (query, table) in scans {
      let statement = try connection.statement(query)
      defer { statement.reset() }
      while try statement.step() {
        guard body(SealedRow(table, from: statement)) else { return }
      }
    }
  }

  private func page(
    _ query: Query, _ table: DecidingTable, _ limit: Int,
    _ bind: (Statement) throws(StoreFault) -> Void
  ) throws(StoreFault) -> [SealedRow] {
    // A negative LIMIT is none at all to SQLite.
    guard limit > 0 else { return [] }
    let statement = try connection.statement(query)
    defer { statement.reset() }
    try bind(statement)
    var rows: [SealedRow] = []
    while try statement.step() { rows.append(SealedRow(table, from: statement)) }
    return rows
  }
}
