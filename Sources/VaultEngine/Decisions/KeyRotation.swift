import VaultCalls
import VaultCore
import VaultCrypto
import VaultStore

/// A new key for an environment. One small commit makes it: from then on it seals. The records under the older ones are
/// sealed anew in slices, ciphertext to ciphertext, and can be read all the while; then the older keys are deleted.
extension VaultEngine {
  func rotateKey(
    _ caller: Caller, for permission: Permission, _ target: KeyRotate.Target, at now: Moment
  ) throws -> Pending {
    switch target {
    case .environment(let name): try rotateKey(caller, for: permission, name, at: now)
    case .root: try rotateRoot(caller, for: permission, at: now)
    }
  }

  private func rotateKey(
    _ caller: Caller, for permission: Permission, _ name: EnvironmentName, at now: Moment
  ) throws -> Pending {
    var environment = try environment(name, caller, for: permission)
    let wrappers = try wrappersOfNewKeys()
    guard let generations = environment.keys.rotated(at: now.wall) else {
      throw Refusal.rootKeyUnfit(
        "the environment has had as many keys as can be counted; make a new environment")
    }
    environment.keys = generations
    try rows.put(environment)
    try keys.create(environment, under: wrappers)
    trail.append(
      AuditRecord(
        at: now, event: .keyRotated, subject: caller.subject, account: caller.name,
        environment: environment.name.text,
        details: [.init("generation", "\(generations.current)")]))
    backlog.enter(rekey: environment.id)
    let (text, generation) = (environment.name.text, Int64(generations.current))
    return .erasure(of: .rekey(environment.id)) {
      .keyRotated(KeyRotatedView(environment: text, generation: generation, isComplete: $0))
    }
  }

  /// Seals next records of an environment anew; false where there is none.
  func writeRekey(at now: Moment) throws -> Bool {
    guard let rekey = backlog.rekeys.first else { return false }
    do {
      if let environment = try rows.environment(id: rekey.environment),
        environment.keys.isRotating
      {
        if try resealNext(rekey, of: environment) { return true }
        try retireKeys(of: environment, at: now)
      }
      backlog.finish(.rekey(rekey.environment))
    } catch let tampering as Tampering {
      // What does not open keeps the older keys.
      report(tampering, at: now)
      backlog.give(up: .rekey(rekey.environment))
    }
    backlog.rekeys.removeFirst()
    return true
  }

  /// Whether records may be left, or the commit has no more room.
  private func resealNext(_ rekey: Backlog.Rekey, of environment: Environment) throws -> Bool {
    var place = rekey
    while budget > 0 {
      guard let secret = place.secret else {
        guard
          let next = try rows.secrets(environment.id, after: place.after, limit: 1).first
        else { return false }
        place.secret = next.name
        place.version = 0
        budget -= 1
        backlog.rekeys[0] = place
        continue
      }
      let page = try rows.allVersions(environment.id, secret, after: place.version, limit: budget)
      for version in page {
        if budget <= 0 { return true }
        budget -= 1 + (try reseal(version, of: environment)) >> 13
        place.version = version.version
        backlog.rekeys[0] = place
      }
      if page.isEmpty {
        place.after = secret
        place.secret = nil
        place.done += 1
        backlog.rekeys[0] = place
      }
    }
    return true
  }

  /// - Returns: the bytes that were sealed anew.
  private func reseal(_ version: SecretVersion, of environment: Environment) throws -> Int {
    guard version.state != .destroyed else { return 0 }
    let old = try rows.record(of: version)
    if Envelope.generation(of: old) == environment.keys.current { return 0 }
    let context = RecordContext(
      vault: vault, environment: environment.id, name: version.name.text, version: version.version)
    let record = try keys.reseal(old, from: context, to: context, of: environment)
    var next = version
    next.revision += 1
    next.recordDigest = try sha256(record).bytes
    keys.forget(old)
    try rows.replace(next, record: record)
    return record.count
  }

  private func retireKeys(of environment: Environment, at now: Moment) throws {
    var next = environment
    next.keys = environment.keys.settled
    try rows.put(next)
    try keys.deleteOld(environment)
    budget -= 1
    trail.append(
      AuditRecord(
        at: now, event: .keyRetired, environment: environment.name.text,
        details: [.init("generation", "\(environment.keys.current)")]))
  }
}
