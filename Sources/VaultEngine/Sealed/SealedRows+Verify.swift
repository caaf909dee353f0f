import VaultCore
import VaultCrypto
import VaultStore

/// From a row as it is stored to a value that is what it claims: seal, content, key columns and index
/// columns must all agree.
extension SealedRows {
  func verify(environment row: SealedRow) throws -> Verified<Environment> {
    let (environment, leaf) = try open(Environment.self, row)
    guard row.key == .environment(environment.id),
      row.index == .name(environment.name.folded), row.revision == environment.revision
    else { throw Tampering(row) }
    return Verified(environment, leaf)
  }

  func verify(secret row: SealedRow) throws -> Verified<Secret> {
    let (secret, leaf) = try open(Secret.self, row)
    guard row.key == .secret(environment: secret.environment, name: secret.name.text),
      row.revision == secret.revision
    else { throw Tampering(row) }
    return Verified(secret, leaf)
  }

  func verify(version row: SealedRow) throws -> (SecretVersion, Digest32) {
    let (version, leaf) = try open(SecretVersion.self, row)
    guard
      row.key
        == .version(
          environment: version.environment, name: version.name.text, version: version.version),
      row.index == .fingerprint(version.fingerprint), row.revision == version.revision
    else { throw Tampering(row) }
    return (version, leaf)
  }

  func verify(variable row: SealedRow) throws -> Verified<Variable> {
    let (variable, leaf) = try open(Variable.self, row)
    guard row.key == .variable(environment: variable.environment, name: variable.name.text),
      row.revision == variable.revision
    else { throw Tampering(row) }
    return Verified(variable, leaf)
  }

  func verify(request row: SealedRow) throws -> Verified<AccessRequest> {
    let (request, leaf) = try open(AccessRequest.self, row)
    guard row.key == .request(request.id),
      row.index == .request(environment: request.environment, isLive: request.state.isLive),
      row.revision == request.revision
    else { throw Tampering(row) }
    return Verified(request, leaf)
  }

  private func open<Value: Canonical>(
    _ type: Value.Type, _ row: SealedRow
  ) throws -> (Value, Digest32) {
    let sealed = try sealer.seal(
      table: row.key.sealedTable, key: sealedKey(row.key, row.index), revision: row.revision,
      content: row.content)
    guard sealed.seal.isEqual(row.seal) else { throw Tampering(row) }
    do { return (try Value(canonical: row.content), sealed.leaf) } catch { throw Tampering(row) }
  }

  /// The key and every index column, injectively encoded: the seal covers them all.
  func sealedKey(_ key: RowKey, _ index: RowIndex) -> [UInt8] {
    var encoder = CanonicalEncoder(capacity: 64)
    switch key {
    case .environment(let id), .request(let id): encoder.integer(id)
    case .secret(let environment, let name), .variable(let environment, let name):
      encoder.integer(environment)
      encoder.text(name)
    case .version(let environment, let name, let version):
      encoder.integer(environment)
      encoder.text(name)
      encoder.integer(version)
    }
    switch index {
    case .key: break
    case .name(let name): encoder.text(name)
    case .fingerprint(let fingerprint): encoder.bytes(fingerprint)
    case .request(let environment, let live):
      encoder.integer(environment)
      encoder.bool(live)
    }
    return encoder.output
  }
}

extension Tampering {
  init(_ row: SealedRow) { self.init("\(row.table)", row.key.text) }
}

extension RowKey {
  /// The table's name, which the seal covers.
  var sealedTable: String { "\(table)" }

  /// The key for the log.
  var text: String {
    switch self {
    case .environment(let id), .request(let id): "\(id)"
    case .secret(let environment, let name), .variable(let environment, let name):
      "\(environment)/\(name)"
    case .version(let environment, let name, let version): "\(environment)/\(name)/\(version)"
    }
  }
}

extension Digest32 {
  /// Whether stored bytes are this digest; in constant time.
  func isEqual(_ stored: [UInt8]) -> Bool { Digest32(stored).map(constantTimeEquals) ?? false }
}
