import SecretMemory
import VaultCore
import VaultCrypto

/// How requests end before their time: by their maker, by a reviewer, by an admin.
extension VaultEngine {
  /// The approvals and grants that one command takes back at most; whoever wants more asks again.
  static let mostRevoked = 200

  func cancelRequest(
    _ caller: Caller, _ id: Int64, ticket: SecretBuffer?, at now: Moment
  ) throws -> Pending {
    let request = try request(id, ticket, caller, for: .withdraw)
    try request.mayBeWithdrawn()
    return .ready(.request(try answer(try end(request, .cancelled, by: caller, at: now))))
  }

  func revokeRequest(_ caller: Caller, _ id: Int64, at now: Moment) throws -> Pending {
    let request = try request(id, nil, caller, for: .revoke)
    try request.mayBeRevoked()
    return .ready(.request(try answer(try end(request, .revoked, by: caller, at: now))))
  }

  func revokeAll(
    _ caller: Caller, environment name: EnvironmentName?, requester: PrincipalName?, at now: Moment
  ) throws -> Pending {
    let named = try name.map { try environment($0, caller, for: .revoke) }
    var permitted: [Int64: Bool] = [:]
    var found: [AccessRequest] = []
    var isCut = false
    for id in live.ids(in: named?.id, [.approved, .active]) {
      guard let request = try rows.request(id) else { continue }
      if let requester, !request.requester.isNamed(requester) { continue }
      if named == nil {
        let known =
          try permitted[request.environment]
          ?? !roles(of: caller, around: request).isDisjoint(with: Permission.revoke.roles)
        permitted[request.environment] = known
        if !known { continue }
      }
      if found.count == most(Self.mostRevoked) {
        isCut = true
        break
      }
      found.append(request)
    }
    // Whoever may take nothing back anywhere is told so, and not that there was nothing to take back.
    if named == nil && found.isEmpty { try require(.revoke, caller) }
    for request in found { try end(request, .revoked, by: caller, at: now) }
    return .ready(.revoked(found.map(\.id), more: isCut))
  }

  /// Ends a request, on the record.
  @discardableResult
  func end(
    _ request: AccessRequest, _ end: RequestState, by caller: Caller?, at now: Moment,
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

extension Requester {
  /// Whether this is who was typed: an account by its name at the time, or by its number; a job socket.
  fileprivate func isNamed(_ name: PrincipalName) -> Bool {
    switch name {
    case .user(let text): self.name == text
    case .uid(let number): uid == number
    case .socket(let socket): subject == .socket(socket)
    case .group, .gid: false
    }
  }
}
