import StrictJSON
public import VaultCore

/// `secret.disable`: a version cannot be read until it is enabled again.
public struct SecretDisable: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The version.
  public let version: Int64

  /// Makes the parameters.
  public init(environment: EnvironmentName, name: SecretName, version: Int64) {
    self.environment = environment
    self.name = name
    self.version = version
  }

  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    version = try reader.version("version")
    try reader.finish()
    (environment, name) = try place.names()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("version", version)
  }
}
