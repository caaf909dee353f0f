import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto

/// How much of a request each caller is told (`asker-alone`): all jobs of a host share one account, and what one
/// of them says is no business of the others.
extension VaultEngine {
  /// A request and how much of it the caller may see.
  /// - Parameter ticket: one that is shown must be the request's.
  func seenRequest(
    _ id: Int64, _ ticket: SecretBuffer?, _ caller: Caller, for permission: Permission
  ) throws -> (AccessRequest, RequestSight) {
    let request = try request(id, nil, caller, for: permission)
    let isOwn = request.requester.isSubject(of: caller)
    if isOwn, ticket != nil { try checkTicket(ticket, of: request) }
    if isOwn, ticket != nil || live.isMaker(caller.connection, of: id) {
      // A role shows more; where the account database must be asked for it, the maker does not wait.
      let roles = try? roles(of: caller, around: request)
      return (request, roles?.isDisjoint(with: permission.roles) == false ? .whole : .own)
    }
    guard let sight = try sight(of: request, caller, for: permission) else {
      throw Refusal.requestUnknown(id)
    }
    return (request, sight)
  }

  /// How much of a request the caller may see; nil for nothing.
  func sight(
    of request: AccessRequest, _ caller: Caller, for permission: Permission
  ) throws -> RequestSight? {
    let isOwn = request.requester.isSubject(of: caller)
    let isMaker = isOwn && live.isMaker(caller.connection, of: request.id)
    let roles: Roles
    do { roles = try self.roles(of: caller, around: request) } catch let refusal as Refusal {
      if isMaker { return .own }
      // No answer means the less.
      if isOwn, case .accountUnavailable = refusal { return .number }
      throw refusal
    }
    if !roles.isDisjoint(with: permission.roles) { return .whole }
    return isMaker ? .own : isOwn ? .number : nil
  }

  /// What the gate of a request still waits for.
  func unmet(of request: AccessRequest, in environment: Environment) -> [Unmet] {
    environment.gate.verdict(
      for: request, reviews: request.reviews, people: configuration.people
    ).unmet
  }

  /// The secrets of a request whose pinned versions cannot be read.
  func unusable(of request: AccessRequest) throws -> [UnusableSecret] {
    try request.secrets.compactMap { secret in
      let state = try rows.state(request.environment, secret.name, secret.version)
      return state == .enabled ? nil : UnusableSecret(name: secret.name, state: state)
    }
  }

  /// The current versions of a request's secrets that are pinned to another one.
  private func currentVersions(for request: AccessRequest) throws -> [SecretName: Int64] {
    var current: [SecretName: Int64] = [:]
    for pinned in request.secrets {
      guard let secret = try rows.secret(request.environment, pinned.name), secret.isLive,
        secret.current != pinned.version
      else { continue }
      current[pinned.name] = secret.current
    }
    return current
  }

  /// What the answer about a request says beside the request itself.
  /// - Parameter isListed: whether it is one of many. Of those that have ended a list looks up no secrets.
  func answer(
    _ request: AccessRequest, _ sight: RequestSight = .own, isListed: Bool = false
  ) throws -> RequestAnswer {
    var answer = RequestAnswer(request, sight)
    if request.state == .waiting || request.state == .cancelled || request.place != nil,
      let environment = try rows.environment(id: request.environment)
    {
      if environment.revision == request.gateRevision {
        if request.state == .waiting {
          answer.unmet = unmet(of: request, in: environment)
        }
        answer.turn = try turn(of: request, in: environment)
        answer.outdatedBy = environment.newerActivated(than: request.id)
      }
      if request.state.isLive || !isListed { answer.unusable = try unusable(of: request) }
      if request.state.isLive { answer.current = try currentVersions(for: request) }
      if request.state == .waiting {
        answer.newNames = environment.names.unapproved(request.secrets.map(\.name))
      }
    }
    answer.byServiceAccount = configuration.isShared(request.requester.subject)
    if sight == .whole { answer.likeness = live.likeness(of: request.id) }
    if let entry = live[request.id] {
      answer.origin = entry.origin
      answer.isUnattended = entry.isUnattended
      answer.absence = entry.absence(graceMilliseconds: Self.attendedGrace)
    }
    return answer
  }
}
