public import SecretMemory
public import VaultCore

/// What a command came to. Replies leave `commit` only after the batch is durable.
public enum CommandReply: Sendable {
  case refused(Refusal)
  case status(StatusAnswer)
  case environment(EnvironmentAnswer)
  case environments([EnvironmentAnswer], next: EnvironmentName?)
  case secretSet(environment: String, name: SecretName, version: Int64)
  case secrets([Secret], next: SecretName?)
  case secret(DurableRelease)
  case requestCreated(RequestAnswer, ticket: SecretBuffer)
  case request(RequestAnswer)
  case requests([RequestAnswer], next: Int64?)
  case grantPage(DurableRelease, next: SecretName?)
  /// Done, and nothing to say.
  case done
}

/// Who the caller is to this vault.
public struct StatusAnswer: Sendable {
  /// The vault's id, 16 bytes.
  public let vault: [UInt8]
  /// The roles by configuration; nil while the account database does not answer.
  public let roles: Roles?
  /// The last record of the audit chain.
  public let auditSequence: Int64
}

/// An environment as its caller may see it.
public struct EnvironmentAnswer: Sendable {
  /// The environment.
  public let environment: Environment
  /// The caller's roles in it, those of the configuration included.
  public let roles: Roles
}

/// A request with what is still missing.
public struct RequestAnswer: Sendable {
  /// The request.
  public let request: AccessRequest
  /// What the gate still waits for, judged on the reviews as they stand.
  public let unmet: [Unmet]
  /// Whether the requester is an account that many jobs share.
  public let byServiceAccount: Bool
}

/// Plaintext that may leave: its audit record is durable.
///
/// Invariant (`one-door`, `audit-before-release`): made by the commit loop alone, after COMMIT returned;
/// nothing else in the process can make one, and no other type carries an opened secret.
public struct DurableRelease: Sendable {
  /// One released secret.
  public struct Item: Sendable {
    /// The secret.
    public let name: SecretName
    /// Its version.
    public let version: Int64
    /// Its value.
    public let value: SecretBuffer
  }

  /// The environment it came from.
  public let environment: EnvironmentName
  /// What was released.
  public let items: [Item]
  /// The audit record that names it.
  public let auditSequence: Int64

  init(environment: EnvironmentName, items: [Item], auditSequence: Int64) {
    self.environment = environment
    self.items = items
    self.auditSequence = auditSequence
  }
}

/// What one batch came to.
public struct BatchOutcome: Sendable {
  /// One reply for each command, in order.
  public var replies: [CommandReply]
  /// The requests that changed, for those who wait on them.
  public var changedRequests: [Int64]
  /// The chain's head, signed, where this batch signed it; for the journal.
  public var signature: ChainSignature?
}
