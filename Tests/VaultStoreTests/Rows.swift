@testable import VaultStore

/// Rows of each table, by the names of their columns.
extension SealedRow {
  static func environment(
    id: Int64, name: String, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .environment, [.integer(id), .text(name)], revision: revision, content: content, seal: seal)
  }

  static func secret(
    environment: Int64, name: String, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .secret, [.integer(environment), .text(name)], revision: revision, content: content,
      seal: seal)
  }

  static func variable(
    environment: Int64, name: String, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .variable, [.integer(environment), .text(name)], revision: revision, content: content,
      seal: seal)
  }

  static func version(
    environment: Int64, name: String, version: Int64, fingerprint: [UInt8], revision: Int64,
    content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .version,
      [.integer(environment), .text(name), .integer(version), .bytes(fingerprint)],
      revision: revision, content: content, seal: seal)
  }

  static func request(
    id: Int64, environment: Int64, isLive: Bool, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .request, [.integer(id), .integer(environment), .live(isLive)], revision: revision,
      content: content, seal: seal)
  }

  /// The number in the first column, and in the last of the key.
  var numbers: (first: Int64?, last: Int64?) {
    func number(_ value: ColumnValue?) -> Int64? {
      if case .integer(let number)? = value { number } else { nil }
    }
    return (number(key.first), number(key.last))
  }
}

extension Store {
  func environment(id: Int64) throws(StoreFault) -> SealedRow? {
    try row(.environment, [.integer(id)])
  }

  func secret(environment: Int64, name: String) throws(StoreFault) -> SealedRow? {
    try row(.secret, [.integer(environment), .text(name)])
  }

  func request(id: Int64) throws(StoreFault) -> SealedRow? {
    try row(.request, [.integer(id)])
  }

  func version(
    environment: Int64, name: String, version: Int64, withRecord: Bool = false
  ) throws(StoreFault) -> SealedRow? {
    let key: [ColumnValue] = [.integer(environment), .text(name), .integer(version)]
    return withRecord ? try versionWithRecord(key) : try row(.version, key)
  }

  func environments(after id: Int64 = 0, limit: Int) throws(StoreFault) -> [SealedRow] {
    try page(.environment, after: [.integer(id)], limit: limit)
  }

  func secrets(
    environment: Int64, after name: String = "", limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    try page(.secret, after: [.integer(environment), .text(name)], limit: limit)
  }

  func versions(
    environment: Int64, name: String, after version: Int64, limit: Int
  ) throws(StoreFault) -> [SealedRow] {
    let key: [ColumnValue] = [.integer(environment), .text(name), .integer(version)]
    return try page(.version, after: key, limit: limit)
  }

  func liveRequests(after id: Int64 = 0, limit: Int) throws(StoreFault) -> [SealedRow] {
    try page(.request, after: [.integer(id)], limit: limit)
  }
}

extension Query: CustomStringConvertible {
  /// The name of a statement in `Golden/queries.txt`.
  public var description: String {
    switch self {
    case .written(let query): "\(query)"
    case .row(.put, let table): "\(table)Put"
    case .row(.find, .environment), .row(.find, .request): "\(table)ByID"
    case .row(.find, .version): "versionByNumber"
    case .row(.find, let table): "\(table)ByName"
    case .row(.page, .request): "requestPageLive"
    case .row(.page, let table): "\(table)Page"
    case .row(.walk, let table): "\(table)Live"
    case .row(.delete, let table): "\(table)Delete"
    }
  }

  private var table: String {
    if case .row(_, let table) = self { "\(table)" } else { "" }
  }
}
