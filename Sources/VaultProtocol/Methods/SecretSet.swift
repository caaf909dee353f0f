public import SecretMemory
import StrictJSON
public import VaultCore

/// `secret.set`: a new version of a secret.
public struct SecretSet: CallParameters {
  static let method = Method.secretSet
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
  /// The names of the import that it belongs to: all are judged before this one is set.
  public let beside: [SecretName]

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, value: SecretBuffer, cas: Int64? = nil,
    revokePrevious: Bool = false, beside: [SecretName] = []
  ) {
    self.environment = environment
    self.name = name
    self.value = value
    self.cas = cas
    self.revokePrevious = revokePrevious
    self.beside = beside
  }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let name = try reader.text("name")
    let value = try reader.required("value").secretValue()
    cas = try reader.optionalInteger("cas", in: 0...ParameterReader.largestInteger)
    revokePrevious = try reader.bool("revoke_previous", default: false)
    let beside = try Self.names(&reader)
    try reader.finish()
    self.environment = try EnvironmentName(wire: environment)
    self.name = try SecretName(wire: name)
    if value.count > reader.limits.value { throw Refusal.valueTooLarge(limit: reader.limits.value) }
    self.value = value
    self.beside = try beside.map { try SecretName(wire: $0) }
  }

  private static func names(_ reader: inout ParameterReader) throws -> [String] {
    guard let value = reader.optional("beside") else { return [] }
    let texts = try value.array().map { try $0.string() }
    if texts.count > VaultLimits.secretsPerEnvironment {
      throw JSONFault(
        .outOfRange, at: value.offset,
        "beside names at most \(VaultLimits.secretsPerEnvironment) secrets")
    }
    return texts
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("value", secret: value)
    writer.optional("cas", cas)
    if revokePrevious { writer.member("revoke_previous", true) }
    if !beside.isEmpty { writer.member("beside", beside.map(\.text)) }
  }
}
