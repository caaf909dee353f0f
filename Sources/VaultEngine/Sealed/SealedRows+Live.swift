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
    /// The environments whose records are being sealed under a new key.
    var rotating: [Int64] = []
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
      let environment = try count(row, of: environments, in: &found)
      if environment.deletion != nil {
        found.leaving.append(environment)
      } else if environment.keys.isRotating {
        found.rotating.append(environment.id)
      }
    case .secret:
      let secret = try count(row, of: secrets, in: &found)
      found.present[secret.key] = (secret.removed, secret.current)
    case .variable: _ = try count(row, of: variables, in: &found)
    case .version:
      let version = try count(row, of: versions, in: &found)
      let key = SecretKey(environment: version.environment, name: version.name)
      guard let present = found.present[key] else { return }
      if version.version <= present.removed, found.leftovers.last != key {
        found.leftovers.append(key)
      }
      if version.version > present.current { found.staged.append(key) }
    case .request:
      let request = try count(row, of: requests, in: &found)
      found.requests[request.id] = request.revision
    }
  }

  private func count<Value: SealedValue>(
    _ row: SealedRow, of table: SealedTable<Value>, in found: inout LiveRows
  ) throws -> Value {
    let verified = try table.verify(row)
    // The walk is over live rows, unless somebody has made an index contradict its table.
    guard let leaf = verified.leaf else { throw Tampering(row) }
    found.sum.add(leaf)
    return verified.value
  }
}
