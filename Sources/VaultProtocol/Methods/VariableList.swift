import StrictJSON
public import VaultCore

/// `variable.list`: the variables of an environment with their values, by name.
public struct VariableList: CallParameters {
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

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let after = try reader.optionalText("after")
    limit = try reader.limit()
    try reader.finish()
    self.environment = try EnvironmentName(wire: environment)
    self.after = try after.map { try SecretName(wire: $0) }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.optional("after", after?.text)
    writer.member("limit", Int64(limit))
  }
}
