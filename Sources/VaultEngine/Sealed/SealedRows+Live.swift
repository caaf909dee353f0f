import VaultCore
import VaultCrypto
import VaultStore

extension SealedRows {
  /// All that is live, verified and added up.
  struct LiveRows {
    var sum = SetAccumulator()
    /// The revision of each live request.
    var requests: [Int64: Int64] = [:]
    /// The environments that are being deleted.
    var leaving: [Environment] = []
    /// The deleted secrets whose versions have rows.
    var leftovers: [SecretKey] = []
    /// The secrets with a row that an import had staged.
    var staged: [SecretKey] = []
    /// The numbers among which each secret's versions are.
    fileprivate var present: [SecretKey: (removed: Int64, current: Int64)] = [:]
  }

  /// Verifies every live row and adds them up.
  func addUpLiveRows() throws -> LiveRows {
    var found = LiveRows()
    var failure: (any Error)?
    try store.forEachLiveRow { row in
      do {
        try add(row, to: &found)
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    return found
  }

  private func add(_ row: SealedRow, to found: inout LiveRows) throws {
    switch row.table {
    case .environment:
      let verified = try verify(environment: row)
      found.sum.add(verified.leaf)
      if verified.value.deletion != nil { found.leaving.append(verified.value) }
    case .secret:
      let verified = try verify(secret: row)
      found.sum.add(verified.leaf)
      let secret = verified.value
      found.present[SecretKey(environment: secret.environment, name: secret.name)] =
        (secret.removed, secret.current)
    case .variable: found.sum.add(try verify(variable: row).leaf)
    case .version:
      let (version, leaf) = try verify(version: row)
      found.sum.add(leaf)
      let key = SecretKey(environment: version.environment, name: version.name)
      guard let present = found.present[key] else { return }
      if version.version <= present.removed, found.leftovers.last != key {
        found.leftovers.append(key)
      }
      if version.version > present.current { found.staged.append(key) }
    case .request:
      let verified = try verify(request: row)
      found.sum.add(verified.leaf)
      found.requests[verified.value.id] = verified.value.revision
    }
  }
}
