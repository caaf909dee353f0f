import VaultCore
import VaultCrypto
import VaultStore

/// The deciding rows, so sealed that none can be edited, moved, added, deleted or set back unnoticed
/// (`gate-is-sealed`).
///
/// A ``SealedTable`` does what is the same for each table. Here is what is particular to one: the names of
/// environments, the ciphertexts of versions, and which requests are live.
final class SealedRows {
  let store: Store
  let seals: Seals
  let environments: SealedTable<Environment>
  /// The numbers of environments by their folded names.
  var environmentNames: [String: Int64] = [:]
  let secrets: SealedTable<Secret>
  let variables: SealedTable<Variable>
  let versions: SealedTable<SecretVersion>
  /// Versions with their ciphertexts.
  var storedVersions = VerifiedCache<VersionKey, StoredVersion>(
    CacheBudget(entries: 4_096, bytes: 16 << 20)
  ) { $0.record.count }
  /// What may be done with versions, for those who need no ciphertext.
  var versionStates: [VersionKey: SecretVersion.State] = [:]
  let requests: SealedTable<AccessRequest>

  init(store: Store, sealer: consuming RowSealer) {
    self.store = store
    seals = Seals(store: store, sealer: sealer)
    environments = SealedTable(seals)
    secrets = SealedTable(seals)
    variables = SealedTable(seals)
    versions = SealedTable(seals)
    requests = SealedTable(seals)
    requests.admits = { [seals] request in
      seals.set.revisions[request.id] == (request.state.isLive ? request.revision : nil)
    }
  }

  // MARK: Life of a batch

  /// What of the batch's memory (``Draft``) stands here; all else is a cache.
  var set: LiveSet {
    _read { yield seals.set }
    _modify { yield &seals.set }
  }

  /// Drops what was verified.
  func forget() {
    environments.forget()
    environmentNames.removeAll()
    secrets.forget()
    variables.forget()
    versions.forget()
    storedVersions.removeAll()
    versionStates.removeAll()
    requests.forget()
  }

  /// Takes over the sum of a full verification.
  func adopt(_ verified: SetAccumulator, liveRequests: [Int64: Int64]) {
    set.adopt(verified, liveRequests)
  }

  /// The keyed tag of the set, for the head.
  func setTag() throws -> Digest32 { try seals.tag(of: set.sum) }

  func put(_ head: Head) throws {
    let content = head.canonicalBytes
    let seal = try seals.seal(head: content, head.sequence)
    try store.put(HeadRow(content: content, seal: seal.bytes))
  }

  // MARK: Environments

  /// The environment of a name. One that is being deleted is none.
  func environment(named name: EnvironmentName) throws -> Environment? {
    try holder(of: name).flatMap(present)
  }

  /// The environment that holds a name, though it be one that is being deleted.
  func holder(of name: EnvironmentName) throws -> Environment? {
    if let id = environmentNames[name.folded], let known = environments.known(id) { return known }
    guard let row = try store.environment(named: name.folded) else { return nil }
    let environment = try environments.value(of: row)
    // The name column is only an index; the sealed content says whose row it is.
    guard environment.name == name else { throw Tampering(row) }
    if environmentNames.count >= Environment.budget.entries { environmentNames.removeAll() }
    environmentNames[name.folded] = environment.id
    return environment
  }

  func environment(id: Int64) throws -> Environment? {
    try environments.value(id).flatMap(present)
  }

  private func present(_ environment: Environment) -> Environment? {
    environment.deletion == nil ? environment : nil
  }

  /// Environments in the order of their numbers, which is that of their creation; and after which number the
  /// next page begins, nil where there is none.
  func environments(
    after: Int64, limit: Int
  ) throws -> (environments: [Environment], next: Int64?) {
    let page = try environments.page(after: [.integer(after)], limit: limit)
    return (page.filter { $0.deletion == nil }, page.count == limit ? page.last?.id : nil)
  }

  /// How many environments there are.
  func environmentCount() throws -> Int { try store.environmentCount() }

  func put(_ environment: Environment) throws { try environments.put(environment) }

  func delete(_ environment: Environment) throws {
    try environments.delete(environment)
    environmentNames[environment.name.folded] = nil
  }

  // MARK: Secrets and variables

  func secret(_ environment: Int64, _ name: SecretName) throws -> Secret? {
    try secrets.value(SecretKey(environment: environment, name: name))
  }

  func secrets(_ environment: Int64, after: SecretName?, limit: Int) throws -> [Secret] {
    try secrets.page(after: [.integer(environment), .text(after?.text ?? "")], limit: limit)
  }

  func put(_ secret: Secret) throws {
    try secrets.put(secret)
    if !secret.isLive { forgetVersions(of: secret.key) }
  }

  func delete(_ secret: Secret) throws { try secrets.delete(secret) }

  func variable(_ environment: Int64, _ name: SecretName) throws -> Variable? {
    try variables.value(SecretKey(environment: environment, name: name))
  }

  func variables(_ environment: Int64, after: SecretName?, limit: Int) throws -> [Variable] {
    try variables.page(after: [.integer(environment), .text(after?.text ?? "")], limit: limit)
  }

  func put(_ variable: Variable) throws { try variables.put(variable) }

  func delete(_ variable: Variable) throws { try variables.delete(variable) }

  // MARK: Requests

  func request(_ id: Int64) throws -> AccessRequest? { try requests.value(id) }

  /// Live requests, oldest first, after the one numbered.
  func liveRequests(after id: Int64, limit: Int) throws -> [AccessRequest] {
    try requests.page(after: [.integer(id)], limit: limit)
  }

  /// Requests, newest first, and the bytes of their rows.
  func requests(
    before id: Int64, environment: Int64?, limit: Int
  ) throws -> [(request: AccessRequest, bytes: Int)] {
    try store.requests(before: id, environment: environment, limit: limit).map { row in
      (try requests.value(of: row), row.content.count)
    }
  }

  func put(_ request: AccessRequest) throws {
    try requests.put(request, isNew: request.revision == 1)
    set.revisions[request.id] = request.state.isLive ? request.revision : nil
  }
}
