import VaultCore

/// A hand-driven clock: one boot, and a second one after it.
enum Clock {
  static let boot = BootID(high: 1, low: 2)
  static let nextBoot = BootID(high: 3, low: 4)
  static let start = Moment(wall: 1_800_000_000_000, boot: 5_000_000, bootID: boot)

  /// The start, and this much later on both clocks.
  static func after(_ milliseconds: Int64) -> Moment {
    Moment(wall: start.wall + milliseconds, boot: start.boot + milliseconds, bootID: boot)
  }
}

/// The accounts of a small build host.
enum Host {
  static let runner: UInt32 = 998
  static let alice: UInt32 = 1001
  static let bob: UInt32 = 1002
  static let carol: UInt32 = 1003
  /// Alice's second account.
  static let aliceAdmin: UInt32 = 1101
  static let ops: UInt32 = 5000

  static let people = People([alice: "alice", aliceAdmin: "alice"])

  static let names: [UInt32: String] = [
    runner: "runner", alice: "alice", bob: "bob", carol: "carol", aliceAdmin: "alice-adm",
  ]

  static func user(_ uid: UInt32) -> Principal { .user(name: names[uid] ?? "nobody", uid: uid) }

  static let opsGroup = Principal.group(name: "ops", gid: ops)

  static func answer(_ uid: UInt32, groups: [UInt32] = []) -> AccountAnswer {
    guard let name = names[uid] else { return .nobody }
    return .known(
      Account(
        uid: uid, name: name,
        groups: groups.map { Account.Group(gid: $0, name: $0 == ops ? "ops" : "g\($0)") }))
  }

  /// A caller whose groups the kernel and the account database agree on.
  static func caller(_ uid: UInt32, groups: [UInt32] = []) -> Caller {
    Caller(
      uid: uid, kernelGroups: groups, isOverflow: false, connection: 1,
      account: answer(uid, groups: groups))
  }

  /// What the account database says of everybody, none of them in a group.
  static let answers = Dictionary(uniqueKeysWithValues: names.keys.map { ($0, answer($0)) })
}

extension Gate {
  /// A gate of rules, `(required, reviewers)` each, which the runner may ask at.
  static func rules(
    _ rules: (Int, [Principal])..., requesters: Requesters = .principals([Host.user(Host.runner)]),
    allowSelfReview: Bool = false, clocks: Clocks = Clocks()
  ) -> Gate {
    Gate(
      protection: .reviewers(rules.map { ReviewerRule(reviewers: $0.1, required: $0.0) }),
      requesters: requesters, allowSelfReview: allowSelfReview, clocks: clocks)
  }

  static let alice = Gate.rules((1, [Host.user(Host.alice)]))
}

enum Sample {
  static let digest = [UInt8](repeating: 0xD1, count: 32)
  static let otherDigest = [UInt8](repeating: 0xD2, count: 32)

  static func environment(_ gate: Gate, id: Int64 = 7, revision: Int64 = 3) throws -> Environment {
    Environment(
      id: id, name: try EnvironmentName("production"), revision: revision, gate: gate,
      created: Clock.start.wall, creator: 0)
  }

  static func request(
    by uid: UInt32 = Host.runner, gateRevision: Int64 = 3, state: RequestState = .waiting,
    lives: Int64 = 86_400_000, grant: Grant? = nil
  ) throws -> AccessRequest {
    AccessRequest(
      id: 42, environment: 7, environmentName: try EnvironmentName("production"),
      gateRevision: gateRevision, revision: 1,
      requester: Requester(
        uid: uid, name: Host.names[uid], person: Host.people.person(uid: uid)),
      secrets: [PinnedSecret(name: try SecretName("AZURE_CREDENTIALS"), version: 3)],
      context: RequestContext(reason: "deploy 4f2c"), attended: false,
      ticketHash: [UInt8](repeating: 1, count: 32), created: Clock.start.reading,
      expires: Deadline(after: lives, from: Clock.start), digest: digest, state: state,
      grant: grant)
  }

  static func review(
    _ uid: UInt32, _ decision: Review.Decision = .approved, as principals: [Principal]? = nil,
    person: Person? = nil, gateRevision: Int64 = 3, digest: [UInt8] = Sample.digest,
    at time: ClockReading = Clock.start.reading
  ) -> Review {
    Review(
      decision: decision, person: person ?? Host.people.person(uid: uid), uid: uid,
      name: Host.names[uid], principals: principals ?? [Host.user(uid)],
      gateRevision: gateRevision, digest: digest, comment: "", time: time)
  }
}

extension RequestState {
  /// Each state once, and each way to close.
  static let every: [RequestState] =
    [.waiting, .approved(until: Deadline(after: 8_000, from: Clock.start), place: 70), .active]
    + Outcome.allCases.map { .closed($0) }
    + [.rejected, .expired, .cancelled, .superseded, .revoked]
}

extension AccessRequest {
  /// This request after one more review by somebody of the host.
  func reviewed(
    _ decision: Review.Decision = .approved, shown: [UInt8]? = Sample.digest,
    by caller: Caller, people: People = Host.people, in environment: Environment,
    at now: Moment = Clock.start
  ) throws(Refusal) -> AccessRequest {
    try reviewed(
      decision, shown: shown, comment: "", by: caller, people: people, in: environment, record: 90,
      at: now)
  }

  func with(reviews: [Review]) -> AccessRequest {
    var copy = self
    copy.reviews = reviews
    return copy
  }
}

/// By the people of the host, where a test is not about them.
extension Gate {
  func verdict(for request: AccessRequest, reviews: [Review]) -> Verdict {
    verdict(for: request, reviews: reviews, people: Host.people)
  }
}

extension AccessRequest {
  func settled(in environment: Environment, record: Int64, at now: Moment) -> AccessRequest {
    settled(in: environment, people: Host.people, record: record, at: now)
  }

  func activated(
    in environment: Environment, hold: Grant.Hold = .connection, at now: Moment
  ) throws(Refusal) -> AccessRequest {
    try activated(in: environment, people: Host.people, hold: hold, at: now)
  }

  func mayBeRead(in environment: Environment, at now: Moment) throws(Refusal) {
    try mayBeRead(in: environment, people: Host.people, at: now)
  }

  func rechecked(
    _ answers: [UInt32: AccountAnswer], asked: Int64? = nil, in environment: Environment,
    record: Int64, at now: Moment
  ) -> AccessRequest? {
    rechecked(
      answers, asked: asked, in: environment, people: Host.people, record: record, at: now)
  }
}

/// A gate with the values of its rules beside each other.
extension Gate {
  init(
    protection: Protection, requesters: Requesters, writers: [Principal] = [],
    allowSelfReview: Bool = false, exclusive: Bool = false, inOrder: Bool = false,
    maxReads: Int? = nil, clocks: Clocks = Clocks(), allowedNames: [SecretName] = []
  ) {
    self.init(
      protection: protection, requesters: requesters, writers: writers, terms: GateTerms())
    self.allowSelfReview = allowSelfReview
    self.exclusive = exclusive
    self.inOrder = inOrder
    self.maxReads = maxReads
    self.clocks = clocks
    self.allowedNames = allowedNames
  }
}
