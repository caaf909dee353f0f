import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto
import VaultStore

/// The life of versions after they were set.
extension VaultEngine {
  /// The readers of one version that a list names.
  static let mostReaders = 50
  /// The revoked grants that an answer names; all are on the record.
  private static let mostRevokedNamed = 1_000
  /// The readers of all leaked versions together that an answer names.
  static let mostReadersOfAll = 200

  func listVersions(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, after: Int64, limit: Int
  ) throws -> Pending {
    let (environment, roles) = try visibleEnvironment(name, caller, for: permission)
    let present = try presentSecret(secret, in: environment)
    // Whoever only asks need not know who else did.
    let isTold = !roles.isDisjoint(with: [.reviewer, .writer, .auditor, .admin])
    let page = try rows.versions(
      environment.id, secret, after: after, limit: min(limit, Self.mostVersions))
    let answers = try page.map { version in
      let readers = isTold ? try self.readers(of: version, limit: Self.mostReaders) : []
      let all =
        readers.count < Self.mostReaders
        ? readers.count
        : try store.readerCount(
          environment: environment.id, name: secret.text, version: version.version)
      return SecretVersionView(
        version: version, isCurrent: version.version == present.current,
        pinned: live.pins(
          environment.id, PinnedSecret(name: secret, version: version.version)),
        readers: readers, moreReaders: all - readers.count)
    }
    let isFull = page.count == min(limit, Self.mostVersions)
    return .ready(.versions(answers, next: isFull ? page.last?.version : nil))
  }

  /// The versions that one list looks at, since each brings its readers.
  private static let mostVersions = 50

  func presentSecret(
    _ name: SecretName, in environment: Environment
  ) throws -> Secret {
    guard let secret = try rows.secret(environment.id, name), secret.isLive else {
      throw Refusal.secretUnknown(environment: environment.name.text, name: name.text)
    }
    return secret
  }

  private func presentVersion(
    _ number: Int64, of name: SecretName, in environment: Environment
  ) throws -> SealedRows.StoredVersion {
    _ = try presentSecret(name, in: environment)
    guard let stored = try rows.version(environment.id, name, number) else {
      throw Refusal.versionUnknown(name: name.text, version: number)
    }
    return stored
  }

  func changeVersion(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, version number: Int64,
    to state: SecretVersion.State, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    let stored = try presentVersion(number, of: secret, in: environment)
    var version = stored.version
    if version.state == .destroyed && state != .destroyed {
      throw Refusal.versionState(name: secret.text, version: number, .destroyed)
    }
    if version.state != state {
      try set(state, of: stored)
      imports.touch(SealedRows.SecretKey(environment: environment.id, name: secret))
      version.state = state
      trail.append(
        AuditRecord(
          at: now, event: Self.event(state), subject: caller.subject, account: caller.name,
          environment: environment.name.text,
          secrets: [PinnedSecret(name: secret, version: number)]))
      if state == .destroyed {
        try decide(
          live.waiting(in: environment.id, for: secret, version: number), .unusable, by: caller,
          at: now)
      }
    }
    let text = environment.name.text
    guard state == .destroyed else {
      return .ready(
        .versionChanged(SecretChangedView(environment: text, version: version, isErased: nil)))
    }
    if stored.version.state == .destroyed && !lasting.owesErasure {
      return .ready(
        .versionChanged(SecretChangedView(environment: text, version: version, isErased: true)))
    }
    return .erasure {
      .versionChanged(SecretChangedView(environment: text, version: version, isErased: $0))
    }
  }

  private static func event(_ state: SecretVersion.State) -> AuditEvent {
    switch state {
    case .enabled: .secretEnabled
    case .disabled: .secretDisabled
    case .destroyed: .secretDestroyed
    }
  }

  private func set(_ state: SecretVersion.State, of stored: SealedRows.StoredVersion) throws {
    if state != .enabled { keys.forget(stored.record) }
    var next = stored.version
    next.revision += 1
    next.state = state
    if state == .destroyed {
      next.recordDigest = []
      next.fingerprint = []
    }
    try rows.update(next)
  }

  func rollbackSecret(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, to number: Int64,
    cas: Int64?, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    let stored = try presentVersion(number, of: secret, in: environment)
    guard stored.version.state == .enabled else {
      throw Refusal.versionState(name: secret.text, version: number, stored.version.state)
    }
    let place = try placeForNewVersion(of: secret, in: environment, cas: cas, by: caller)
    let record = try keys.reseal(
      stored.record,
      from: RecordContext(
        vault: vault, environment: environment.id, name: secret.text, version: number),
      to: place.context(vault), of: environment)
    let pruned = try add(
      place, record, stored.version.fingerprint, .secretRolledBack, [.init("to", "\(number)")],
      by: caller, at: now)
    return .ready(
      .secretSet(
        SecretSetView(
          environment: environment.name.text, name: secret, version: place.version,
          pruned: pruned.versions)))
  }

  /// The older versions have leaked: they cannot be read any more, the grants that hold one end, and
  /// whoever has read one is named.
  func revokeVersions(
    before place: NewVersion, by caller: Caller, at now: Moment
  ) throws -> SecretSetView.Revocation {
    let environment = place.environment.id
    var disabled: [Int64] = []
    var readers: [ReaderView] = []
    for version in try rows.versions(environment, place.name, limit: Self.mostScanned)
    where version.version < place.version {
      let room = min(Self.mostReaders, Self.mostReadersOfAll - readers.count)
      readers += try self.readers(of: version, limit: room)
      guard version.state == .enabled,
        let stored = try rows.version(environment, place.name, version.version)
      else { continue }
      try set(.disabled, of: stored)
      disabled.append(version.version)
    }
    var revoked: [Int64] = []
    for id in live.grants(in: environment, of: place.name) {
      guard let secrets = live[id]?.secrets,
        secrets.contains(where: { $0.name == place.name && $0.version < place.version })
      else { continue }
      revoked.append(id)
    }
    try decide(revoked, .revoked, by: caller, at: now)
    return SecretSetView.Revocation(
      disabled: disabled, revoked: Array(revoked.prefix(Self.mostRevokedNamed)), readers: readers)
  }

  private func readers(of version: SecretVersion, limit: Int) throws -> [ReaderView] {
    try store.readers(
      environment: version.environment, name: version.name.text, version: version.version,
      limit: limit
    ).map {
      let who = AccountView($0.subject, account: $0.account)
      return ReaderView(
        version: version.version, uid: who.uid, account: who.account, first: $0.first,
        last: $0.last, count: $0.count)
    }
  }
}
