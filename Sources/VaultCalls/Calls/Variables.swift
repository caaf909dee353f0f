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

/// `variable.list`: the variables of an environment with their values, by name.
public struct VariableList: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// Only those behind this name.
  public let after: SecretName?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, after: SecretName? = nil, limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.after = after
    self.limit = limit
  }
}

/// `variable.delete`: a variable.
public struct VariableDelete: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The variable.
  public let name: SecretName

  /// Makes the parameters.
  public init(environment: EnvironmentName, name: SecretName) {
    self.environment = environment
    self.name = name
  }
}
