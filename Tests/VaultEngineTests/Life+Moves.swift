import SecretMemory
import TestSupport
import VaultCalls
import VaultCore
@testable import VaultEngine

/// What people and jobs try: mostly what they may, often what they may not.
extension Life {
  /// The next thing that somebody tries; nil where the one that was drawn has nothing to work on.
  mutating func move() throws -> Move? {
    let name = Self.environments[random.below(Self.environments.count)]
    guard let environment = ledger.environments[name] else { return try create(name) }
    switch random.below(200) {
    case 0..<4: return try edit(name, environment)
    case 4: return try random.oneIn(2) ? delete(name) : removal()
    case 5..<15: return try set(name)
    case 15..<19: return try changeVersion(name, environment)
    case 19..<22: return try rollback(name, environment)
    case 22: return try deleteSecret(name)
    case 23..<27: return try variable(name)
    case 27..<50: return try request(name)
    case 50..<85: return review()
    case 85..<110: return activate()
    case 110..<175: return try read(name)
    case 175..<181: return try ending()
    case 181..<195: return keeping()
    case 195..<198: return end()
    default: return Move(caller: caller(Fixture.admin), action: .tick, kind: "tick")
    }
  }

  // MARK: Who

  /// A connection of an account: one that is open, or a new one.
  private mutating func caller(_ uid: UInt32) -> Caller {
    if let open = random.pick(connections[uid] ?? []), !random.oneIn(5) { return open }
    let new = vault.caller(uid)
    connections[uid, default: []].append(new)
    return new
  }

  private mutating func somebody(_ usual: [UInt32]) -> Caller {
    caller((random.oneIn(10) ? random.pick(Self.accounts) : random.pick(usual)) ?? Fixture.admin)
  }

  /// A request, by preference in one of these states; and somebody who uses it: mostly whoever made it,
  /// on one connection or another, with the right ticket, a wrong one or none.
  private mutating func use(
    _ states: Set<String>, _ kind: String,
    _ action: (Int64, SecretBuffer?) -> Action
  ) -> Move? {
    guard let (id, known) = request(in: states) else { return nil }
    let own = connections[known.requester]?.filter {
      $0.connection == known.grant?.holder ?? known.maker
    }
    let caller = random.oneIn(3) ? nil : random.pick(own ?? [])
    var shows: Int64?
    switch random.below(8) {
    case 0..<5: shows = id
    case 5: shows = random.pick(ledger.requests.keys.sorted())
    default: break
    }
    let ticket = shows.flatMap { ledger.requests[$0]?.ticket }
    return Move(
      caller: caller ?? somebody([known.requester]), action: action(id, ticket), kind: kind,
      request: id, shows: shows)
  }

  private mutating func request(in states: Set<String>) -> (Int64, Ledger.Request)? {
    let recent = ledger.requests.keys.sorted().suffix(20)
    let fit = recent.filter { states.contains(ledger.requests[$0]?.state ?? "") }
    let id = random.oneIn(12) ? random.pick(Array(recent)) : random.pick(Array(fit))
    return id.flatMap { id in ledger.requests[id].map { (id, $0) } }
  }

  /// The end of a connection: nothing is tried on it afterwards.
  private mutating func end() -> Move? {
    guard let uid = random.pick(Self.accounts), let open = connections[uid], !open.isEmpty,
      let ended = connections[uid]?.remove(at: random.below(open.count))
    else { return nil }
    return Move(caller: ended, action: .connectionEnded, kind: "end")
  }

  // MARK: Environments

  private mutating func gate() -> Gate {
    func rule() -> ReviewerRule {
      let reviewers = Self.reviewers.filter { _ in !random.oneIn(4) }
      return ReviewerRule(reviewers: reviewers.map { .uid($0) }, required: 1 + random.below(2))
    }
    let rules = random.oneIn(3) ? [rule(), rule()] : [rule()]
    let isOpen = random.oneIn(3)
    let asks = Self.requesters + (random.oneIn(4) ? [Fixture.bob] : [])
    return Gate(
      protection: isOpen ? .unprotected : .reviewers(rules),
      requesters: .principals(asks.map { .uid($0) }), writers: [.uid(Self.writer)],
      exclusive: random.oneIn(isOpen ? 6 : 3),
      maxReads: random.oneIn(isOpen ? 6 : 2) ? 1 + random.below(3) : nil,
      clocks: Clocks(request: 7_200_000, approval: 3_600_000, grant: 3_600_000))
  }

  private mutating func create(_ name: String) throws -> Move {
    Move(
      caller: somebody([Fixture.admin]),
      action: .createEnvironment(try EnvironmentName(name), gate()), kind: "create",
      environment: name)
  }

  private mutating func edit(_ name: String, _ environment: Environment) throws -> Move {
    var edit = GateEdit()
    switch random.below(8) {
    case 0: edit.protection = gate().protection
    case 1: edit.terms[\.exclusive] = !environment.gate.exclusive
    case 2: edit.terms[\.maxReads] = random.oneIn(3) ? .some(nil) : 1 + random.below(3)
    case 3: edit.approvals = 1 + random.below(3)
    case 4: edit.reviewers.add = [.uid(Self.reviewers[random.below(3)])]
    case 5: edit.reviewers.remove = [.uid(Self.reviewers[random.below(3)])]
    case 6: edit.terms[\.clocks.grant] = Int64(600 + random.below(3_000)) * 1_000
    default: edit.requesters.add = [.uid(2000)]
    }
    return Move(
      caller: somebody([Fixture.admin]),
      action: .updateEnvironment(
        try EnvironmentName(name), edit,
        revision: random.oneIn(3) ? environment.revision : nil, allowWeaken: random.oneIn(2)),
      kind: "edit", environment: name)
  }

  private mutating func delete(_ name: String) throws -> Move {
    Move(
      caller: somebody([Fixture.admin]), action: .deleteEnvironment(try EnvironmentName(name)),
      kind: "delete", environment: name)
  }

  private mutating func removal() -> Move {
    let leaving: [UInt32] = [Fixture.bob, 1004, 2000]
    let uid = leaving[random.below(3)]
    return Move(
      caller: somebody([Fixture.admin]),
      action: .removePrincipal(PrincipalQuery(name: .uid(uid), current: .uid(uid))),
      kind: "removal")
  }

  // MARK: Secrets and variables

  private mutating func secret() -> String { Self.secrets[random.below(Self.secrets.count)] }

  private mutating func set(_ name: String) throws -> Move {
    let secret = secret()
    let value = "\(name) \(secret) \(random.next() & 0xFFFF)"
    return Move(
      caller: somebody([Fixture.admin, Fixture.admin, Fixture.admin, Self.writer]),
      action: .setSecret(
        environment: try EnvironmentName(name), name: try SecretName(secret),
        value: try vault.value(value), cas: random.oneIn(8) ? Int64(random.below(4)) : nil,
        revokePrevious: random.oneIn(6)), kind: "set", environment: name, secret: secret,
      value: value)
  }

  /// A version that there is, or may have been.
  private mutating func version(_ environment: Environment, _ secret: String) -> Int64 {
    let known = ledger.states.keys.filter {
      $0.environment == environment.id && $0.secret == secret
    }.map(\.version).sorted()
    return random.pick(known) ?? 1
  }

  private mutating func changeVersion(_ name: String, _ environment: Environment) throws -> Move {
    let secret = secret()
    let version = version(environment, secret)
    let state: SecretVersion.State =
      switch random.below(8) {
      case 0: .destroyed
      case 1, 2: .disabled
      default: .enabled
      }
    return Move(
      caller: somebody([Self.writer]),
      action: try vault.versionAction(name, secret, version, state), kind: state.text,
      environment: name, secret: secret, version: version)
  }

  private mutating func rollback(_ name: String, _ environment: Environment) throws -> Move {
    let secret = secret()
    let version = version(environment, secret)
    return Move(
      caller: somebody([Self.writer]),
      action: .rollbackSecret(
        environment: try EnvironmentName(name), name: try SecretName(secret), to: version,
        cas: nil), kind: "rollback", environment: name, secret: secret, version: version)
  }

  private mutating func deleteSecret(_ name: String) throws -> Move {
    let secret = secret()
    return Move(
      caller: somebody([Self.writer]),
      action: .deleteSecret(environment: try EnvironmentName(name), name: try SecretName(secret)),
      kind: "delete secret", environment: name, secret: secret)
  }

  private mutating func variable(_ name: String) throws -> Move {
    let environment = try EnvironmentName(name)
    let variable = try SecretName(random.oneIn(6) ? secret() : "V_\(random.below(3))")
    return Move(
      caller: somebody([Fixture.admin, Self.writer]),
      action: random.oneIn(3)
        ? .deleteVariable(environment: environment, name: variable)
        : .setVariable(environment: environment, name: variable, value: "\(random.below(9))"),
      kind: "variable", environment: name)
  }

  // MARK: Requests and grants

  private mutating func request(_ name: String) throws -> Move {
    let names = random.oneIn(4) ? [secret()] : nil
    var supersedes: TicketedRequest?
    if random.oneIn(5), let (id, known) = request(in: ["waiting", "approved"]) {
      supersedes = .init(request: id, ticket: random.oneIn(3) ? nil : known.ticket)
    }
    return Move(
      caller: somebody(Self.requesters),
      action: try vault.makes(
        name, secrets: names, key: random.oneIn(2) ? "job" : nil, supersedes: supersedes,
        attended: random.oneIn(3)), kind: "request", environment: name)
  }

  private mutating func review() -> Move? {
    guard let (id, known) = request(in: ["waiting"]) else { return nil }
    let digest = random.oneIn(15) ? [UInt8](repeating: 1, count: 32) : known.digest
    if random.oneIn(12) {
      return Move(
        caller: somebody(Self.reviewers),
        action: .reject(request: id, digest: nil, comment: "no"), kind: "reject", request: id)
    }
    return Move(
      caller: somebody(Self.reviewers),
      action: .approve(request: id, digest: digest, comment: ""), kind: "approve", request: id)
  }

  private mutating func activate() -> Move? {
    let hold: Grant.Hold = random.oneIn(3) ? .ticket : .connection
    return use(["approved"], "activate") { .activate(request: $0, ticket: $1, hold: hold) }
  }

  private mutating func read(_ name: String) throws -> Move? {
    if random.oneIn(5) {
      let secret = secret()
      return Move(
        caller: somebody(Self.requesters), action: try vault.getAction(name, secret), kind: "get",
        environment: name, secret: secret)
    }
    if random.oneIn(4) {
      let secret = secret()
      let environment = try EnvironmentName(name)
      let wanted = try SecretName(secret)
      var move = use(["active"], "get") {
        .getSecret(environment: environment, name: wanted, request: $0, ticket: $1)
      }
      move?.secret = secret
      return move
    }
    let after = random.oneIn(4) ? secret() : nil
    let name = try after.map { try SecretName($0) }
    var move = use(["active"], "page") { .readGrant(request: $0, ticket: $1, after: name) }
    move?.secret = after
    return move
  }

  private mutating func ending() throws -> Move? {
    switch random.below(6) {
    case 0: return use(["waiting", "approved"], "cancel") { .cancelRequest($0, ticket: $1) }
    case 1:
      guard let (id, _) = request(in: ["approved", "active"]) else { return nil }
      return Move(
        caller: somebody(Self.reviewers), action: .revokeRequest(id), kind: "revoke", request: id)
    case 2:
      guard random.oneIn(4) else { return nil }
      return Move(
        caller: somebody([Fixture.admin, Fixture.carol]),
        action: .revokeAll(environment: nil, requester: random.oneIn(2) ? .uid(2000) : nil),
        kind: "revoke all")
    default:
      return use(["active"], "close") {
        .closeGrant(request: $0, ticket: $1, outcome: .success)
      }
    }
  }

  private mutating func keeping() -> Move? {
    switch random.below(4) {
    case 0, 1: return use(["active"], "hold") { .holdGrant(request: $0, ticket: $1) }
    case 2:
      guard let (id, known) = request(in: ["active"]) else { return nil }
      return Move(
        caller: somebody([known.requester]),
        action: .resumeGrant(request: id, ticket: known.ticket), kind: "resume", request: id,
        shows: id)
    default: return use(["waiting", "approved"], "observe") { id, _ in .observeRequest(id) }
    }
  }
}
