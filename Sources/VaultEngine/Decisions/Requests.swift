import SecretMemory
import VaultCore
import VaultCrypto

extension VaultEngine {
  func createRequest(_ caller: Caller, _ wish: NewRequest, at now: Moment) throws -> Pending {
    let environment = try requesterEnvironment(wish.environment, caller)
    try wish.context.check()
    try refuseBackwardClock(now)
    let pinned = try pin(wish.secrets, in: environment)
    if live.live(of: caller.uid) >= VaultLimits.livePerRequester {
      throw Refusal.waitingLimit(
        environment: environment.name.text, limit: VaultLimits.livePerRequester)
    }
    let waiting = live.waiting(in: environment.id, by: caller.uid)
    let limits = configuration.waiting
    if waiting.all >= limits.perEnvironment {
      throw Refusal.waitingLimit(environment: environment.name.text, limit: limits.perEnvironment)
    }
    if waiting.own >= limits.perRequester {
      throw Refusal.waitingLimit(environment: environment.name.text, limit: limits.perRequester)
    }
    let ticket = try Ticket.generate(random: random)
    var request = AccessRequest(
      id: trail.head.nextRequest, environment: environment.id, environmentName: environment.name,
      gateRevision: environment.revision, revision: 1,
      requester: Requester(
        uid: caller.uid, name: caller.name, person: configuration.people.person(uid: caller.uid)),
      secrets: pinned, context: wish.context, attended: wish.attended,
      ticketHash: try Ticket.hash(of: ticket).bytes, created: now,
      expires: Deadline(after: environment.gate.clocks.request, from: now), digest: [],
      state: .waiting)
    request.digest = try sha256(request.digestInput(vault: vault.bytes)).bytes
    if environment.gate.verdict(for: request, reviews: []).isSatisfied {
      request.state = .approved(
        until: Deadline(after: environment.gate.clocks.approval, from: now))
    }
    trail.head.nextRequest += 1
    try rows.put(request)
    live.update(request) {
      $0.maker = caller.connection
      $0.attendants = [caller.connection]
    }
    record(.requestCreated, request, by: caller, at: now, [("digest", digest(request))])
    return .ready(.requestCreated(try answer(request), ticket: ticket))
  }

  private func pin(_ names: [SecretName]?, in environment: Environment) throws -> [PinnedSecret] {
    guard let names else {
      let all = try rows.secrets(
        environment.id, after: nil, limit: VaultLimits.secretsPerEnvironment)
      if all.isEmpty { throw Refusal.secretsNone(environment: environment.name.text) }
      return all.map { PinnedSecret(name: $0.name, version: $0.current) }
    }
    let sorted = Set(names).sorted()
    if sorted.isEmpty { throw Refusal.secretsNone(environment: environment.name.text) }
    return try sorted.map { name in
      guard let secret = try rows.secret(environment.id, name) else {
        throw Refusal.secretUnknown(environment: environment.name.text, name: name.text)
      }
      return PinnedSecret(name: name, version: secret.current)
    }
  }

  func getRequest(_ caller: Caller, _ id: Int64) throws -> Pending {
    .ready(.request(try answer(try visibleRequest(id, caller))))
  }

  /// Like ``getRequest(_:_:)``, and keeps an attended request of the caller's alive meanwhile.
  func observeRequest(_ caller: Caller, _ id: Int64) throws -> Pending {
    let request = try visibleRequest(id, caller)
    if request.requester.uid == caller.uid { live.attend(id, connection: caller.connection) }
    return .ready(.request(try answer(request)))
  }

  func listRequests(_ caller: Caller, _ filter: RequestFilter) throws -> Pending {
    var environment: Int64?
    if let name = filter.environment {
      environment = try visibleEnvironment(name, caller).environment.id
    }
    var answers: [RequestAnswer] = []
    var id = min(filter.before ?? .max, trail.head.nextRequest)
    // Rows that the caller may not see are passed over, but no list holds the loop for long.
    var scanned = 0
    while id > 1 && answers.count < filter.limit && scanned < Self.mostScanned {
      id -= 1
      scanned += 1
      guard let request = try rows.request(id) else { continue }
      if let environment, environment != request.environment { continue }
      if let state = filter.state, state != request.state.text { continue }
      if try isVisible(request, to: caller) { answers.append(try answer(request)) }
    }
    let before = id > 1 ? id : nil
    return .ready(.requests(answers, next: before))
  }

  /// A request's digest as people and records say it.
  func digest(_ request: AccessRequest) -> String {
    "sha256:" + (Digest32(request.digest)?.hex ?? "")
  }

  /// A record about a request.
  func record(
    _ event: AuditEvent, _ request: AccessRequest, by caller: Caller?, at now: Moment,
    _ details: [(String, String)] = []
  ) {
    changed.insert(request.id)
    trail.append(
      AuditRecord(
        time: now.wall, event: event, uid: caller?.uid, account: caller?.name,
        environment: request.environmentName.text, request: request.id, secrets: request.secrets,
        details: details.map { AuditRecord.Detail($0.0, $0.1) }))
  }
}
