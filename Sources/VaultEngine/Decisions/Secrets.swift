import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  func setSecret(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, value: SecretBuffer,
    cas: Int64?, revokePrevious: Bool, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    if value.count > configuration.valueBytes {
      throw Refusal.valueTooLarge(limit: configuration.valueBytes)
    }
    let place = try placeForNewVersion(of: secret, in: environment, cas: cas, by: caller)
    let fingerprint = try keys.fingerprint(value)
    let alike = try places(alike: fingerprint, outside: environment, for: caller)
    let record = try keys.seal(value, in: place.context(vault), of: environment)
    let pruned = try add(
      place, record, fingerprint, .secretSet, alike.recorded, by: caller, at: now
    ) {
      revokePrevious ? try revokeVersions(before: place, by: caller, at: now) : nil
    }
    return .ready(
      .secretSet(
        SecretSetView(
          environment: environment.name.text, name: secret, version: place.version,
          sameValue: alike.told, pruned: pruned.versions, revocation: pruned.revocation)))
  }

  /// Where a new version goes.
  struct NewVersion {
    let environment: Environment
    let name: SecretName
    let existing: Secret?
    let version: Int64
    /// Who makes the name with it; nil where there is such a secret already.
    let maker: NameMaker?

    func context(_ vault: VaultID) -> RecordContext {
      RecordContext(
        vault: vault, environment: environment.id, name: name.text, version: version)
    }
  }

  /// Judges everything about a new version but its value.
  func placeForNewVersion(
    of name: SecretName, in environment: Environment, cas: Int64?, by caller: Caller
  ) throws -> NewVersion {
    let existing = try rows.secret(environment.id, name)
    let current = existing.map { $0.life == .set ? $0.current : 0 } ?? 0
    if let cas, cas != current { throw Refusal.casMismatch(current: current) }
    let new = try judge([name], as: .secret, in: environment, by: caller)
    if !new.isEmpty { _ = try roomForSecrets(new, in: environment) }
    return NewVersion(
      environment: environment, name: name, existing: existing,
      version: (existing?.current ?? 0) + 1,
      maker: environment.names[name] == nil ? try maker(caller, in: environment) : nil)
  }

  /// Writes a new version, then does what `beside` does, then drops the versions that are too old.
  func add(
    _ place: NewVersion, _ record: [UInt8], _ fingerprint: [UInt8], _ event: AuditEvent,
    _ details: [AuditRecord.Detail], by caller: Caller, at now: Moment,
    beside: () throws -> SecretSetView.Revocation? = { nil }
  ) throws -> (versions: [Int64], revocation: SecretSetView.Revocation?) {
    let environment = place.environment
    try clearStaged(place.name, in: environment.id)
    try rows.put(
      SecretVersion(
        environment: environment.id, name: place.name, version: place.version, revision: 1,
        state: .enabled, recordDigest: try sha256(record).bytes, fingerprint: fingerprint,
        created: now.wall, creator: caller.uid), record: record)
    try rows.put(
      Secret(
        environment: environment.id, name: place.name,
        revision: (place.existing?.revision ?? 0) + 1, current: place.version,
        removed: place.existing?.removed ?? 0, updated: now.wall, updater: caller.uid))
    if let maker = place.maker {
      try rows.put(environment.naming(place.name, by: maker, first: place.version))
    }
    let revocation = try beside()
    let pruned = try prune(place.name, in: environment.id, below: place.version)
    recordSet(
      event, PinnedSecret(name: place.name, version: place.version), details, pruned: pruned,
      revocation, in: environment, by: caller, at: now)
    return (pruned, revocation)
  }

  /// The record of a new version.
  func recordSet(
    _ event: AuditEvent, _ secret: PinnedSecret, _ details: [AuditRecord.Detail], pruned: [Int64],
    _ revocation: SecretSetView.Revocation? = nil, in environment: Environment,
    by caller: Caller, at now: Moment
  ) {
    var details = details
    if !pruned.isEmpty {
      details.append(.init("pruned", pruned.map { "\($0)" }.joined(separator: ",")))
    }
    if let revocation {
      details.append(.init("disabled", "\(revocation.disabled.count)"))
      details.append(.init("revoked", "\(revocation.revoked.count)"))
    }
    trail.append(
      AuditRecord(
        at: now, event: event, subject: caller.subject, account: caller.name,
        environment: environment.name.text, secrets: [secret], details: details))
  }

  /// The versions that one new version drops.
  static let mostPruned = 16

  /// Drops versions beyond the newest, except those that a live request is pinned to; where they are many, the
  /// rest goes with the next versions.
  private func prune(
    _ name: SecretName, in environment: Int64, below newest: Int64
  ) throws -> [Int64] {
    let bound = newest - Int64(VaultLimits.versionsPerSecret)
    if bound < 1 { return [] }
    var pruned: [Int64] = []
    for version in try rows.versions(environment, name, limit: Self.mostScanned) {
      if version.version > bound { break }
      let pinned = PinnedSecret(name: name, version: version.version)
      if live.pins(environment, pinned) > 0 { continue }
      if pruned.count == Self.mostPruned { break }
      try delete(version)
      pruned.append(version.version)
    }
    return pruned
  }

  /// Takes a version's row and its derived key away.
  func delete(_ version: SecretVersion) throws {
    if let stored = try rows.version(version.environment, version.name, version.version) {
      keys.forget(stored.record)
    }
    try rows.delete(version)
  }

  /// Where a value stands in other environments: what the record says, and what the writer is told. Only
  /// who may set the other secret too is told, else a writer could try out what another environment holds.
  func places(
    alike fingerprint: [UInt8], outside environment: Environment, for caller: Caller
  ) throws -> AlikePlaces {
    var told: [String] = []
    var all: [String] = []
    for version in try rows.versions(fingerprint: fingerprint, outside: environment.id)
    where version.state != .destroyed {
      guard let other = try rows.environment(id: version.environment) else { continue }
      let text = "\(other.name.text)/\(version.name.text)"
      if all.contains(text) { continue }
      all.append(text)
      do {
        if try !roles(of: caller, in: other).isDisjoint(with: Permission.write.roles) {
          told.append(text)
        }
      } catch Refusal.accountUnavailable { continue }
    }
    return AlikePlaces(
      told: told, recorded: all.isEmpty ? [] : [.init("same_value", all.joined(separator: ","))])
  }

  func listSecrets(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    after: SecretName?, limit: Int
  ) throws -> Pending {
    let (environment, _) = try visibleEnvironment(name, caller, for: permission)
    var answers: [SecretView] = []
    var last: SecretName?
    for secret in try rows.secrets(
      environment.id, after: after, limit: VaultLimits.secretNamesPerEnvironment)
    where secret.isLive {
      if answers.count == limit {
        return .ready(.secrets(answers, next: last))
      }
      last = secret.name
      answers.append(
        SecretView(
          environment: environment.name.text, secret: secret,
          state: secret.life == .empty
            ? nil : try rows.state(environment.id, secret.name, secret.current) ?? .destroyed,
          reservation: environment.gate.allowedNames.contains(secret.name)
            ? nil : ReservedNames.reservation(of: secret.name.text),
          rotationPeriod: environment.gate.rotationPeriod))
    }
    return .ready(.secrets(answers, next: nil))
  }
}

/// Where else a value stands.
struct AlikePlaces {
  /// What the writer is told.
  let told: [String]
  /// What the record says.
  let recorded: [AuditRecord.Detail]
}
