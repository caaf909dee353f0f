import VaultCore
import VaultCrypto
import VaultStore

/// Versions of secrets. One up to the number that is removed by its secret's row is none, though its own row may
/// still be there; and so is one behind the current number: it is staged by an import.
extension SealedRows {
  /// A version and its ciphertext, which is empty where that was destroyed.
  struct StoredVersion: Sendable {
    let version: SecretVersion
    let record: [UInt8]
  }

  /// The places that are told where one value stands in several.
  private static let mostAlike = 20
  /// The versions whose states are kept; they are dropped together.
  private static let mostStates = 4_096

  // MARK: Reading

  func version(_ environment: Int64, _ name: SecretName, _ number: Int64) throws -> StoredVersion? {
    let key = VersionKey(environment: environment, name: name, version: number)
    if let known = storedVersions[key] { return known.value }
    guard try present(environment, name).contains(number),
      let row = try store.versionWithRecord(key.columns)
    else { return nil }
    let verified = try versions.verify(row)
    let version = verified.value
    if version.state == .destroyed {
      guard row.record == nil else { throw Tampering(row) }
    } else {
      guard let record = row.record, try sha256(record).bytes == version.recordDigest else {
        throw Tampering(row)
      }
    }
    let stored = StoredVersion(version: version, record: row.record ?? [])
    storedVersions.keep(Verified(stored, verified.leaf), at: key)
    return stored
  }

  /// What may be done with a version, without reading its ciphertext; nil where there is none.
  func state(_ environment: Int64, _ name: SecretName, _ number: Int64) throws
    -> SecretVersion.State?
  {
    let key = VersionKey(environment: environment, name: name, version: number)
    if let known = storedVersions[key] { return known.value.version.state }
    guard try present(environment, name).contains(number) else { return nil }
    if let known = versionStates[key] { return known }
    let state = try versions.value(key)?.state
    if versionStates.count >= Self.mostStates { versionStates.removeAll() }
    versionStates[key] = state
    return state
  }

  /// The versions of a secret, oldest first, without their ciphertexts.
  func versions(
    _ environment: Int64, _ name: SecretName, after: Int64 = 0, limit: Int
  ) throws -> [SecretVersion] {
    let present = try present(environment, name)
    return try page(environment, name, after: max(after, present.lowerBound - 1), limit: limit)
      .filter { present.contains($0.version) }
  }

  /// The numbers among which a secret's versions are, whatever rows are there.
  private func present(_ environment: Int64, _ name: SecretName) throws -> Range<Int64> {
    guard let secret = try secret(environment, name) else { return 1..<1 }
    return secret.removed + 1..<max(secret.removed, secret.current) + 1
  }

  /// The row that an import has staged for a secret, behind its current version.
  func staged(_ secret: SecretKey) throws -> [SecretVersion] {
    guard let current = try self.secret(secret.environment, secret.name)?.current else { return [] }
    return try page(secret.environment, secret.name, after: current, limit: Self.mostStaged)
  }

  /// There is one at most; what is more would be found all the same.
  private static let mostStaged = 4

  /// The rows that a deletion leaves to be removed, oldest first.
  func removable(
    _ environment: Int64, _ name: SecretName, through last: Int64, limit: Int
  ) throws -> [SecretVersion] {
    try page(environment, name, after: 0, limit: limit).filter { $0.version <= last }
  }

  /// Versions in other environments whose value has this fingerprint.
  func versions(fingerprint: [UInt8], outside environment: Int64) throws -> [SecretVersion] {
    try store.versions(
      fingerprint: fingerprint, outside: environment, limit: Self.mostAlike
    ).map(versions.value(of:))
      .filter { try present($0.environment, $0.name).contains($0.version) }
  }
  private func page(
    _ environment: Int64, _ name: SecretName, after: Int64, limit: Int
  ) throws -> [SecretVersion] {
    let key = VersionKey(environment: environment, name: name, version: after)
    return try versions.page(after: key.columns, limit: limit)
  }

  /// All rows of a secret's versions, whatever its own row makes of them: staged and removed ones too.
  func allVersions(
    _ environment: Int64, _ name: SecretName, after: Int64, limit: Int
  ) throws -> [SecretVersion] {
    try page(environment, name, after: after, limit: limit)
  }

  /// The ciphertext of a version, as its sealed row has it.
  func record(of version: SecretVersion) throws -> [UInt8] {
    guard let record = try store.versionWithRecord(version.key.columns)?.record,
      try sha256(record).bytes == version.recordDigest
    else {
      throw Tampering(
        "version", "\(version.environment)/\(version.name.text)/\(version.version)")
    }
    return record
  }

  // MARK: Writing

  /// Writes a version that exists with another ciphertext of its value.
  func replace(_ version: SecretVersion, record: [UInt8]) throws {
    try versions.put(version, record: .set(record))
    forget(version.key)
  }

  /// Writes a new version; a version's number is never used again, so there is none to replace.
  func put(_ version: SecretVersion, record: [UInt8]) throws {
    try versions.put(version, record: .set(record), isNew: true)
  }

  /// Writes a version that exists in its new state; a destroyed one loses its ciphertext.
  func update(_ version: SecretVersion) throws {
    try versions.put(version, record: version.state == .destroyed ? .destroy : .keep)
    forget(version.key)
  }

  /// - Returns: the bytes of its ciphertext.
  @discardableResult
  func delete(_ version: SecretVersion) throws -> Int {
    let length = try store.recordLength(
      environment: version.environment, name: version.name.text, version: version.version)
    try versions.delete(version)
    forget(version.key)
    return length
  }

  // MARK: Forgetting

  /// Drops versions that their secret's row has just removed.
  func forget(_ numbers: [Int64], of secret: SecretKey) {
    for number in numbers {
      forget(
        VersionKey(environment: secret.environment, name: secret.name, version: number))
    }
  }

  func forgetVersions(of secret: SecretKey) {
    let isGone = { (key: VersionKey) in
      key.environment == secret.environment && key.name == secret.name
    }
    storedVersions.drop(where: isGone)
    for key in versionStates.keys.filter(isGone) { versionStates[key] = nil }
  }

  private func forget(_ key: VersionKey) {
    versionStates[key] = nil
    storedVersions.drop(key)
  }
}
