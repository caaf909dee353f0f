public import SecretMemory
import StrictJSON
public import VaultCore

/// `secret.set`: a new version of a secret.
public struct SecretSet: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// Its new value, byte for byte.
  public let value: SecretBuffer
  /// Check-and-set: nil unconditional, 0 the secret must not exist, N must be its current version.
  public let cas: Int64?
  /// Whether the older versions have leaked: they are disabled, and the grants that hold one are revoked.
  public let revokePrevious: Bool

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, value: SecretBuffer, cas: Int64? = nil,
    revokePrevious: Bool = false
  ) {
    self.environment = environment
    self.name = name
    self.value = value
    self.cas = cas
    self.revokePrevious = revokePrevious
  }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let name = try reader.text("name")
    let value = try reader.required("value").secretValue()
    cas = try reader.optionalInteger("cas", in: 0...ParameterReader.largestInteger)
    revokePrevious = try reader.bool("revoke_previous", default: false)
    try reader.finish()
    self.environment = try EnvironmentName(wire: environment)
    self.name = try SecretName(wire: name)
    if value.count > reader.limits.value { throw Refusal.valueTooLarge(limit: reader.limits.value) }
    self.value = value
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("value", secret: value)
    writer.optional("cas", cas)
    if revokePrevious { writer.member("revoke_previous", true) }
  }
}
