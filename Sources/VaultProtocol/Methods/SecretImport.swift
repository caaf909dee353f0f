public import SecretMemory
import StrictJSON
public import VaultCore

/// `secret.import`: many secrets at once, all of them or none, in a series of calls on one connection.
public struct SecretImport: CallParameters {
  /// What one call of the series does.
  public enum Step: Sendable {
    /// Opens an import for these secrets; what the connection had open is dropped. A dry run sets nothing.
    case open(names: [SecretName], dryRun: Bool)
    /// Brings the value of one of them.
    case put(name: SecretName, value: SecretBuffer)
    /// Makes all values current. `allowEmpty`: also those that empty a secret.
    case commit(allowEmpty: Bool)
  }

  /// The environment.
  public let environment: EnvironmentName
  /// What is to be done.
  public let step: Step

  /// Makes the parameters.
  public init(environment: EnvironmentName, _ step: Step) {
    self.environment = environment
    self.step = step
  }

  /// The value that it brings.
  public var value: SecretBuffer? { if case .put(_, let value) = step { value } else { nil } }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let names = reader.optional("names")
    let nameTexts = try names?.array().map { try $0.string() }
    let dryRun = reader.optional("dry_run")
    let isDryRun = try dryRun?.bool() ?? false
    let nameValue = reader.optional("name")
    let name = try nameValue?.string()
    let valueText = reader.optional("value")
    let value = try valueText?.secretValue()
    let commit = reader.optional("commit")
    if let commit, try !commit.bool() {
      throw JSONFault(.outOfRange, at: commit.offset, "commit can only be true")
    }
    let allowEmpty = reader.optional("allow_empty")
    let allowsEmpty = try allowEmpty?.bool() ?? false
    try reader.finish()
    self.environment = try EnvironmentName(wire: environment)
    func refuse(_ others: JSONValue?...) throws {
      guard let other = others.compactMap({ $0 }).first else { return }
      throw JSONFault(
        .outOfRange, at: other.offset,
        "names with dry_run, name with value, or commit with allow_empty")
    }
    if let names, let nameTexts {
      try refuse(nameValue, valueText, commit, allowEmpty)
      if !(1...VaultLimits.secretsPerEnvironment).contains(nameTexts.count) {
        throw JSONFault(
          .outOfRange, at: names.offset,
          "an import names 1 to \(VaultLimits.secretsPerEnvironment) secrets")
      }
      step = .open(names: try nameTexts.map { try SecretName(wire: $0) }, dryRun: isDryRun)
    } else if commit != nil {
      try refuse(nameValue, valueText, dryRun)
      step = .commit(allowEmpty: allowsEmpty)
    } else {
      guard let name else { throw reader.missing("name") }
      guard let value else { throw reader.missing("value") }
      try refuse(dryRun, allowEmpty)
      let secret = try SecretName(wire: name)
      if value.count > reader.limits.value {
        throw Refusal.valueTooLarge(limit: reader.limits.value)
      }
      step = .put(name: secret, value: value)
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    switch step {
    case .open(let names, let dryRun):
      writer.member("names", names.map(\.text))
      if dryRun { writer.member("dry_run", true) }
    case .put(let name, let value):
      writer.member("name", name.text)
      writer.member("value", secret: value)
    case .commit(let allowEmpty):
      writer.member("commit", true)
      if allowEmpty { writer.member("allow_empty", true) }
    }
  }
}
