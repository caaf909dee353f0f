import StrictJSON
public import VaultCore

/// `secret.rollback`: seals the value of an older version as a new one.
public struct SecretRollback: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The version whose value comes back; it must be enabled.
  public let to: Int64
  /// Check-and-set: nil unconditional, else the secret's current version.
  public let cas: Int64?

  /// Makes the parameters.
  public init(environment: EnvironmentName, name: SecretName, to: Int64, cas: Int64? = nil) {
    self.environment = environment
    self.name = name
    self.to = to
    self.cas = cas
  }

  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    to = try reader.version("to")
    cas = try reader.optionalInteger("cas", in: 0...ParameterReader.largestInteger)
    try reader.finish()
    (environment, name) = try place.names()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("to", to)
    writer.optional("cas", cas)
  }
}
