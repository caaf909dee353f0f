import VaultCalls
import VaultCore
import VaultStore

/// Names: who may make one, and what is known of it afterwards (``NameRegister``).
///
/// A command that makes or takes away a name writes the environment's row with it; that is no edit of the
/// gate, so the revision stays.
extension VaultEngine {
  /// What the caller is where a name is made.
  ///
  /// While the account database gives no answer, nobody makes a name in a protected environment, and
  /// elsewhere whoever may be an admin counts as a writer.
  func maker(_ caller: Caller, in environment: Environment) throws -> NameMaker {
    do {
      return try configuration.standing.admins.empowering(caller).isEmpty ? .writer : .admin
    } catch {
      if error.wasUnavailable, environment.gate.isUnprotected { return .writer }
      throw Refusal(error)
    }
  }

  /// Refuses names of secrets that a job would get as a variable's, and new ones that the caller may not make.
  /// - Returns: those that would be new.
  func judge(
    _ names: [SecretName], as kind: NameKind, in environment: Environment, by caller: Caller
  ) throws -> [SecretName] {
    for name in names {
      guard let entry = environment.names[name], entry.kind != kind else { continue }
      throw Refusal.nameTaken(
        environment: environment.name.text, name: name.text, by: entry.kind.text)
    }
    let new = names.filter { environment.names[$0] == nil }
    // Whether somebody is an admin is asked only where it matters.
    if !new.isEmpty { try environment.mayMake(new, maker(caller, in: environment)) }
    return new
  }

  /// `secret.create`: a name without a version.
  func createSecret(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    if try judge([secret], as: .secret, in: environment, by: caller).isEmpty {
      throw Refusal.secretExists(environment: environment.name.text, name: secret.text)
    }
    let existing = try roomForSecrets([secret], in: environment)[0]
    try rows.put(
      Secret(
        environment: environment.id, name: secret, revision: (existing?.revision ?? 0) + 1,
        current: existing?.current ?? 0, life: .empty, removed: existing?.removed ?? 0,
        updated: now.wall, updater: caller.uid))
    try rows.put(
      environment.naming(
        secret, by: try maker(caller, in: environment), first: (existing?.current ?? 0) + 1))
    trail.append(
      AuditRecord(
        at: now, event: .secretCreated, subject: caller.subject, account: caller.name,
        environment: environment.name.text, details: [.init("secret", secret.text)]))
    return .ready(
      .secretCreated(SecretCreatedView(environment: environment.name.text, name: secret)))
  }

  /// The rows that new secrets' names have from an earlier life; refuses where there is no room for all.
  func roomForSecrets(
    _ new: [SecretName], in environment: Environment
  ) throws -> [Secret?] {
    let existing = try new.map { try rows.secret(environment.id, $0) }
    let live = environment.names.entries.filter { $0.kind == .secret }.count
    if live + new.count > VaultLimits.secretsPerEnvironment { throw Refusal.secretLimit }
    try requireRoomForName(in: environment, count: existing.filter { $0 == nil }.count)
    return existing
  }

  /// Refuses where an environment has had as many names as it may ever have.
  func requireRoomForName(in environment: Environment, count: Int = 1) throws {
    if count == 0 { return }
    let known = try store.secretCount(environment: environment.id)
    if known + count > VaultLimits.secretNamesPerEnvironment { throw Refusal.secretLimit }
  }

  /// Takes a name out of the register.
  func forget(_ name: SecretName, of environment: Environment) throws {
    var next = environment
    next.names.remove(name)
    try rows.put(next)
  }

  /// Reviewers have approved the request: what it hands to its job is known from here on.
  func noteApproval(of request: AccessRequest, in environment: Environment) throws {
    var next = environment
    next.names.approve(request.secrets)
    if next.names != environment.names { try rows.put(next) }
  }
}

extension Environment {
  /// With a secret's new name in its register.
  func naming(_ name: SecretName, by maker: NameMaker, first: Int64) -> Environment {
    var next = self
    next.names.add(name, .secret, by: maker, first: first)
    return next
  }
}
