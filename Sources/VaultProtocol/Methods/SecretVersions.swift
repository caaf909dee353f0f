import StrictJSON
public import VaultCore

/// `secret.versions`: the versions of a secret, oldest first, with who has read them.
public struct SecretVersions: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// Only versions behind this one.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, after: Int64? = nil,
    limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.name = name
    self.after = after
    self.limit = limit
  }

  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    limit = try reader.limit()
    try reader.finish()
    (environment, name) = try place.names()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
