import VaultCore
import VaultCrypto
import VaultStore

/// The deciding rows: verified when they are read, sealed when they are written, and counted in a set
/// hash, so that no row can be edited, moved, added, deleted or set back unnoticed (`gate-is-sealed`).
///
/// Invariant: what stands in a cache was verified, or written by this batch. A rollback, or a write by
/// somebody else, drops every cache. The accumulator covers exactly the live rows of the transaction.
final class SealedRows {
  /// A verified value and its part of the set hash.
  final class Verified<Value: Sendable>: Sendable {
    let value: Value
    let leaf: Digest32

    init(_ value: Value, _ leaf: Digest32) {
      self.value = value
      self.leaf = leaf
    }
  }

  /// A version and its ciphertext.
  struct StoredVersion: Sendable {
    let version: SecretVersion
    let record: [UInt8]
  }

  struct SecretKey: Hashable {
    let environment: Int64
    let name: SecretName
  }

  struct VersionKey: Hashable {
    let environment: Int64
    let name: SecretName
    let version: Int64
  }

  /// No cache grows beyond this; a full one is dropped whole, since every entry can be read again.
  static let mostCached = 4_096
  /// The ciphertexts of the cached versions, together.
  static let mostCachedRecordBytes = 16 << 20

  let store: Store
  var sealer: RowSealer
  private(set) var accumulator = SetAccumulator()
  private var committedAccumulator = SetAccumulator()
  /// The revision of each live request: an index of SQLite's can be made to contradict its table, so a
  /// row that says it is live must be one that was counted.
  private var liveRevisions: [Int64: Int64] = [:]
  private var committedRevisions: [Int64: Int64] = [:]
  /// Whether this batch wrote a row.
  private(set) var isDirty = false
  /// How many rows were ever written, to tell whether a command has.
  private(set) var writes = 0

  private var environments: [Int64: Verified<Environment>] = [:]
  private var environmentNames: [String: Int64] = [:]
  private var secrets: [SecretKey: Verified<Secret>] = [:]
  private var cachedRecordBytes = 0
  private var versions: [VersionKey: Verified<StoredVersion>] = [:]
  private var requests: [Int64: Verified<AccessRequest>] = [:]

  init(store: Store, sealer: consuming RowSealer) {
    self.store = store
    self.sealer = sealer
  }

  // MARK: Life of a batch

  /// The batch is durable.
  func committed() {
    if isDirty {
      committedAccumulator = accumulator
      committedRevisions = liveRevisions
    }
    isDirty = false
  }

  /// Drops what was verified; after a rollback also what the batch had added up.
  func forget(rolledBack: Bool) {
    environments.removeAll()
    environmentNames.removeAll()
    secrets.removeAll()
    versions.removeAll()
    cachedRecordBytes = 0
    requests.removeAll()
    if rolledBack {
      accumulator = committedAccumulator
      liveRevisions = committedRevisions
      isDirty = false
    }
  }

  /// Takes over the sum of a full verification.
  func adopt(_ verified: SetAccumulator, liveRequests: [Int64: Int64]) {
    accumulator = verified
    committedAccumulator = verified
    liveRevisions = liveRequests
    committedRevisions = liveRequests
  }

  /// The keyed tag of the set, for the head.
  func setTag() throws -> Digest32 { try tag(of: accumulator) }

  func tag(of set: SetAccumulator) throws -> Digest32 { try sealer.tag(of: set, name: "live") }

  // MARK: Reading

  func environment(named name: EnvironmentName) throws -> Environment? {
    if let id = environmentNames[name.folded] { return try environment(id: id) }
    guard let row = try store.environment(named: name.folded) else { return nil }
    let verified = try verify(environment: row)
    // The name column is only an index; the sealed content says whose row it is.
    guard verified.value.name == name else { throw Tampering(row) }
    keep(verified)
    return verified.value
  }

  func environment(id: Int64) throws -> Environment? {
    if let known = environments[id] { return known.value }
    guard let row = try store.environment(id: id) else { return nil }
    let verified = try verify(environment: row)
    keep(verified)
    return verified.value
  }

  func environments(after: EnvironmentName?, limit: Int) throws -> [Environment] {
    try store.environments(after: after?.folded ?? "", limit: limit).map {
      try verify(environment: $0).value
    }
  }

  func secret(_ environment: Int64, _ name: SecretName) throws -> Secret? {
    let key = SecretKey(environment: environment, name: name)
    if let known = secrets[key] { return known.value }
    guard let row = try store.secret(environment: environment, name: name.text) else { return nil }
    let verified = try verify(secret: row)
    if secrets.count >= Self.mostCached { secrets.removeAll() }
    secrets[key] = verified
    return verified.value
  }

  func secretCount(_ environment: Int64) throws -> Int {
    try store.secretCount(environment: environment)
  }

  func secrets(_ environment: Int64, after: SecretName?, limit: Int) throws -> [Secret] {
    try store.secrets(environment: environment, after: after?.text ?? "", limit: limit).map {
      try verify(secret: $0).value
    }
  }

  func version(_ environment: Int64, _ name: SecretName, _ number: Int64) throws -> StoredVersion? {
    let key = VersionKey(environment: environment, name: name, version: number)
    if let known = versions[key] { return known.value }
    guard
      let row = try store.version(
        environment: environment, name: name.text, version: number, withRecord: true)
    else { return nil }
    let (version, leaf) = try verify(version: row)
    guard let record = row.record, try sha256(record).bytes == version.recordDigest else {
      throw Tampering(row)
    }
    let verified = Verified(StoredVersion(version: version, record: record), leaf)
    cachedRecordBytes += record.count
    if versions.count >= Self.mostCached || cachedRecordBytes > Self.mostCachedRecordBytes {
      versions.removeAll()
      cachedRecordBytes = record.count
    }
    versions[key] = verified
    return verified.value
  }

  func request(_ id: Int64) throws -> AccessRequest? {
    if let known = requests[id] { return known.value }
    guard let row = try store.request(id: id) else { return nil }
    let verified = try verify(request: row)
    let isLive = verified.value.state.isLive
    guard liveRevisions[id] == (isLive ? verified.value.revision : nil) else {
      throw Tampering(row)
    }
    keep(verified)
    return verified.value
  }

  // MARK: Writing

  func put(_ environment: Environment) throws {
    let old = try leafOf(environments[environment.id]) {
      try store.environment(id: environment.id).map { try verify(environment: $0).leaf }
    }
    let leaf = try write(
      replacing: old, live: true, .environment(environment.id), .name(environment.name.folded),
      revision: environment.revision, content: environment.canonicalBytes
    ) { content, seal in
      .environment(
        id: environment.id, name: environment.name.folded, revision: environment.revision,
        content: content, seal: seal)
    }
    keep(Verified(environment, leaf))
  }

  func put(_ secret: Secret) throws {
    let key = SecretKey(environment: secret.environment, name: secret.name)
    let old = try leafOf(secrets[key]) {
      try store.secret(environment: secret.environment, name: secret.name.text)
        .map { try verify(secret: $0).leaf }
    }
    let leaf = try write(
      replacing: old, live: true,
      .secret(environment: secret.environment, name: secret.name.text), .key,
      revision: secret.revision, content: secret.canonicalBytes
    ) { content, seal in
      .secret(
        environment: secret.environment, name: secret.name.text, revision: secret.revision,
        content: content, seal: seal)
    }
    secrets[key] = Verified(secret, leaf)
  }

  /// Writes a new version; a version's number is never used again, so there is none to replace.
  func put(_ version: SecretVersion, record: [UInt8]) throws {
    _ = try write(
      replacing: nil, live: true,
      .version(
        environment: version.environment, name: version.name.text, version: version.version), .key,
      revision: version.revision, content: version.canonicalBytes, record: .set(record)
    ) { content, seal in
      .version(
        environment: version.environment, name: version.name.text, version: version.version,
        revision: version.revision, content: content, seal: seal)
    }
  }

  func put(_ request: AccessRequest) throws {
    let old: Digest32? =
      request.revision == 1
      ? nil
      : try leafOf(requests[request.id]) {
        try store.request(id: request.id).map { try verify(request: $0).leaf }
      }
    let live = request.state.isLive
    // What has ended leaves the set, and stays as it is.
    let leaf = try write(
      replacing: old, live: live, .request(request.id),
      .request(environment: request.environment, isLive: live), revision: request.revision,
      content: request.canonicalBytes
    ) { content, seal in
      .request(
        id: request.id, environment: request.environment, isLive: live,
        revision: request.revision, content: content, seal: seal)
    }
    liveRevisions[request.id] = live ? request.revision : nil
    keep(Verified(request, leaf))
  }

  func put(_ head: Head) throws {
    let content = head.canonicalBytes
    let sealed = try sealer.seal(
      table: "head", key: [], revision: head.sequence, content: content)
    try store.put(HeadRow(content: content, seal: sealed.seal.bytes))
  }

  private func write(
    replacing old: Digest32?, live: Bool, _ key: RowKey, _ index: RowIndex, revision: Int64,
    content: [UInt8], record: RecordChange = .keep, _ row: ([UInt8], [UInt8]) -> SealedRow
  ) throws -> Digest32 {
    isDirty = true
    writes += 1
    let sealed = try sealer.seal(
      table: key.sealedTable, key: sealedKey(key, index), revision: revision, content: content)
    try store.put(row(content, sealed.seal.bytes), record: record)
    if let old { accumulator.subtract(old) }
    if live { accumulator.add(sealed.leaf) }
    return sealed.leaf
  }

  private func leafOf<Value>(
    _ cached: Verified<Value>?, _ read: () throws -> Digest32?
  ) throws -> Digest32? {
    if let cached { return cached.leaf }
    return try read()
  }

  private func keep(_ verified: Verified<Environment>) {
    if environments.count >= Self.mostCached {
      environments.removeAll()
      environmentNames.removeAll()
    }
    environments[verified.value.id] = verified
    environmentNames[verified.value.name.folded] = verified.value.id
  }

  private func keep(_ verified: Verified<AccessRequest>) {
    if requests.count >= Self.mostCached { requests.removeAll() }
    requests[verified.value.id] = verified
  }
}
