import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto

/// How requests end before their time: by their maker, by a reviewer, by an admin.
extension VaultEngine {
  func cancelRequest(
    _ caller: Caller, for permission: Permission, _ id: Int64, ticket: SecretBuffer?, at now: Moment
  ) throws -> Pending {
    let request = try request(id, ticket, caller, for: permission)
    try request.mayBeWithdrawn()
    return .ready(.request(try answer(try end(request, .cancelled, by: caller, at: now))))
  }

  func revokeRequest(_ caller: Caller, for permission: Permission, _ id: Int64, at now: Moment)
    throws -> Pending
  {
    let request = try request(id, nil, caller, for: permission)
    try request.mayBeRevoked()
    return .ready(.request(try answer(try end(request, .revoked, by: caller, at: now))))
  }

  func revokeAll(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName?,
    requester: PrincipalName?, at now: Moment
  ) throws -> Pending {
    let named = try name.map { try environment($0, caller, for: permission) }
    var permitted: [Int64: Bool] = [:]
    var found: [Int64] = []
    var isCut = false
    for id in revocable(in: named?.id, madeBy: requester) {
      guard let entry = live[id], !entry.isEnding, entry.phase != .waiting,
        named == nil || entry.environment == named?.id
      else { continue }
      if named == nil {
        let known =
          try permitted[entry.environment]
          ?? !roles(of: caller, around: entry.environment)
          .isDisjoint(with: permission.roles)
        permitted[entry.environment] = known
        if !known { continue }
      }
      if found.count == most(lasting.mostRevoked) {
        isCut = true
        break
      }
      found.append(id)
    }
    // Whoever may take nothing back anywhere is told so, and not that there was nothing to take back.
    if named == nil && found.isEmpty { try require(permission, caller) }
    try decide(found, .revoked, by: caller, at: now)
    return .ready(.revoked(RevokedView(revoked: found, more: isCut)))
  }

  /// No fewer than the approvals and grants that are named, by whatever index names the fewest.
  private func revocable(in environment: Int64?, madeBy requester: PrincipalName?)
    -> AnySequence<Int64>
  {
    if let requester { return AnySequence(live.made(by: requester.names)) }
    return AnySequence(live.revocable(in: environment))
  }

  /// Ends a request, on the record.
  @discardableResult
  func end(
    _ request: AccessRequest, _ end: RequestState, by caller: (any Initiator)?, at now: Moment,
    _ details: [(String, String)] = []
  ) throws -> AccessRequest {
    let next = request.ended(end)
    try rows.put(next)
    live.update(next)
    switch end {
    case .closed(let outcome):
      record(.grantClosed, next, by: caller, at: now, [("outcome", outcome.rawValue)] + details)
    case .cancelled: record(.requestCancelled, next, by: caller, at: now, details)
    case .superseded: record(.requestSuperseded, next, by: caller, at: now, details)
    case .revoked:
      record(
        .requestRevoked, next, by: caller, at: now, [("was", request.state.text)] + details)
    default: record(.requestExpired, next, by: caller, at: now, details)
    }
    return next
  }
}

extension PrincipalName {
  /// How the requests of whom it names are found: an account by its name at the time, or by its number; a job
  /// socket.
  var names: [LiveIndexes.Name] {
    switch self {
    case .user(let text): [.account(text)]
    case .uid(let number): [.subject(.account(number))]
    case .socket(let socket): [.subject(.socket(socket))]
    case .group, .gid: []
    }
  }
}
