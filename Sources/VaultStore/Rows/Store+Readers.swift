public import VaultCore

/// Who has read a version, and how often.
///
/// It decides nothing, so it is not sealed: the audit chain is the proof, this is its index for people.
public struct ReaderRow: Hashable, Sendable {
  /// The environment's number.
  public let environment: Int64
  /// The secret's name.
  public let name: String
  /// The version that was read.
  public let version: Int64
  /// Who read it.
  public let subject: Subject
  /// Its name at the last read, where the account database had one.
  public let account: String?
  /// The first read, in milliseconds since the epoch.
  public let first: Int64
  /// The last read.
  public let last: Int64
  /// How many reads there were.
  public let count: Int64

  /// Who, by uid; nil for what is no account.
  public var uid: UInt32? { subject.uid }

  /// Makes it.
  public init(
    environment: Int64, name: String, version: Int64, subject: Subject, account: String?,
    first: Int64,
    last: Int64, count: Int64
  ) {
    self.environment = environment
    self.name = name
    self.version = version
    self.subject = subject
    self.account = account
    self.first = first
    self.last = last
    self.count = count
  }
}

extension Store {
  /// Adds reads to those that are known of the same account and version.
  public func add(_ reader: ReaderRow) throws(StoreFault) {
    let statement = try connection.statement(.readerPut)
    defer { statement.reset() }
    try statement.bind(reader.environment, at: 1)
    try statement.bind(reader.name, at: 2)
    try statement.bind(reader.version, at: 3)
    try statement.bind(reader.subject.text, at: 4)
    if let account = reader.account { try statement.bind(account, at: 5) }
    try statement.bind(reader.first, at: 6)
    try statement.bind(reader.last, at: 7)
    try statement.bind(reader.count, at: 8)
    try statement.run()
  }

  /// Who has read a version, the latest reader first; at most `limit`.
  public func readers(
    environment: Int64, name: String, version: Int64, limit: Int
  ) throws(StoreFault) -> [ReaderRow] {
    guard limit > 0 else { return [] }
    let statement = try connection.statement(.readerPage)
    defer { statement.reset() }
    try statement.bind(environment, at: 1)
    try statement.bind(name, at: 2)
    try statement.bind(version, at: 3)
    try statement.bind(Int64(limit), at: 4)
    var rows: [ReaderRow] = []
    while try statement.step() {
      rows.append(
        ReaderRow(
          environment: environment, name: name, version: version,
          subject: try Self.subject(statement.text(0), location.path),
          account: statement.optionalText(1), first: statement.integer(2),
          last: statement.integer(3), count: statement.integer(4)))
    }
    return rows
  }

  private static func subject(_ text: String, _ path: String) throws(StoreFault) -> Subject {
    guard let subject = Subject(text: text) else { throw .corrupt(path: path) }
    return subject
  }

  /// How many accounts, job sockets and units have read a version.
  public func readerCount(
    environment: Int64, name: String, version: Int64
  ) throws(StoreFault) -> Int {
    let statement = try connection.statement(.readerCount)
    defer { statement.reset() }
    try statement.bind(environment, at: 1)
    try statement.bind(name, at: 2)
    try statement.bind(version, at: 3)
    return try statement.step() ? Int(statement.integer(0)) : 0
  }
}
