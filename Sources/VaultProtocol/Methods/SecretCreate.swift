import StrictJSON
public import VaultCore

/// `secret.create`: a name that admins make and writers set.
public struct SecretCreate: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The new secret's name.
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
