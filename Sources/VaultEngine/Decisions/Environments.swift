import VaultCore
import VaultCrypto

extension VaultEngine {
  func createEnvironment(
    _ caller: Caller, _ name: EnvironmentName, _ gate: Gate, at now: Moment
  ) throws -> Pending {
    try requireAdmin(caller)
    do { try gate.check(people: configuration.people) } catch { throw Refusal.gateInvalid(error) }
    if try rows.environment(named: name) != nil { throw Refusal.environmentExists(name.text) }
    guard trail.head.nextEnvironment <= VaultLimits.environments else {
      throw Refusal.environmentLimit
    }
    let environment = Environment(
      id: trail.head.nextEnvironment, name: name, revision: 1, gate: gate, created: now.wall,
      creator: caller.uid)
    trail.head.nextEnvironment += 1
    try keys.create(environment: environment.id)
    try rows.put(environment)
    trail.append(
      AuditRecord(
        time: now.wall, event: .environmentCreated, uid: caller.uid, account: caller.name,
        environment: name.text,
        details: [
          .init("gate", gate.explanation(of: name.text).joined(separator: " "))
        ]))
    return .ready(
      .environment(
        EnvironmentAnswer(environment: environment, roles: try rolesIfKnown(caller, environment))))
  }

  func getEnvironment(_ caller: Caller, _ name: EnvironmentName) throws -> Pending {
    let (environment, roles) = try visibleEnvironment(name, caller)
    return .ready(.environment(EnvironmentAnswer(environment: environment, roles: roles)))
  }

  func listEnvironments(
    _ caller: Caller, after: EnvironmentName?, limit: Int
  ) throws -> Pending {
    var answers: [EnvironmentAnswer] = []
    var last = after
    // The cursor names the last environment of the page, so only one that the caller may see can be it;
    // what is invisible is passed over here. A vault's environments are bounded.
    while true {
      let page = try rows.environments(after: last, limit: 500)
      for environment in page {
        last = environment.name
        let roles = try roles(of: caller, in: environment)
        if roles.isEmpty { continue }
        if answers.count == limit {
          return .ready(.environments(answers, next: answers.last?.environment.name))
        }
        answers.append(EnvironmentAnswer(environment: environment, roles: roles))
      }
      if page.count < 500 { return .ready(.environments(answers, next: nil)) }
    }
  }

  private func rolesIfKnown(_ caller: Caller, _ environment: Environment) throws -> Roles {
    do { return try roles(of: caller, in: environment) } catch is Refusal { return .admin }
  }
}
