import SecretMemory
import VaultCore
import VaultCrypto

extension VaultEngine {
  func setSecret(
    _ caller: Caller, environment name: EnvironmentName, secret: SecretName, value: SecretBuffer,
    cas: Int64?, at now: Moment
  ) throws -> Pending {
    guard let environment = try rows.environment(named: name) else {
      throw Refusal.environmentUnknown(name.text)
    }
    if try !isAdmin(caller) {
      if try roles(of: caller, in: environment).isEmpty {
        throw Refusal.environmentUnknown(name.text)
      }
      throw Refusal.accessDenied("only an admin may set a secret of \(environment.name.text)")
    }
    if value.count > configuration.valueBytes {
      throw Refusal.valueTooLarge(limit: configuration.valueBytes)
    }
    let existing = try rows.secret(environment.id, secret)
    if let cas, cas != existing?.current ?? 0 {
      throw Refusal.casMismatch(current: existing?.current ?? 0)
    }
    if existing == nil {
      guard try rows.secretCount(environment.id) < VaultLimits.secretsPerEnvironment else {
        throw Refusal.secretLimit
      }
    }
    let number = (existing?.current ?? 0) + 1
    let record = try keys.seal(
      value,
      in: RecordContext(
        vault: vault, environment: environment.id, name: secret.text, version: number))
    try rows.put(
      SecretVersion(
        environment: environment.id, name: secret, version: number, revision: 1, state: .enabled,
        recordDigest: try sha256(record).bytes, fingerprint: try keys.fingerprint(value),
        created: now.wall, creator: caller.uid), record: record)
    try rows.put(
      Secret(
        environment: environment.id, name: secret, revision: (existing?.revision ?? 0) + 1,
        current: number, updated: now.wall, updater: caller.uid))
    trail.append(
      AuditRecord(
        time: now.wall, event: .secretSet, uid: caller.uid, account: caller.name,
        environment: environment.name.text,
        secrets: [PinnedSecret(name: secret, version: number)]))
    return .ready(
      .secretSet(environment: environment.name.text, name: secret, version: number))
  }

  func listSecrets(
    _ caller: Caller, environment name: EnvironmentName, after: SecretName?, limit: Int
  ) throws -> Pending {
    let (environment, _) = try visibleEnvironment(name, caller)
    let page = try rows.secrets(environment.id, after: after, limit: limit)
    return .ready(.secrets(page, next: page.count == limit ? page.last?.name : nil))
  }
}
