import SecretMemory
import VaultCore
import VaultCrypto

/// `one-door`: the only way of a value out of the vault begins in `release` and ends in `open`, which the
/// commit calls after COMMIT returned. Whoever calls `release` has evaluated the whole gate at this
/// moment: ``AccessRequest/mayBeRead(in:people:at:)``, or that the environment is unprotected.
extension VaultEngine {
  func getSecret(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, request: Int64?,
    ticket: SecretBuffer?, at now: Moment
  ) throws -> Pending {
    // Whoever reads by a request must still be one who may ask.
    let environment = try requesterEnvironment(
      name, caller, for: request == nil ? permission : .ask)
    if let request {
      let held = try readableRequest(
        request, ticket, caller, for: permission, in: environment, at: now)
      guard let pinned = held.secrets.first(where: { $0.name == secret }) else {
        throw Refusal.secretUnknown(environment: name.text, name: secret.text)
      }
      return try release(
        [pinned], of: environment, to: caller, request: held, next: nil, isPage: false, at: now)
    }
    return try readDirectly(secret, of: environment, to: caller, at: now)
  }

  /// A unit's credential. The unit is its requester: the configuration, which is root's, says so, and no gate names a
  /// unit. Where the gate asks for more than that, by a standing approval.
  func loadCredential(
    _ caller: Caller, _ credential: UnitCredential, _ source: CredentialSource?, at now: Moment
  ) throws -> Pending {
    guard caller.subject == .unit(credential.unit), let source,
      configuration.credentials[credential] == source
    else {
      throw Refusal.accessDenied(
        "the configuration has no credential \(credential.id) for \(credential.unit.text)")
    }
    guard let environment = try rows.environment(named: source.environment) else {
      throw Refusal.environmentUnknown(source.environment.text)
    }
    let details = [AuditRecord.Detail("credential", credential.id)]
    if environment.gate.allowsDirectReads {
      return try readDirectly(source.secret, of: environment, to: caller, details, at: now)
    }
    let held = try standing(credential, for: source.secret, in: environment, at: now)
    let current = try currentVersion(of: source.secret, in: environment)
    return try release(
      [current], of: environment, to: caller, request: held, next: nil, isPage: false, details,
      at: now)
  }

  /// The current value of a secret, without a request.
  private func readDirectly(
    _ secret: SecretName, of environment: Environment, to caller: Caller,
    _ details: [AuditRecord.Detail] = [], at now: Moment
  ) throws -> Pending {
    guard environment.gate.allowsDirectReads else {
      throw Refusal.gateRequired(environment.name.text)
    }
    let current = try currentVersion(of: secret, in: environment)
    try requireShare(of: caller.subject, at: now)
    let pending = try release(
      [current], of: environment, to: caller, request: nil, next: nil, isPage: false, details,
      at: now)
    draft.work.directReads[caller.subject, default: 0] += 1
    return pending
  }

  func readGrant(
    _ caller: Caller, for permission: Permission, request id: Int64, ticket: SecretBuffer?,
    after: SecretName?, at now: Moment
  ) throws -> Pending {
    let known = try heldRequest(id, ticket, caller, for: permission)
    // Whoever may no longer ask may no longer read either.
    let environment = try requesterEnvironment(
      requestEnvironment(known).name, caller, for: .ask)
    let held = try readableRequest(
      id, ticket, caller, for: permission, in: environment, at: now)
    var page: [PinnedSecret] = []
    var room = configuration.pageBytes
    var next: SecretName?
    for secret in held.secrets where after.map({ $0 < secret.name }) ?? true {
      let size = try encodedBound(environment.id, secret)
      if !page.isEmpty && size > room {
        next = page.last?.name
        break
      }
      room -= size
      page.append(secret)
    }
    if page.isEmpty { throw Refusal.secretsNone(environment: environment.name.text) }
    // A page needs no record of its own only where it follows, on the same connection, the page that a
    // record of the whole set let go; any other read is a release of its own.
    let before = live[id]?.paging.flatMap {
      $0.connection == caller.connection && $0.after == after ? $0 : nil
    }
    let pending = try release(
      page, of: environment, to: caller, request: held, next: next, isPage: true,
      record: before?.record, at: now)
    let record = before?.record ?? trail.sequence
    live.page(
      id,
      next.map {
        LiveRequests.Paging(connection: caller.connection, after: $0, record: record)
      })
    return pending
  }

  /// Who holds a grant: the connection that activated it, or whoever shows its ticket under the same uid
  /// (`asker-alone`); and the whole gate, now.
  private func readableRequest(
    _ id: Int64, _ ticket: SecretBuffer?, _ caller: Caller, for permission: Permission,
    in environment: Environment, at now: Moment
  ) throws -> AccessRequest {
    let request = try heldRequest(id, ticket, caller, for: permission)
    guard request.environment == environment.id else { throw Refusal.requestUnknown(id) }
    try request.mustBeOfJob()
    try refuseBackwardClock(now)
    // What a job left behind keeps the environment taken; it reads nothing.
    if live[id]?.isUnattended == true { throw Refusal.requestState(id: id, "unattended") }
    try request.mayBeRead(in: environment, people: configuration.people, at: now)
    return request
  }

  /// - Parameter record: the audit record that has named the whole set already; nil makes one.
  private func release(
    _ pinned: [PinnedSecret], of environment: Environment, to caller: Caller,
    request: AccessRequest?, next: SecretName?, isPage: Bool, record: Int64? = nil,
    _ details: [AuditRecord.Detail] = [], at now: Moment
  ) throws -> Pending {
    var items: [PendingRelease.Item] = []
    items.reserveCapacity(pinned.count)
    for secret in pinned {
      guard
        let stored = try rows.version(environment.id, secret.name, secret.version),
        stored.version.state == .enabled
      else {
        throw Refusal.versionUnavailable(name: secret.name.text, version: secret.version)
      }
      guard let length = Envelope.plaintextCount(of: stored.record) else {
        throw Refusal.storageTampered
      }
      let room: SecretReservation
      do { room = try SecretReservation(capacity: length) } catch { throw Refusal.memoryExhausted }
      items.append(
        PendingRelease.Item(
          name: secret.name, version: secret.version, record: stored.record,
          context: RecordContext(
            vault: vault, environment: environment.id, name: secret.name.text,
            version: secret.version),
          key: try keys.entry(of: environment, opening: stored.record), room: room))
    }
    if record == nil {
      let released = isPage ? request?.secrets ?? pinned : pinned
      let counted = try request?.read(
        released.map(\.name), limit: environment.gate.maxReads, at: now)
      trail.append(
        AuditRecord(
          at: now, event: .secretReleased, subject: caller.subject, account: caller.name,
          environment: environment.name.text, request: request?.id,
          secrets: released, details: details))
      if let counted {
        try rows.put(counted)
        live.update(counted)
        draft.work.changed.insert(counted.id)
      }
      draft.work.readCounts.add(released, of: environment.id, by: caller)
    }
    return .release(
      PendingRelease(
        environment: environment.name, items: items, auditSequence: record ?? trail.sequence,
        next: next, isPage: isPage))
  }

  /// Opens what a durable record has let go. Called after COMMIT returned, and from nowhere else.
  func open(_ pending: PendingRelease) -> CommandReply {
    var items: [DurableRelease.Item] = []
    items.reserveCapacity(pending.items.count)
    for item in pending.items {
      do {
        let value = try keys.open(item)
        items.append(DurableRelease.Item(name: item.name, version: item.version, value: value))
      } catch is SecretMemoryError {
        return .refused(.memoryExhausted)
      } catch {
        lasting.failedReleases.append(pending)
        return .refused(.storageTampered)
      }
    }
    let release = DurableRelease(
      environment: pending.environment, items: items, auditSequence: pending.auditSequence)
    return pending.isPage ? .grantPage(release, next: pending.next) : .secret(release)
  }

  /// An upper bound of a value's bytes in a reply: as base64, with its name and punctuation.
  private func encodedBound(_ environment: Int64, _ secret: PinnedSecret) throws -> Int {
    guard let stored = try rows.version(environment, secret.name, secret.version),
      let count = Envelope.plaintextCount(of: stored.record)
    else {
      throw Refusal.versionUnavailable(name: secret.name.text, version: secret.version)
    }
    return (count + 2) / 3 * 4 + secret.name.text.utf8.count + 80
  }
}
