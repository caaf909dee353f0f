public import SecretMemory
public import VaultCore

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
