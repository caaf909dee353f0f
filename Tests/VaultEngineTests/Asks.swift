import SecretMemory
import VaultCalls
import VaultCore

@testable import VaultEngine

/// What the tests ask, in short: each makes the call of its method.
extension Action {
  static func createEnvironment(_ name: EnvironmentName, _ gate: Gate) -> Action {
    let (protection, reviewers) = named(gate.protection)
    var requesters: [Principal]?
    if case .principals(let named) = gate.requesters { requesters = named }
    return .call(
      .environmentCreate(
        EnvironmentCreate(
          name: name, requesters: requesters?.map(\.name), protection: protection,
          writers: gate.writers.map(\.name), terms: gate.terms)),
      principals: (requesters ?? []) + gate.writers + reviewers)
  }

  static func getEnvironment(_ name: EnvironmentName) -> Action {
    .call(.environmentGet(EnvironmentPlace(name: name)))
  }

  static func listEnvironments(after: Int64, limit: Int) -> Action {
    .call(.environmentList(EnvironmentList(after: after, limit: limit)))
  }

  static func updateEnvironment(
    _ name: EnvironmentName, _ edit: GateEdit, revision: Int64?, allowWeaken: Bool
  ) -> Action {
    var call = EnvironmentUpdate(name: name)
    call.revision = revision
    call.allowWeaken = allowWeaken
    var principals: [Principal] = []
    func members(_ edit: GateEdit.Members) -> EnvironmentUpdate.Members {
      principals += edit.add
      return EnvironmentUpdate.Members(add: edit.add.map(\.name), remove: edit.remove)
    }
    call.reviewers = members(edit.reviewers)
    call.requesters = members(edit.requesters)
    call.writers = members(edit.writers)
    if let protection = edit.protection {
      let (named, reviewers) = named(protection)
      call.protection = named
      principals += reviewers
    }
    call.approvals = edit.approvals
    call.anyRequester = edit.anyRequester
    call.terms = edit.terms
    return .call(.environmentUpdate(call), principals: principals)
  }

  private static func named(_ protection: Gate.Protection) -> (NamedProtection, [Principal]) {
    switch protection {
    case .unprotected: (.unprotected, [])
    case .reviewers(let rules):
      (
        .reviewers(
          rules.map { NamedRule(reviewers: $0.reviewers.map(\.name), required: $0.required) }),
        rules.flatMap(\.reviewers)
      )
    }
  }

  static func deleteEnvironment(_ name: EnvironmentName) -> Action {
    .call(.environmentDelete(EnvironmentPlace(name: name)))
  }

  static func getPrincipal(_ query: PrincipalQuery, after: Int64, limit: Int) -> Action {
    .call(
      .principalGet(PrincipalGet(principal: query.name, after: after, limit: limit)),
      principals: query.current.map { [$0] } ?? [])
  }

  static func removePrincipal(_ query: PrincipalQuery) -> Action {
    .call(
      .principalRemove(PrincipalRemove(principal: query.name)),
      principals: query.current.map { [$0] } ?? [])
  }

  static func setSecret(
    environment: EnvironmentName, name: SecretName, value: SecretBuffer, cas: Int64?,
    revokePrevious: Bool = false
  ) -> Action {
    .call(
      .secretSet(
        SecretSet(
          environment: environment, name: name, value: value, cas: cas,
          revokePrevious: revokePrevious)))
  }

  static func openImport(
    environment: EnvironmentName, names: [SecretName], isDryRun: Bool
  ) -> Action {
    .call(
      .secretImport(SecretImport(environment: environment, .open(names: names, dryRun: isDryRun))))
  }

  static func putImport(
    environment: EnvironmentName, name: SecretName, value: SecretBuffer
  ) -> Action {
    .call(.secretImport(SecretImport(environment: environment, .put(name: name, value: value))))
  }

  static func commitImport(environment: EnvironmentName, allowEmpty: Bool) -> Action {
    .call(.secretImport(SecretImport(environment: environment, .commit(allowEmpty: allowEmpty))))
  }

  static func createSecret(environment: EnvironmentName, name: SecretName) -> Action {
    .call(.secretCreate(SecretPlace(environment: environment, name: name)))
  }

  static func getSecret(
    environment: EnvironmentName, name: SecretName, request: Int64?, ticket: SecretBuffer?
  ) -> Action {
    .call(
      .secretGet(
        SecretGet(environment: environment, name: name, request: request, ticket: ticket)))
  }

  static func listSecrets(environment: EnvironmentName, after: SecretName?, limit: Int) -> Action {
    .call(.secretList(NameList(environment: environment, after: after, limit: limit)))
  }

  static func listVersions(
    environment: EnvironmentName, name: SecretName, after: Int64, limit: Int
  ) -> Action {
    .call(
      .secretVersions(
        SecretVersions(environment: environment, name: name, after: after, limit: limit)))
  }

  static func changeVersion(
    environment: EnvironmentName, name: SecretName, version: Int64, to state: SecretVersion.State
  ) -> Action {
    switch state {
    case .enabled:
      .call(
        .secretEnable(VersionPlace(environment: environment, name: name, version: version)))
    case .disabled:
      .call(
        .secretDisable(VersionPlace(environment: environment, name: name, version: version)))
    case .destroyed:
      .call(
        .secretDestroy(VersionPlace(environment: environment, name: name, version: version)))
    }
  }

  static func rollbackSecret(
    environment: EnvironmentName, name: SecretName, to version: Int64, cas: Int64?
  ) -> Action {
    .call(
      .secretRollback(SecretRollback(environment: environment, name: name, to: version, cas: cas)))
  }

  static func deleteSecret(environment: EnvironmentName, name: SecretName) -> Action {
    .call(.secretDelete(SecretPlace(environment: environment, name: name)))
  }

  static func setVariable(
    environment: EnvironmentName, name: SecretName, value: String
  ) -> Action {
    .call(.variableSet(VariableSet(environment: environment, name: name, value: value)))
  }

  static func listVariables(
    environment: EnvironmentName, after: SecretName?, limit: Int
  ) -> Action {
    .call(.variableList(NameList(environment: environment, after: after, limit: limit)))
  }

  static func deleteVariable(environment: EnvironmentName, name: SecretName) -> Action {
    .call(.variableDelete(SecretPlace(environment: environment, name: name)))
  }
}

extension Principal {
  /// As it is typed.
  fileprivate var name: PrincipalName {
    switch self {
    case .user(let name, _): .user(name)
    case .group(let name, _): .group(name)
    case .uid(let number): .uid(number)
    case .gid(let number): .gid(number)
    case .socket(let name): .socket(name)
    }
  }
}
