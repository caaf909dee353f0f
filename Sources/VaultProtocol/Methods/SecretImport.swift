import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

extension SecretImport: DescribedCall {
  static let shape = Shape<SecretImport>(
    Member("environment", \.environment, .environmentName),
    Member(optional: "names", \.step.names, .list(.secretName, of: namesOfOne, namesFault)),
    Member("dry_run", \.step.isDryRun, .bool, unless: false),
    Member(optional: "name", \.step.name, .secretName),
    Member(optional: "value", \.value, .secretValue),
    Member(onlyTrue: "commit", \.step.isCommit),
    Member("allow_empty", \.step.allowsEmpty, .bool, unless: false)
  ) { places, environment, names, isDryRun, name, value, isCommit, allowsEmpty in
    let step: Step
    if let names {
      try places.refuse("name", "value", "commit", "allow_empty", because: stepFault)
      step = .open(names: names, dryRun: isDryRun)
    } else if isCommit {
      try places.refuse("name", "value", "dry_run", because: stepFault)
      step = .commit(allowEmpty: allowsEmpty)
    } else {
      guard let name else { throw places.missing("name") }
      guard let value else { throw places.missing("value") }
      try places.refuse("dry_run", "allow_empty", because: stepFault)
      step = .put(name: name, value: value)
    }
    return SecretImport(environment: environment, step)
  }

  private static let namesOfOne = 1...VaultLimits.secretsPerEnvironment
  private static let namesFault =
    "an import names 1 to \(VaultLimits.secretsPerEnvironment) secrets"
  private static let stepFault =
    "names with dry_run, name with value, or commit with allow_empty"
}

extension SecretImport.Step {
  fileprivate var names: [SecretName]? {
    if case .open(let names, _) = self { names } else { nil }
  }

  fileprivate var isDryRun: Bool {
    if case .open(_, let isDryRun) = self { isDryRun } else { false }
  }

  fileprivate var name: SecretName? { if case .put(let name, _) = self { name } else { nil } }

  fileprivate var isCommit: Bool { if case .commit = self { true } else { false } }

  fileprivate var allowsEmpty: Bool {
    if case .commit(let allowsEmpty) = self { allowsEmpty } else { false }
  }
}
