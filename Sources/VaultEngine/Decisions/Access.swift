import SecretMemory
import VaultCore
import VaultCrypto

/// Who may see and do what: every question of a role is asked here, by the row of the action
/// (``Permission``).
extension VaultEngine {
  /// The environment and the caller's roles in it, for somebody whom the row lets; for whoever has none there is no
  /// such environment.
  func visibleEnvironment(
    _ name: EnvironmentName, _ caller: Caller, for permission: Permission
  ) throws -> (environment: Environment, roles: Roles) {
    guard let environment = try rows.environment(named: name) else {
      throw unseen(.environmentUnknown(name.text), caller)
    }
    let roles = try roles(of: caller, in: environment)
    if roles.isEmpty { throw unseen(.environmentUnknown(name.text), caller) }
    if roles.isDisjoint(with: permission.roles) {
      throw denied(permission, caller, environment.name)
    }
    return (environment, roles)
  }

  /// The environment, for somebody whom the row lets. The account database is not asked where a role that
  /// is certain without it is enough.
  func environment(
    _ name: EnvironmentName, _ caller: Caller, for permission: Permission
  ) throws -> Environment {
    guard let environment = try rows.environment(named: name) else {
      throw unseen(.environmentUnknown(name.text), caller)
    }
    if try has(permission.roles, caller, in: environment) { return environment }
    if try roles(of: caller, in: environment).isEmpty {
      throw unseen(.environmentUnknown(name.text), caller)
    }
    throw denied(permission, caller, environment.name)
  }

  /// Why somebody is refused, and where it is so that they may only ask.
  func denied(
    _ permission: Permission, _ caller: Caller, _ environment: EnvironmentName?
  ) -> Refusal {
    let sentence = permission.sentence(for: environment)
    guard let confinement = caller.confinement else { return .accessDenied(sentence) }
    if confinement == .unanswered { return .peerUnknown }
    return .accessDenied(
      "\(sentence); \(confinement.sentence), so your only possible role is requester")
  }

  /// What somebody is told of what they may not see. Whether there is such a thing is not said to somebody of
  /// whom it is not known yet what they may see.
  private func unseen(_ refusal: Refusal, _ caller: Caller) -> Refusal {
    caller.confinement == .unanswered ? .peerUnknown : refusal
  }

  /// The environment, for somebody whom a row of requesters lets. The short way of every release: the other roles
  /// are looked at only where that one is missing.
  func requesterEnvironment(
    _ name: EnvironmentName, _ caller: Caller, for permission: Permission
  ) throws -> Environment {
    guard let environment = try rows.environment(named: name) else {
      throw Refusal.environmentUnknown(name.text)
    }
    do {
      if permission.roles.contains(.requester),
        try environment.gate.requesters.include(caller)
      {
        return environment
      }
    } catch {
      throw Refusal(error)
    }
    let roles = try roles(of: caller, in: environment)
    if roles.isEmpty { throw Refusal.environmentUnknown(name.text) }
    if !roles.isDisjoint(with: permission.roles) { return environment }
    throw Refusal.accessDenied(permission.sentence(for: environment.name))
  }

  /// The environment of a request: it must still be the one that the request was made in.
  func requestEnvironment(_ request: AccessRequest) throws -> Environment {
    guard let environment = try rows.environment(id: request.environment) else {
      throw Refusal.gateChanged(id: request.id)
    }
    return environment
  }

  func roles(of caller: Caller, in environment: Environment) throws -> Roles {
    do {
      return try environment.gate.roles(of: caller, beside: configuration.standing)
    } catch { throw Refusal(error) }
  }

  /// Whether the caller has one of these roles in the environment; by the configuration first, which may
  /// be certain without the account database.
  private func has(
    _ wanted: Roles, _ caller: Caller, in environment: Environment
  ) throws -> Bool {
    if let standing = try? configuration.standing.roles(of: caller),
      !standing.isDisjoint(with: wanted)
    {
      return true
    }
    return !(try roles(of: caller, in: environment)).isDisjoint(with: wanted)
  }

  /// The caller's roles around a request; those of the configuration where its environment is gone.
  func roles(of caller: Caller, around request: AccessRequest) throws -> Roles {
    try roles(of: caller, around: request.environment)
  }

  func roles(of caller: Caller, around environment: Int64) throws -> Roles {
    if let environment = try rows.environment(id: environment) {
      return try roles(of: caller, in: environment)
    }
    do { return try configuration.standing.roles(of: caller) } catch { throw Refusal(error) }
  }

  /// Refuses whoever has none of the row's roles by configuration.
  func require(_ permission: Permission, _ caller: Caller) throws {
    // Each role alone: one that is certain without the account database needs no other.
    for (role, holders) in [
      (Roles.admin, configuration.standing.admins), (.auditor, configuration.standing.auditors),
    ] where permission.roles.contains(role) {
      do { if try !holders.empowering(caller).isEmpty { return } } catch { throw Refusal(error) }
    }
    throw denied(permission, caller, nil)
  }

  /// A request, for whom the row lets: its maker by connection or ticket (`asker-alone`: all jobs of a
  /// host share one uid, so the uid alone proves nothing), its own principal, or a role around it.
  func request(
    _ id: Int64, _ ticket: SecretBuffer? = nil, _ caller: Caller, for permission: Permission
  ) throws -> AccessRequest {
    guard let request = try rows.request(id) else { throw unseen(.requestUnknown(id), caller) }
    let isOwn = request.requester.isSubject(of: caller)
    if isOwn && permission.own { return request }
    if isOwn && permission.asker && isAsker(of: request, ticket, caller) { return request }
    if isOwn && permission.roles.isEmpty { throw Refusal.ticketRequired(id: id) }
    let roles = try roles(of: caller, around: request)
    if !roles.isDisjoint(with: permission.roles) { return request }
    if isOwn && permission.asker { throw Refusal.ticketRequired(id: id) }
    guard isOwn || !roles.isDisjoint(with: Permission.follow.roles) else {
      throw unseen(.requestUnknown(id), caller)
    }
    throw denied(permission, caller, request.environmentName)
  }

  /// A ticket that is shown must be the request's; without one the connection must have made it.
  func isAsker(
    of request: AccessRequest, _ ticket: SecretBuffer?, _ caller: Caller
  ) -> Bool {
    guard let ticket else { return live[request.id]?.maker == caller.connection }
    return isTicket(ticket, of: request)
  }

  func isTicket(_ ticket: SecretBuffer?, of request: AccessRequest) -> Bool {
    guard let ticket, let hash = try? Ticket.hash(of: ticket) else { return false }
    return hash.isEqual(request.ticketHash)
  }

  func checkTicket(_ ticket: SecretBuffer?, of request: AccessRequest) throws {
    guard isTicket(ticket, of: request) else { throw Refusal.ticketRequired(id: request.id) }
  }

  /// A wall clock far behind what was adopted before a reboot would prolong what has ended across it.
  func refuseBackwardClock(_ now: Moment) throws {
    if now.isBehind { throw Refusal.clockBehind(now.report) }
  }
}

extension Permission {
  /// Why somebody is refused, and who could help.
  func sentence(for environment: EnvironmentName?) -> String {
    let place = environment.map { " of \($0.text)" } ?? ""
    switch self {
    case .administer: return "only an admin may do this; the configuration names the admins"
    case .audit: return "only an auditor or an admin may read the audit records"
    case .ask: return "you are not a requester\(place); ask an admin to add you with --requester"
    case .write:
      return "only a writer\(place) or an admin may do this; ask an admin to add you with --writer"
    case .review: return "you are not a reviewer\(place); ask one of its reviewers"
    case .revoke: return "only a reviewer\(place) or an admin may revoke a grant"
    case .withdraw: return "only the job that made the request, or an admin, may cancel it"
    case .use: return "only the job that made the request may use it"
    default: return "you have no role\(place) that allows this"
    }
  }
}
