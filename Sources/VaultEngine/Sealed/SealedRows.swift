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

  /// A version and its ciphertext, which is empty where that was destroyed.
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

    init(environment: Int64, name: SecretName, version: Int64) {
      self.environment = environment
      self.name = name
      self.version = version
    }

    init(_ version: SecretVersion) {
      self.init(
        environment: version.environment, name: version.name, version: version.version)
    }
  }

  /// No cache grows beyond this; a full one is dropped whole, since every entry can be read again.
  static let mostCached = 4_096
  /// The places that are told where one value stands in several.
  static let mostAlike = 20
  /// The ciphertexts of the cached versions, together.
  static let mostCachedRecordBytes = 16 << 20
  /// What the cached requests say about themselves, together: one may say 40 KiB.
  static let mostCachedRequestBytes = 16 << 20

  let store: Store
  var sealer: RowSealer
  var accumulator = SetAccumulator()
  private var committedAccumulator = SetAccumulator()
  /// The revision of each live request: an index of SQLite's can be made to contradict its table, so a
  /// row that says it is live must be one that was counted.
  private(set) var liveRevisions: [Int64: Int64] = [:]
  /// What those were that this batch has changed, in the order of the changes.
  private var journal: [(id: Int64, before: Int64?)] = []
  /// Whether this batch wrote a row.
  var isDirty = false
  /// How many rows were ever written, to tell whether a command has.
  var writes = 0

  var environments: [Int64: Verified<Environment>] = [:]
  var environmentNames: [String: Int64] = [:]
  var secrets: [SecretKey: Verified<Secret>] = [:]
  var cachedRecordBytes = 0
  var cachedRequestBytes = 0
  var versions: [VersionKey: Verified<StoredVersion>] = [:]
  /// What may be done with versions, for those who need no ciphertext.
  var versionStates: [VersionKey: SecretVersion.State] = [:]
  var requests: [Int64: Verified<AccessRequest>] = [:]

  init(store: Store, sealer: consuming RowSealer) {
    self.store = store
    self.sealer = sealer
  }

  // MARK: Life of a batch

  /// The batch is durable.
  func committed() {
    if isDirty { committedAccumulator = accumulator }
    journal.removeAll(keepingCapacity: true)
    isDirty = false
  }

  /// A request's row is live at a revision, or no more.
  func setRevision(_ revision: Int64?, of request: Int64) {
    journal.append((request, liveRevisions[request]))
    liveRevisions[request] = revision
  }

  /// Drops what was verified; after a rollback also what the batch had added up.
  func forget(rolledBack: Bool) {
    environments.removeAll()
    environmentNames.removeAll()
    secrets.removeAll()
    versions.removeAll()
    versionStates.removeAll()
    cachedRecordBytes = 0
    requests.removeAll()
    cachedRequestBytes = 0
    if rolledBack {
      accumulator = committedAccumulator
      for change in journal.reversed() { liveRevisions[change.id] = change.before }
      journal.removeAll()
      isDirty = false
    }
  }

  /// Takes over the sum of a full verification.
  func adopt(_ verified: SetAccumulator, liveRequests: [Int64: Int64]) {
    accumulator = verified
    committedAccumulator = verified
    liveRevisions = liveRequests
    journal.removeAll()
  }

  /// The keyed tag of the set, for the head.
  func setTag() throws -> Digest32 { try tag(of: accumulator) }

  func tag(of set: SetAccumulator) throws -> Digest32 { try sealer.tag(of: set, name: "live") }

  // MARK: Reading

  /// The environment of a name. One that is being deleted is none.
  func environment(named name: EnvironmentName) throws -> Environment? {
    try holder(of: name).flatMap(present)
  }

  /// The environment that holds a name, though it be one that is being deleted.
  func holder(of name: EnvironmentName) throws -> Environment? {
    if let id = environmentNames[name.folded], let known = environments[id] { return known.value }
    guard let row = try store.environment(named: name.folded) else { return nil }
    let verified = try verify(environment: row)
    // The name column is only an index; the sealed content says whose row it is.
    guard verified.value.name == name else { throw Tampering(row) }
    keep(verified)
    return verified.value
  }

  func environment(id: Int64) throws -> Environment? {
    if let known = environments[id] { return present(known.value) }
    guard let row = try store.environment(id: id) else { return nil }
    let verified = try verify(environment: row)
    keep(verified)
    return present(verified.value)
  }

  private func present(_ environment: Environment) -> Environment? {
    environment.deletion == nil ? environment : nil
  }

  /// Environments in the order of their numbers, which is that of their creation; and after which number the
  /// next page begins, nil where there is none.
  func environments(
    after: Int64, limit: Int
  ) throws -> (environments: [Environment], next: Int64?) {
    let page = try store.environments(after: after, limit: limit).map { row in
      // What was verified lately need not be decoded again.
      if case .environment(let id) = row.key, let known = environments[id],
        known.value.revision == row.revision
      {
        return known.value
      }
      let verified = try verify(environment: row)
      keep(verified)
      return verified.value
    }
    return (page.filter { $0.deletion == nil }, page.count == limit ? page.last?.id : nil)
  }

  func secret(_ environment: Int64, _ name: SecretName) throws -> Secret? {
    let key = SecretKey(environment: environment, name: name)
    if let known = secrets[key] { return known.value }
    guard let row = try store.secret(environment: environment, name: name.text) else { return nil }
    return try keep(verify(secret: row))
  }

  private func keep(_ verified: Verified<Secret>) -> Secret {
    if secrets.count >= Self.mostCached { secrets.removeAll() }
    secrets[SecretKey(environment: verified.value.environment, name: verified.value.name)] =
      verified
    return verified.value
  }

  /// How many environments there are.
  func environmentCount() throws -> Int { try store.environmentCount() }

  func secrets(_ environment: Int64, after: SecretName?, limit: Int) throws -> [Secret] {
    try store.secrets(environment: environment, after: after?.text ?? "", limit: limit).map {
      try keep(verify(secret: $0))
    }
  }

  func variable(_ environment: Int64, _ name: SecretName) throws -> Variable? {
    try store.row(.variable(environment: environment, name: name.text)).map {
      try verify(variable: $0).value
    }
  }

  func variables(_ environment: Int64, after: SecretName?, limit: Int) throws -> [Variable] {
    try store.variables(environment: environment, after: after?.text ?? "", limit: limit).map {
      try verify(variable: $0).value
    }
  }

  func request(_ id: Int64) throws -> AccessRequest? {
    if let known = requests[id] { return known.value }
    return try store.request(id: id).map { try admit($0) }
  }

  /// Requests, newest first, and the bytes of their rows.
  func requests(
    before id: Int64, environment: Int64?, limit: Int
  ) throws -> [(request: AccessRequest, bytes: Int)] {
    try store.requests(before: id, environment: environment, limit: limit).map { row in
      if case .request(let id) = row.key, let known = requests[id],
        known.value.revision == row.revision
      {
        return (known.value, row.content.count)
      }
      return (try admit(row), row.content.count)
    }
  }

  private func admit(_ row: SealedRow) throws -> AccessRequest {
    let verified = try verify(request: row)
    let isLive = verified.value.state.isLive
    guard liveRevisions[verified.value.id] == (isLive ? verified.value.revision : nil) else {
      throw Tampering(row)
    }
    // Those that have ended are as many as the vault is old.
    if isLive { keep(verified) }
    return verified.value
  }
}
