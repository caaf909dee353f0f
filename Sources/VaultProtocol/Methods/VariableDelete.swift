import StrictJSON
public import VaultCore

/// `variable.delete`: a variable.
public struct VariableDelete: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The variable.
  public let name: SecretName

  /// Makes the parameters.
  public init(environment: EnvironmentName, name: SecretName) {
    self.environment = environment
    self.name = name
  }

  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    try reader.finish()
    (environment, name) = try place.names()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
  }
}
