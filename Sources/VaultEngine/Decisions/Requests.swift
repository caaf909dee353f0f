import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  func createRequest(
    _ caller: Caller, for permission: Permission, _ wish: RequestCreate, at now: Moment
  ) throws -> Pending {
    let environment = try requesterEnvironment(wish.environment, caller, for: permission)
    try wish.context.check()
    try refuseBackwardClock(now)
    if live.live(of: caller.subject) >= VaultLimits.livePerRequester {
      throw Refusal.waitingLimit(
        environment: environment.name.text, limit: VaultLimits.livePerRequester)
    }
    let waiting = live.waiting(in: environment.id, by: caller.subject)
    let limits = configuration.waiting
    if waiting.all >= limits.perEnvironment {
      throw Refusal.waitingLimit(environment: environment.name.text, limit: limits.perEnvironment)
    }
    if waiting.own >= limits.perRequester {
      throw Refusal.waitingLimit(environment: environment.name.text, limit: limits.perRequester)
    }
    let wanted = try wish.standing.map { [try source(of: $0, wish.secrets, in: environment)] }
    let (pinned, leftOut) = try pin(wanted ?? wish.secrets, in: environment)
    let superseded = try wish.supersede.map { try supersedable($0, in: environment, caller) }
    let ticket = try Ticket.generate(random: random)
    var request = AccessRequest(
      id: trail.head.nextRequest, environment: environment.id, environmentName: environment.name,
      gateRevision: environment.revision, revision: 1,
      requester: Requester(
        subject: caller.subject, name: caller.name,
        person: configuration.people.person(caller.subject)),
      secrets: pinned, context: wish.context, standing: wish.standing, attended: wish.attended,
      ticketHash: try Ticket.hash(of: ticket).bytes, created: now.reading,
      expires: Deadline(after: environment.gate.clocks.request, from: now), digest: [],
      state: .waiting)
    request.digest = try sha256(request.digestInput(vault: vault.bytes)).bytes
    trail.head.nextRequest += 1
    if let superseded {
      try end(superseded, .superseded, by: caller, at: now, [("by", "\(request.id)")])
    }
    // Behind the end of the older one: it inherits no place.
    request = request.settled(
      in: environment, people: configuration.people, record: trail.sequence + 1, at: now)
    try rows.put(request)
    live.update(request) {
      $0.maker = caller.connection
      $0.origin = caller.origin
      $0.attendants = [caller.connection]
    }
    record(.requestCreated, request, by: caller, at: now, [("digest", digest(request))])
    recordStanding(request, by: caller, at: now)
    var answer = try answer(request)
    answer.leftOut = leftOut
    return .ready(.requestCreated(answer, ticket: ticket))
  }

  /// An older request that its maker ends by a newer one: of the same environment, and still withdrawable.
  private func supersedable(
    _ older: TicketedRequest, in environment: Environment, _ caller: Caller
  ) throws -> AccessRequest {
    let request = try request(older.request, older.ticket, caller, for: .use)
    guard request.environment == environment.id else {
      throw Refusal.requestUnknown(older.request)
    }
    try request.mayBeWithdrawn()
    return request
  }

  /// What is asked for, each at its current version. A secret without one is left out where all are asked
  /// for, and refused where it is named.
  private func pin(
    _ names: [SecretName]?, in environment: Environment
  ) throws -> (pinned: [PinnedSecret], leftOut: [SecretName]) {
    guard let names else {
      let all = try rows.secrets(
        environment.id, after: nil, limit: VaultLimits.secretNamesPerEnvironment)
      let set = all.filter { $0.life == .set }
      if set.isEmpty { throw Refusal.secretsNone(environment: environment.name.text) }
      return (try set.map { try pin($0) }, all.filter { $0.life == .empty }.map(\.name))
    }
    let sorted = Set(names).sorted()
    if sorted.isEmpty { throw Refusal.secretsNone(environment: environment.name.text) }
    let pinned = try sorted.map { name in
      guard let secret = try rows.secret(environment.id, name), secret.isLive else {
        throw Refusal.secretUnknown(environment: environment.name.text, name: name.text)
      }
      if secret.life == .empty {
        throw Refusal.secretEmpty(environment: environment.name.text, name: name.text)
      }
      return try pin(secret)
    }
    return (pinned, [])
  }

  /// The current version; nobody is asked about one that cannot be read.
  private func pin(_ secret: Secret) throws -> PinnedSecret {
    let pinned = PinnedSecret(name: secret.name, version: secret.current)
    try requireReadable(pinned, in: secret.environment)
    return pinned
  }

  func getRequest(
    _ caller: Caller, for permission: Permission, _ id: Int64, ticket: SecretBuffer?, at now: Moment
  ) throws -> Pending {
    let (request, sight) = try seenRequest(id, ticket, caller, for: permission)
    return .ready(.request(try answer(try presented(request, at: now), sight)))
  }

  /// Like ``getRequest(_:_:ticket:at:)``, and keeps an attended request alive meanwhile, where it is the caller's:
  /// by the connection that made it, or by its ticket.
  func observeRequest(
    _ caller: Caller, for permission: Permission, _ id: Int64, ticket: SecretBuffer?, at now: Moment
  ) throws -> Pending {
    let (request, sight) = try seenRequest(id, ticket, caller, for: permission)
    if request.requester.isSubject(of: caller), isAsker(of: request, ticket, caller) {
      live.attend(id, by: caller.origin)
    }
    return .ready(.request(try answer(try presented(request, at: now), sight)))
  }

  func listRequests(
    _ caller: Caller, for permission: Permission, _ filter: RequestList, at now: Moment
  ) throws -> Pending {
    var environment: Int64?
    if let name = filter.environment {
      // Whoever may only ask sees the requests of its own account.
      environment = try visibleEnvironment(name, caller, for: .see).environment.id
    }
    var answers: [RequestAnswer] = []
    var before = filter.after ?? trail.head.nextRequest
    var bytes = 0
    // What the caller may not see, or does not want, is passed over; no list holds the loop for long.
    while bytes < Self.mostScannedBytes {
      let page = try rows.requests(before: before, environment: environment, limit: Self.scanStep)
      for (request, size) in page {
        if let since = filter.since, request.created.wall < since {
          return .ready(.requests(answers, next: nil))
        }
        let shown = try presented(request, at: now)
        if filter.wants(shown), let sight = try sight(of: shown, caller, for: permission),
          // What a list finds by something tells that something.
          sight != .number || !filter.asksForMoreThanState
        {
          answers.append(try answer(shown, sight, isListed: true))
        }
        bytes += size
        before = request.id
        if answers.count == filter.limit {
          return .ready(.requests(answers, next: before > 1 ? before : nil))
        }
      }
      if page.count < Self.scanStep { return .ready(.requests(answers, next: nil)) }
    }
    return .ready(.requests(answers, next: before))
  }

  /// The bytes of rows after which a list answers what it has; one step more at most.
  private static let mostScannedBytes = 128 << 10
  /// The rows that a list takes at a time.
  private static let scanStep = 8

  /// Those of some requests that the caller may see: for events about them.
  func followRequests(
    _ caller: Caller, for permission: Permission, _ ids: [Int64], at now: Moment
  ) throws -> Pending {
    var followed: [FollowedRequest] = []
    for id in ids.prefix(Self.mostScanned) {
      // One row that does not verify must not keep what happens to the others from anybody.
      guard let request = try readable(id, at: now),
        let sight = try sight(of: request, caller, for: permission)
      else { continue }
      followed.append(
        FollowedRequest(
          id: id, environment: request.environmentName,
          state: try presented(request, at: now).state, isWhole: sight != .number))
    }
    return .ready(.followed(followed))
  }

  /// A request's digest as people and records say it.
  func digest(_ request: AccessRequest) -> String {
    "sha256:" + (Digest32(request.digest)?.hex ?? "")
  }

  /// A record about a request.
  func record(
    _ event: AuditEvent, _ request: AccessRequest, by caller: (any Initiator)?, at now: Moment,
    _ details: [(String, String)] = []
  ) {
    draft.work.changed.insert(request.id)
    trail.append(
      AuditRecord(
        at: now, event: event, subject: caller?.subject, account: caller?.name,
        environment: request.environmentName.text, request: request.id, secrets: request.secrets,
        details: details.map { AuditRecord.Detail($0.0, $0.1) }))
  }
}

extension RequestList {
  /// Whether it looks at more than every job of an account may know of the others' requests.
  fileprivate var asksForMoreThanState: Bool { secret != nil || since != nil }

  /// Whether a request is one of those that are asked for, its environment and age apart.
  fileprivate func wants(_ request: AccessRequest) -> Bool {
    if let state, state != request.state.text { return false }
    guard let secret else { return true }
    return request.secrets.contains {
      $0.name == secret && (version == nil || $0.version == version)
    }
  }
}
