import VaultCalls
import VaultCore

/// Settings that are no secrets: in the clear, sealed like everything that decides. Each change raises the
/// environment's revision, as an edit of its gate does.
extension VaultEngine {
  /// The variables that one list reads: together no more than the loop has time for.
  private static let mostVariables = 20

  func setVariable(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    variable: SecretName, value: String,
    at now: Moment
  ) throws -> Pending {
    var environment = try environment(name, caller, for: permission)
    if value.utf8.count > VaultLimits.variableBytes {
      throw Refusal.variableInvalid(
        "the value is longer than \(VaultLimits.variableBytes) bytes; keep large data elsewhere")
    }
    if value.utf8.contains(0) {
      throw Refusal.variableInvalid(
        "the value contains a NUL byte; no environment variable can hold one")
    }
    let existing = try rows.variable(environment.id, variable)
    if let existing, existing.value == value { return .ready(.variable(existing)) }
    if existing == nil {
      _ = try judge([variable], as: .variable, in: environment, by: caller)
      let count = environment.names.entries.filter { $0.kind == .variable }.count
      guard count < VaultLimits.variablesPerEnvironment else { throw Refusal.variableLimit }
      environment.names.add(variable, .variable, by: try maker(caller, in: environment))
    }
    let next = Variable(
      environment: environment.id, name: variable, revision: (existing?.revision ?? 0) + 1,
      value: value, updated: now.wall, updater: caller.uid)
    try rows.put(next)
    try record(.variableSet, variable, in: environment, by: caller, at: now)
    return .ready(.variable(next))
  }

  func listVariables(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    after: SecretName?, limit: Int
  ) throws -> Pending {
    let (environment, _) = try visibleEnvironment(name, caller, for: permission)
    let limit = min(limit, Self.mostVariables)
    let page = try rows.variables(environment.id, after: after, limit: limit)
    return .ready(.variables(page, next: page.count == limit ? page.last?.name : nil))
  }

  func deleteVariable(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    variable: SecretName, at now: Moment
  ) throws -> Pending {
    var environment = try environment(name, caller, for: permission)
    guard let existing = try rows.variable(environment.id, variable) else {
      throw Refusal.variableUnknown(environment: environment.name.text, name: variable.text)
    }
    try rows.delete(existing)
    environment.names.remove(variable)
    try record(.variableDeleted, variable, in: environment, by: caller, at: now)
    return .ready(
      .variableDeleted(VariableDeletedView(environment: environment.name.text, name: variable)))
  }

  private func record(
    _ event: AuditEvent, _ name: SecretName, in environment: Environment, by caller: Caller,
    at now: Moment
  ) throws {
    // A variable steers a job that holds secrets, and whoever may set one need not be who may read them:
    // an approval is of the variables, too, that its reviewer could see.
    let details = try changeSettings(of: environment, by: caller, at: now)
    trail.append(
      AuditRecord(
        at: now, event: event, subject: caller.subject, account: caller.name,
        environment: environment.name.text, details: [.init("variable", name.text)] + details))
  }
}
