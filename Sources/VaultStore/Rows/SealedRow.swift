/// The tables whose rows decide what may leave the vault. The numbers go into the seal and never
/// change.
public enum DecidingTable: UInt8, Hashable, Sendable, CaseIterable {
  case environment = 1
  case secret = 2
  case version = 3
  case request = 4
  case variable = 5
}

/// What a deciding row is found by, and what its seal is bound to.
public enum RowKey: Hashable, Sendable {
  /// An environment by its number, which is never used again.
  case environment(Int64)
  /// A secret by its environment's number and its name.
  case secret(environment: Int64, name: String)
  /// One version of a secret, counted from 1.
  case version(environment: Int64, name: String, version: Int64)
  /// A request by its number.
  case request(Int64)
  /// A variable by its environment's number and its name.
  case variable(environment: Int64, name: String)

  /// The table that the key is of.
  public var table: DecidingTable {
    switch self {
    case .environment: .environment
    case .secret: .secret
    case .version: .version
    case .request: .request
    case .variable: .variable
    }
  }
}

/// The columns that a row is only looked up by.
///
/// They repeat what the content says: whoever opens a row compares them with it, else a row could be
/// put under another name.
public enum RowIndex: Hashable, Sendable {
  /// Found by its key alone (secrets and variables).
  case key
  /// A version by its value's keyed fingerprint; empty where the value is destroyed.
  case fingerprint([UInt8])
  /// An environment by its folded name, unique.
  case name(String)
  /// A request by its environment's number, and whether it still can change (`live`).
  case request(environment: Int64, isLive: Bool)
}

/// A row of a deciding table: a canonical content and the seal over it (`gate-is-sealed`).
///
/// The store neither makes nor checks the seal. A row is worth nothing before its seal is verified.
public struct SealedRow: Hashable, Sendable {
  /// The table and the key in it.
  public let key: RowKey
  /// The index columns; of the shape that the key's table has.
  public let index: RowIndex
  /// Raised by each edit.
  public let revision: Int64
  /// The canonical encoding.
  public let content: [UInt8]
  /// Half of an HMAC-SHA-512 over vault, table, key, index, revision and content: 32 bytes.
  public let seal: [UInt8]
  /// A version's ciphertext, where it was asked for and is not destroyed; nil in every other row.
  public let record: [UInt8]?

  /// The table that the row is in.
  public var table: DecidingTable { key.table }

  init(
    _ key: RowKey, _ index: RowIndex, revision: Int64, content: [UInt8], seal: [UInt8],
    record: [UInt8]? = nil
  ) {
    self.key = key
    self.index = index
    self.revision = revision
    self.content = content
    self.seal = seal
    self.record = record
  }

  /// An environment; `name` is folded to lower case, so that names are unique without case.
  public static func environment(
    id: Int64, name: String, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(.environment(id), .name(name), revision: revision, content: content, seal: seal)
  }

  /// A secret of an environment.
  public static func secret(
    environment: Int64, name: String, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .secret(environment: environment, name: name), .key, revision: revision, content: content,
      seal: seal)
  }

  /// A variable of an environment.
  public static func variable(
    environment: Int64, name: String, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .variable(environment: environment, name: name), .key, revision: revision, content: content,
      seal: seal)
  }

  /// A version of a secret, without its ciphertext, which is written beside it (``RecordChange``).
  public static func version(
    environment: Int64, name: String, version: Int64, fingerprint: [UInt8], revision: Int64,
    content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .version(environment: environment, name: name, version: version), .fingerprint(fingerprint),
      revision: revision, content: content, seal: seal)
  }

  /// A request; `isLive` while it waits, is approved or active.
  public static func request(
    id: Int64, environment: Int64, isLive: Bool, revision: Int64, content: [UInt8], seal: [UInt8]
  ) -> SealedRow {
    SealedRow(
      .request(id), .request(environment: environment, isLive: isLive), revision: revision,
      content: content, seal: seal)
  }
}

/// What a write does to a version's ciphertext.
///
/// Said each time, so that nothing destroys a ciphertext by leaving it out.
public enum RecordChange: Sendable {
  /// Leave it as it is; the version exists.
  case keep
  /// Write this ciphertext.
  case set([UInt8])
  /// Take it out of the database, for ever. It stands in the write-ahead log until
  /// ``Store/checkpointTruncating()``.
  case destroy
}
