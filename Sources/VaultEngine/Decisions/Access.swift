import SecretMemory
import VaultCore
import VaultCrypto

/// Who may see and do what; every question of a role is asked here.
extension VaultEngine {
  /// The environment, for somebody with any role in it; for everybody else there is no such environment.
  func visibleEnvironment(
    _ name: EnvironmentName, _ caller: Caller
  ) throws -> (environment: Environment, roles: Roles) {
    guard let environment = try rows.environment(named: name) else {
      throw Refusal.environmentUnknown(name.text)
    }
    let roles = try roles(of: caller, in: environment)
    if roles.isEmpty { throw Refusal.environmentUnknown(name.text) }
    return (environment, roles)
  }

  /// The environment, for one of its requesters. The short way of every release: the other roles are
  /// looked at only to choose the answer for whoever is refused.
  func requesterEnvironment(_ name: EnvironmentName, _ caller: Caller) throws -> Environment {
    guard let environment = try rows.environment(named: name) else {
      throw Refusal.environmentUnknown(name.text)
    }
    do {
      if try environment.gate.requesters.include(caller) { return environment }
    } catch {
      throw Refusal(error)
    }
    if try roles(of: caller, in: environment).isEmpty {
      throw Refusal.environmentUnknown(name.text)
    }
    throw Refusal.accessDenied(
      "you are no requester of \(environment.name.text); its admin can name you with --requester")
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

  /// Whether the configuration names the caller as an admin; the environment's gate is not asked.
  func isAdmin(_ caller: Caller) throws -> Bool {
    do { return try !configuration.standing.admins.matching(caller).isEmpty } catch {
      throw Refusal(error)
    }
  }

  func requireAdmin(_ caller: Caller) throws {
    try require(.admin, caller, "only an admin may do this; admins are named in the configuration")
  }

  func require(_ role: Roles, _ caller: Caller, _ sentence: String) throws {
    let roles: Roles
    do {
      roles = try configuration.standing.roles(of: caller)
    } catch {
      throw Refusal(error)
    }
    if roles.isDisjoint(with: role) { throw Refusal.accessDenied(sentence) }
  }

  /// A request, for its requester's principal, a reviewer of its environment, an auditor or an admin.
  func visibleRequest(_ id: Int64, _ caller: Caller) throws -> AccessRequest {
    guard let request = try rows.request(id), try isVisible(request, to: caller) else {
      throw Refusal.requestUnknown(id)
    }
    return request
  }

  func isVisible(_ request: AccessRequest, to caller: Caller) throws -> Bool {
    if request.requester.uid == caller.uid && !caller.isOverflow { return true }
    guard let environment = try rows.environment(id: request.environment) else { return false }
    return !(try roles(of: caller, in: environment)).isDisjoint(with: [.reviewer, .admin, .auditor])
  }

  /// `asker-alone`: the connection that made the request, or its ticket; all jobs of a host share one uid,
  /// so the uid alone proves nothing.
  func requireAsker(_ request: AccessRequest, _ ticket: SecretBuffer?, _ caller: Caller) throws {
    guard request.requester.uid == caller.uid else { throw Refusal.requestUnknown(request.id) }
    if ticket == nil, live[request.id]?.maker == caller.connection { return }
    try checkTicket(ticket, of: request)
  }

  func checkTicket(_ ticket: SecretBuffer?, of request: AccessRequest) throws {
    guard let ticket, let hash = try? Ticket.hash(of: ticket), hash.isEqual(request.ticketHash)
    else {
      throw Refusal.ticketRequired(id: request.id)
    }
  }

  /// A wall clock far behind the highest time seen would prolong what has ended across a reboot.
  func refuseBackwardClock(_ now: Moment) throws {
    if now.wall < trail.head.highestWall - Self.clockTolerance { throw Refusal.clockBehind }
  }

  /// What the answer about a request says beside the request itself.
  func answer(_ request: AccessRequest) throws -> RequestAnswer {
    var unmet: [Unmet] = []
    if request.state == .waiting, let environment = try rows.environment(id: request.environment),
      environment.revision == request.gateRevision
    {
      unmet = environment.gate.verdict(for: request, reviews: request.reviews).unmet
    }
    return RequestAnswer(
      request: request, unmet: unmet,
      byServiceAccount: configuration.serviceAccounts.contains(request.requester.uid))
  }
}
