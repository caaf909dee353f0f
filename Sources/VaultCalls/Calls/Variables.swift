public import VaultCore

/// `variable.set`: a setting of an environment that is no secret.
public struct VariableSet: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The variable.
  public let name: SecretName
  /// Its value, at most ``VaultLimits/variableBytes``; the vault judges it.
  public let value: String

  /// Makes the parameters.
  public init(environment: EnvironmentName, name: SecretName, value: String) {
    self.environment = environment
    self.name = name
    self.value = value
  }
}
