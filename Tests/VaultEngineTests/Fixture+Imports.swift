import SecretMemory
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// What imports are told with.
extension Fixture {
  func opens(_ environment: String, _ names: [String], dryRun: Bool = false) throws -> Action {
    .openImport(
      environment: try EnvironmentName(environment), names: try names.map { try SecretName($0) },
      isDryRun: dryRun)
  }

  func puts(_ environment: String, _ name: String, _ text: String) throws -> Action {
    .putImport(
      environment: try EnvironmentName(environment), name: try SecretName(name),
      value: try value(text))
  }

  func commits(_ environment: String, allowEmpty: Bool = false) throws -> Action {
    .commitImport(environment: try EnvironmentName(environment), allowEmpty: allowEmpty)
  }

  /// An import of these values, all staged and not committed.
  func staged(
    _ values: [(name: String, text: String)], in environment: String, by caller: Caller,
    dryRun: Bool = false
  ) throws {
    let names = values.map(\.name)
    for action in try [opens(environment, names, dryRun: dryRun)]
      + values.map({ try puts(environment, $0.name, $0.text) })
    {
      if let refusal = run(caller, action).refusal { throw Unexpected("\(refusal)") }
    }
  }

  /// The names of the secrets that there are.
  func secretNames(_ environment: String) throws -> [String] {
    let reply = run(
      caller(Self.admin),
      .listSecrets(environment: try EnvironmentName(environment), after: nil, limit: 500))
    guard case .secrets(let secrets, _) = reply else { throw Unexpected("\(reply)") }
    return secrets.map(\.name)
  }

  /// The rows of versions of a secret that the store holds, seen or not.
  func storedVersions(_ environment: String, _ name: String) throws -> [Int64] {
    let rows = try engine.store.versions(
      environment: try self.environment(environment).id, name: name, limit: 500)
    return rows.compactMap { row in
      if case .integer(let version)? = row.key.last { version } else { nil }
    }
  }
}

extension CommandReply {
  /// What an import came to: `A 1 new`, a secret each.
  var imported: [String]? {
    guard case .imported(let view) = self else { return nil }
    return view.items.map { "\($0.name) \($0.version) \($0.change)" }
  }

  /// How many secrets an import found new, changed and the same.
  var importCounts: [Int64]? {
    guard case .imported(let view) = self else { return nil }
    return [view.new, view.changed, view.same]
  }
}
