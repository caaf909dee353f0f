import StrictJSON
public import VaultCore

/// `variable.set`: a setting of an environment that is no secret.
public struct VariableSet: CallParameters {
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

  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    value = try reader.text("value")
    try reader.finish()
    (environment, name) = try place.names()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("value", value)
  }
}
