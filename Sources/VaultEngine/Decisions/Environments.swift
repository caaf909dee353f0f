import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  func createEnvironment(
    _ caller: Caller, for permission: Permission, _ name: EnvironmentName, _ gate: Gate,
    at now: Moment
  ) throws -> Pending {
    try require(permission, caller)
    do { try gate.check(people: configuration.people) } catch { throw Refusal.gateInvalid(error) }
    if let holder = try rows.holder(of: name) {
      throw holder.deletion == nil
        ? Refusal.environmentExists(name.text) : Refusal.environmentLeaving(name.text)
    }
    // Those that there are: their numbers go on counting, whatever was deleted.
    guard try rows.environmentCount() < VaultLimits.environments else {
      throw Refusal.environmentLimit
    }
    let wrappers = try wrappersOfNewKeys()
    let environment = Environment(
      id: trail.head.nextEnvironment, name: name, revision: 1, gate: gate, created: now.wall,
      creator: caller.uid)
    trail.head.nextEnvironment += 1
    try keys.create(environment, under: wrappers)
    try rows.put(environment)
    trail.append(
      AuditRecord(
        at: now, event: .environmentCreated, subject: caller.subject, account: caller.name,
        environment: name.text,
        details: [
          .init("gate", gate.explanation(of: name.text).joined(separator: " "))
        ]))
    return .ready(.environment(try answer(environment, for: caller)))
  }

  func getEnvironment(
    _ caller: Caller, for permission: Permission, _ name: EnvironmentName
  ) throws -> Pending {
    let (environment, roles) = try visibleEnvironment(name, caller, for: permission)
    return .ready(.environment(EnvironmentAnswer(environment: environment, roles: roles)))
  }

  func listEnvironments(
    _ caller: Caller, for permission: Permission, after: Int64, limit: Int
  ) throws -> Pending {
    var answers: [EnvironmentAnswer] = []
    // What is invisible is passed over, but no list looks at more rows than this at once; the cursor is a
    // number, so that it names nothing.
    let page = try rows.environments(after: after, limit: Self.mostScanned)
    for environment in page.environments {
      let roles = try roles(of: caller, in: environment)
      if !roles.isDisjoint(with: permission.roles) {
        answers.append(EnvironmentAnswer(environment: environment, roles: roles))
      }
      if answers.count == limit {
        return .ready(.environments(answers, next: environment.id))
      }
    }
    return .ready(.environments(answers, next: page.next))
  }

  /// The environment with the caller's roles, as far as they are known: an admin's change is answered
  /// whether or not the account database is.
  func answer(_ environment: Environment, for caller: Caller) throws -> EnvironmentAnswer {
    let roles: Roles
    do { roles = try self.roles(of: caller, in: environment) } catch is Refusal { roles = .admin }
    return EnvironmentAnswer(environment: environment, roles: roles)
  }
}
