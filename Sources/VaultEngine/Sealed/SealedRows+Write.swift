import VaultCore
import VaultCrypto
import VaultStore

/// From a value to its sealed row, and to its place in the set; and out of both again.
extension SealedRows {
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
    if !secret.isLive { forgetVersions(of: key) }
  }

  /// Writes a new version; a version's number is never used again, so there is none to replace.
  func put(_ version: SecretVersion, record: [UInt8]) throws {
    try write(version, replacing: nil, record: .set(record))
  }

  /// Writes a version that exists in its new state; a destroyed one loses its ciphertext.
  func update(_ version: SecretVersion) throws {
    let key = VersionKey(version)
    let old = try leafOf(versions[key]) {
      try store.version(
        environment: version.environment, name: version.name.text, version: version.version
      ).map { try verify(version: $0).1 }
    }
    try write(version, replacing: old, record: version.state == .destroyed ? .destroy : .keep)
    forget(key)
  }

  private func write(
    _ version: SecretVersion, replacing old: Digest32?, record: RecordChange
  ) throws {
    _ = try write(
      replacing: old, live: true,
      .version(
        environment: version.environment, name: version.name.text, version: version.version),
      .fingerprint(version.fingerprint), revision: version.revision,
      content: version.canonicalBytes, record: record
    ) { content, seal in
      .version(
        environment: version.environment, name: version.name.text, version: version.version,
        fingerprint: version.fingerprint, revision: version.revision, content: content, seal: seal)
    }
  }

  func put(_ variable: Variable) throws {
    let key = RowKey.variable(environment: variable.environment, name: variable.name.text)
    let old = try store.row(key).map { try verify(variable: $0).leaf }
    _ = try write(
      replacing: old, live: true, key, .key, revision: variable.revision,
      content: variable.canonicalBytes
    ) { content, seal in
      .variable(
        environment: variable.environment, name: variable.name.text, revision: variable.revision,
        content: content, seal: seal)
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
    setRevision(live ? request.revision : nil, of: request.id)
    keep(Verified(request, leaf))
  }

  func put(_ head: Head) throws {
    let content = head.canonicalBytes
    let sealed = try sealer.seal(
      table: "head", key: [], revision: head.sequence, content: content)
    try store.put(HeadRow(content: content, seal: sealed.seal.bytes))
  }

  // MARK: Deleting

  /// - Returns: the bytes of its ciphertext.
  @discardableResult
  func delete(_ version: SecretVersion) throws -> Int {
    let length = try store.recordLength(
      environment: version.environment, name: version.name.text, version: version.version)
    let key = RowKey.version(
      environment: version.environment, name: version.name.text, version: version.version)
    try delete(key) { try verify(version: $0).1 }
    forget(VersionKey(version))
    return length
  }

  func delete(_ variable: Variable) throws {
    try delete(.variable(environment: variable.environment, name: variable.name.text)) {
      try verify(variable: $0).leaf
    }
  }

  func delete(_ secret: Secret) throws {
    try delete(.secret(environment: secret.environment, name: secret.name.text)) {
      try verify(secret: $0).leaf
    }
    secrets[SecretKey(environment: secret.environment, name: secret.name)] = nil
  }

  func delete(_ environment: Environment) throws {
    try delete(.environment(environment.id)) { try verify(environment: $0).leaf }
    environments[environment.id] = nil
    environmentNames[environment.name.folded] = nil
  }

  /// Takes a row out of the database and out of the set. It is read again for its leaf: deleting is rare.
  private func delete(_ key: RowKey, _ leaf: (SealedRow) throws -> Digest32) throws {
    guard let row = try store.row(key) else { return }
    let leaf = try leaf(row)
    isDirty = true
    writes += 1
    try store.delete(key)
    accumulator.subtract(leaf)
  }

  private func forgetVersions(of secret: SecretKey) {
    let known = versions.keys.filter {
      $0.environment == secret.environment && $0.name == secret.name
    }
    for key in known { forget(key) }
  }

  /// Drops versions that their secret's row has just removed.
  func forget(_ numbers: [Int64], of secret: SecretKey) {
    for number in numbers {
      forget(
        VersionKey(environment: secret.environment, name: secret.name, version: number))
    }
  }

  private func forget(_ key: VersionKey) {
    versionStates[key] = nil
    if let known = versions.removeValue(forKey: key) {
      cachedRecordBytes -= known.value.record.count
    }
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

  func keep(_ verified: Verified<Environment>) {
    if environments.count >= Self.mostCached {
      environments.removeAll()
      environmentNames.removeAll()
    }
    environments[verified.value.id] = verified
    environmentNames[verified.value.name.folded] = verified.value.id
  }

  func keep(_ verified: Verified<AccessRequest>) {
    let bytes = verified.value.claimedBytes
    // One that is kept anew counts twice: what is full is dropped all the sooner.
    cachedRequestBytes += bytes
    if requests.count >= Self.mostCached || cachedRequestBytes > Self.mostCachedRequestBytes {
      requests.removeAll()
      cachedRequestBytes = bytes
    }
    requests[verified.value.id] = verified
  }
}

extension AccessRequest {
  /// What people have written into it, in bytes.
  fileprivate var claimedBytes: Int {
    let texts = [
      context.reason, context.ref, context.commit, context.runURL, context.delivery, context.key,
    ]
    return texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
      + context.command.reduce(0) { $0 + $1.utf8.count + 16 }
      + reviews.reduce(0) { $0 + $1.comment.utf8.count }
  }
}
