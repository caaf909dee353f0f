/// A setting of an environment that is no secret (GitHub's `vars`): `exec` exports it beside the secrets.
///
/// It decides where a job goes, so its row is sealed like every other; its value is in the clear.
public struct Variable: Hashable, Sendable {
  /// The environment it belongs to.
  public let environment: Int64
  /// Its name, from the grammar of secrets: it becomes a variable of a job.
  public let name: SecretName
  /// Raised by each change of this row.
  public var revision: Int64
  /// Its value, at most ``VaultLimits/variableBytes``, without NUL.
  public var value: String
  /// When it was set, in milliseconds since the epoch.
  public var updated: Int64
  /// The uid that set it.
  public var updater: UInt32

  /// Makes a variable.
  public init(
    environment: Int64, name: SecretName, revision: Int64, value: String, updated: Int64,
    updater: UInt32
  ) {
    self.environment = environment
    self.name = name
    self.revision = revision
    self.value = value
    self.updated = updated
    self.updater = updater
  }
}
