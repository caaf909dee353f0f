public import VaultCore
import VaultCrypto

/// What a backup holds, once all of it was verified.
public struct BackupProof: Sendable {
  /// The moment that it is of, in milliseconds since the epoch.
  public let time: Int64
  /// The vault's id, in hexadecimal.
  public let vault: String
  /// How many audit records there are.
  public let records: Int64
  /// The chain's hash after the last of them, in hexadecimal.
  public let head: String
  /// How many secrets there are.
  public fileprivate(set) var secrets = 0
  /// How many versions they have.
  public fileprivate(set) var versions = 0
  /// How many requests there are.
  public fileprivate(set) var requests = 0
  /// How many of them have not ended.
  public let liveRequests: Int
  /// Whether a recovery key opens it.
  public let hasRecoveryKey: Bool
  /// The environments with their gates.
  public fileprivate(set) var environments: [Gated] = []

  /// An environment as it is in the backup.
  public struct Gated: Sendable {
    /// Its name.
    public let name: String
    /// The revision of its gate.
    public let revision: Int64
    /// Whether it is protected.
    public let isProtected: Bool
    /// The gate in words.
    public let gate: [String]
    /// Everybody whom the gate names.
    public let principals: Set<Principal>
  }
}

extension VaultEngine {
  /// Verifies everything that is stored, beyond what a start does: the whole audit chain and its signature, every
  /// request, every key of an environment, and that every version's record opens. No value leaves VaultCrypto.
  func prove(_ header: BackupHeader) throws -> BackupProof {
    let chain = try place.auditReader().verify()
    guard chain.isVerified else { throw Tampering(chain.fault ?? "the audit chain") }
    guard trail.head.sequence == header.sequence, trail.head.hash == header.hash else {
      throw Tampering("the head is not the one that the backup names")
    }
    var proof = BackupProof(
      time: header.time, vault: vault.hex, records: chain.records, head: trail.head.hash.hex,
      liveRequests: live.entries.count, hasRecoveryKey: header.hasRecoveryKey)
    try forEachEnvironment { environment in
      proof.environments.append(
        BackupProof.Gated(
          name: environment.name.text, revision: environment.revision,
          isProtected: !environment.gate.isUnprotected,
          gate: environment.gate.explanation(of: environment.name.text),
          principals: environment.gate.principals))
      try keys.prove(environment)
      try forEachSecret(of: environment) { secret in
        if secret.isLive { proof.secrets += 1 }
        proof.versions += try prove(secret, of: environment)
      }
    }
    var before = Int64.max
    while true {
      let page = try rows.requests(before: before, environment: nil, limit: Self.pageOfProof)
      proof.requests += page.count
      guard page.count == Self.pageOfProof, let last = page.last else { return proof }
      before = last.request.id
    }
  }

  private static let pageOfProof = 500

  /// - Returns: how many versions there are.
  private func prove(_ secret: Secret, of environment: Environment) throws -> Int {
    var count = 0
    var after: Int64 = 0
    while true {
      let page = try rows.versions(
        environment.id, secret.name, after: after, limit: Self.pageOfProof)
      for version in page {
        count += 1
        guard let stored = try rows.version(environment.id, secret.name, version.version),
          version.state != .destroyed
        else { continue }
        let context = RecordContext(
          vault: vault, environment: environment.id, name: secret.name.text,
          version: version.version)
        // It opens, and is sealed again; nobody keeps what comes of it.
        _ = try keys.reseal(stored.record, from: context, to: context, of: environment)
      }
      guard page.count == Self.pageOfProof, let last = page.last else { return count }
      after = last.version
    }
  }

  func forEachSecret(of environment: Environment, _ body: (Secret) throws -> Void) throws {
    var after: SecretName?
    while true {
      let page = try rows.secrets(environment.id, after: after, limit: Self.pageOfProof)
      for secret in page { try body(secret) }
      guard page.count == Self.pageOfProof else { return }
      after = page.last?.name
    }
  }
}
