import VaultCore
import VaultCrypto
import VaultStore

/// Versions of secrets. One up to the number that is removed by its secret's row is none, though its own row may
/// still be there; and so is one behind the current number: it is staged by an import.
extension SealedRows {
  func version(_ environment: Int64, _ name: SecretName, _ number: Int64) throws -> StoredVersion? {
    let key = VersionKey(environment: environment, name: name, version: number)
    if let known = versions[key] { return known.value }
    guard try present(environment, name).contains(number),
      let row = try store.version(
        environment: environment, name: name.text, version: number, withRecord: true)
    else { return nil }
    let (version, leaf) = try verify(version: row)
    if version.state == .destroyed {
      guard row.record == nil else { throw Tampering(row) }
    } else {
      guard let record = row.record, try sha256(record).bytes == version.recordDigest else {
        throw Tampering(row)
      }
    }
    let record = row.record ?? []
    let verified = Verified(StoredVersion(version: version, record: record), leaf)
    cachedRecordBytes += record.count
    if versions.count >= Self.mostCached || cachedRecordBytes > Self.mostCachedRecordBytes {
      versions.removeAll()
      cachedRecordBytes = record.count
    }
    versions[key] = verified
    return verified.value
  }

  /// What may be done with a version, without reading its ciphertext; nil where there is none.
  func state(_ environment: Int64, _ name: SecretName, _ number: Int64) throws
    -> SecretVersion.State?
  {
    let key = VersionKey(environment: environment, name: name, version: number)
    if let known = versions[key] { return known.value.version.state }
    guard try present(environment, name).contains(number) else { return nil }
    if let known = versionStates[key] { return known }
    let state = try store.version(environment: environment, name: name.text, version: number).map {
      try verify(version: $0).0.state
    }
    if versionStates.count >= Self.mostCached { versionStates.removeAll() }
    versionStates[key] = state
    return state
  }

  /// The versions of a secret, oldest first, without their ciphertexts.
  func versions(
    _ environment: Int64, _ name: SecretName, after: Int64 = 0, limit: Int
  ) throws -> [SecretVersion] {
    let present = try present(environment, name)
    return try store.versions(
      environment: environment, name: name.text, after: max(after, present.lowerBound - 1),
      limit: limit
    ).map { try verify(version: $0).0 }.filter { present.contains($0.version) }
  }

  /// The numbers among which a secret's versions are, whatever rows are there.
  private func present(_ environment: Int64, _ name: SecretName) throws -> Range<Int64> {
    guard let secret = try secret(environment, name) else { return 1..<1 }
    return secret.removed + 1..<max(secret.removed, secret.current) + 1
  }

  /// The row that an import has staged for a secret, behind its current version.
  func staged(_ secret: SecretKey) throws -> [SecretVersion] {
    guard let current = try self.secret(secret.environment, secret.name)?.current else { return [] }
    return try store.versions(
      environment: secret.environment, name: secret.name.text, after: current,
      limit: Self.mostStaged
    ).map { try verify(version: $0).0 }
  }

  /// There is one at most; what is more would be found all the same.
  private static let mostStaged = 4

  /// The rows that a deletion leaves to be removed, oldest first.
  func removable(
    _ environment: Int64, _ name: SecretName, through last: Int64, limit: Int
  ) throws -> [SecretVersion] {
    try store.versions(environment: environment, name: name.text, limit: limit).map {
      try verify(version: $0).0
    }.filter { $0.version <= last }
  }

  /// Versions in other environments whose value has this fingerprint.
  func versions(fingerprint: [UInt8], outside environment: Int64) throws -> [SecretVersion] {
    try store.versions(
      fingerprint: fingerprint, outside: environment, limit: Self.mostAlike
    ).map { try verify(version: $0).0 }
      .filter { try present($0.environment, $0.name).contains($0.version) }
  }
}
