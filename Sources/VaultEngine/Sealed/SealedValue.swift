import VaultCore
import VaultStore

/// A value with a row of its own in a deciding table: the engine's half of the table's description, whose
/// other half is its ``DecidingTable``.
///
/// Invariant: what key and index say is what the content says. A row whose columns say otherwise does not
/// verify.
protocol SealedValue: Canonical, Sendable {
  associatedtype Key: SealedKey

  static var table: DecidingTable { get }
  /// How much of the table stays in memory, verified.
  static var budget: CacheBudget { get }

  var key: Key { get }
  /// The columns of the index, in the table's order.
  var index: [ColumnValue] { get }
  /// Raised by each edit.
  var revision: Int64 { get }
  /// What it takes of the budget's bytes.
  var weight: Int { get }
}

extension SealedValue {
  var index: [ColumnValue] { [] }
  var weight: Int { 0 }
}

/// What a deciding row is found by, as the engine knows it.
protocol SealedKey: Hashable, Sendable {
  /// The columns of the key, in the table's order.
  var columns: [ColumnValue] { get }

  /// The key of a row where it can be told without reading the content; nil elsewhere.
  static func of(_ row: SealedRow) -> Self?
}

extension SealedKey {
  static func of(_ row: SealedRow) -> Self? { nil }
}

extension Int64: SealedKey {
  var columns: [ColumnValue] { [.integer(self)] }

  static func of(_ row: SealedRow) -> Int64? {
    if case .integer(let id)? = row.columns.first { id } else { nil }
  }
}

extension SealedRows {
  struct SecretKey: SealedKey {
    let environment: Int64
    let name: SecretName

    var columns: [ColumnValue] { [.integer(environment), .text(name.text)] }
  }

  struct VersionKey: SealedKey {
    let environment: Int64
    let name: SecretName
    let version: Int64

    var columns: [ColumnValue] { [.integer(environment), .text(name.text), .integer(version)] }
  }
}

// MARK: The tables

extension Environment: SealedValue {
  static let table = DecidingTable.environment
  static let budget = CacheBudget(entries: 4_096)

  var key: Int64 { id }
  var index: [ColumnValue] { [.text(name.folded)] }
}

extension Secret: SealedValue {
  static let table = DecidingTable.secret
  static let budget = CacheBudget(entries: 4_096)

  var key: SealedRows.SecretKey { SealedRows.SecretKey(environment: environment, name: name) }
}

extension Variable: SealedValue {
  static let table = DecidingTable.variable
  static let budget = CacheBudget.none

  var key: SealedRows.SecretKey { SealedRows.SecretKey(environment: environment, name: name) }
}

/// Those with their ciphertexts have a cache of their own (``SealedRows/StoredVersion``).
extension SecretVersion: SealedValue {
  static let table = DecidingTable.version
  static let budget = CacheBudget.none

  var key: SealedRows.VersionKey {
    SealedRows.VersionKey(environment: environment, name: name, version: version)
  }
  var index: [ColumnValue] { [.bytes(fingerprint)] }
}

extension AccessRequest: SealedValue {
  static let table = DecidingTable.request
  // One may say 40 KiB about itself.
  static let budget = CacheBudget(entries: 4_096, bytes: 16 << 20)

  var key: Int64 { id }
  var index: [ColumnValue] { [.integer(environment), .live(state.isLive)] }

  /// What people have written into it.
  var weight: Int {
    let texts = [
      context.reason, context.ref, context.commit, context.runURL, context.delivery, context.key,
    ]
    return texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
      + context.command.reduce(0) { $0 + $1.utf8.count + 16 }
      + reviews.reduce(0) { $0 + $1.comment.utf8.count }
  }
}
