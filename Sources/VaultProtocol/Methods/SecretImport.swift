import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

extension SecretImport: CallParameters {
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
    let place = try EnvironmentName(wire: environment)
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
      self.init(
        environment: place,
        .open(names: try nameTexts.map { try SecretName(wire: $0) }, dryRun: isDryRun))
    } else if commit != nil {
      try refuse(nameValue, valueText, dryRun)
      self.init(environment: place, .commit(allowEmpty: allowsEmpty))
    } else {
      guard let name else { throw reader.missing("name") }
      guard let value else { throw reader.missing("value") }
      try refuse(dryRun, allowEmpty)
      let secret = try SecretName(wire: name)
      if value.count > reader.limits.value {
        throw Refusal.valueTooLarge(limit: reader.limits.value)
      }
      self.init(environment: place, .put(name: secret, value: value))
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
