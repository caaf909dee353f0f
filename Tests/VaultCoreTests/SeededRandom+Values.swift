import TestSupport
import VaultCore

/// Values of the vault by chance, whole ranges of them.
extension SeededRandom {
  mutating func flag() -> Bool { Bool.random(using: &self) }

  mutating func integer() -> Int64 {
    switch below(4) {
    case 0: Int64(below(10))
    case 1: [Int64.min, -1, .max, 0][below(4)]
    default: Int64(bitPattern: next())
    }
  }

  mutating func uid() -> UInt32 { UInt32(truncatingIfNeeded: next()) }

  mutating func bytes() -> [UInt8] {
    (0..<below(40)).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  mutating func text() -> String {
    let pieces = ["", "a", "Z", "0", " ", "\"", "\n", "\u{0}", "é", "e\u{301}", "漢", "🗝️", "/", ":"]
    return (0..<below(12)).map { _ in pieces[below(pieces.count)] }.joined()
  }

  mutating func name() -> String {
    let grammar = Array("ABCXYZ0189_")
    return "S_" + String((0..<below(20)).map { _ in grammar[below(grammar.count)] })
  }

  mutating func optional<Value>(_ make: (inout SeededRandom) -> Value) -> Value? {
    flag() ? make(&self) : nil
  }

  mutating func list<Value>(
    from least: Int = 0, _ make: (inout SeededRandom) throws -> Value
  ) rethrows -> [Value] {
    try (0..<(least + below(4))).map { _ in try make(&self) }
  }

  mutating func clockState() -> ClockState {
    var state = ClockState(adopting: reading())
    for _ in 0..<below(4) {
      var next = reading()
      if flag() { next.bootID = state.bootID }
      state = state.looked(at: next).state
    }
    return state
  }

  mutating func moment() -> Moment {
    Moment(wall: integer(), boot: integer(), bootID: BootID(high: next(), low: next()))
  }

  mutating func reading() -> ClockReading { moment().reading }

  mutating func deadline() -> Deadline { Deadline(after: 0, from: moment()) }

  mutating func principal() -> Principal {
    switch below(5) {
    case 0: .user(name: text(), uid: uid())
    case 1: .group(name: text(), gid: uid())
    case 2: .uid(uid())
    case 3: SocketName("jobs-\(below(9))").map { .socket($0) } ?? .uid(uid())
    default: .gid(uid())
    }
  }

  mutating func gate() -> Gate {
    let rules = list(from: 1) { random in
      ReviewerRule(
        reviewers: random.list(from: 1) { $0.principal() }, required: 1 + random.below(20))
    }
    var gate = Gate(
      protection: flag() ? .unprotected : .reviewers(rules),
      requesters: flag() ? .any : .principals(list { $0.principal() }),
      writers: list { $0.principal() }, allowSelfReview: flag(), exclusive: flag(), inOrder: flag(),
      maxReads: optional { $0.below(1 << 31) },
      clocks: Clocks(request: integer(), approval: integer(), grant: integer()),
      allowedNames: (try? list { try SecretName($0.name()) }) ?? [])
    gate.rotationPeriod = optional { $0.integer() }
    return gate
  }

  mutating func environment() throws -> Environment {
    var names = NameRegister()
    for _ in 0..<below(4) {
      names.add(
        try SecretName(name()), flag() ? .secret : .variable, by: flag() ? .admin : .writer,
        first: integer())
    }
    if flag() {
      names.approve(names.entries.prefix(1).map { PinnedSecret(name: $0.name, version: .max) })
    }
    return Environment(
      id: integer(), name: try EnvironmentName(name()), revision: integer(), gate: gate(),
      created: integer(), creator: uid(), lastActivated: integer(),
      deletion: optional {
        NamedSubject(subject: .account($0.uid()), name: $0.optional { $0.text() })
      }, names: names)
  }

  mutating func secret() throws -> Secret {
    Secret(
      environment: integer(), name: try SecretName(name()), revision: integer(),
      current: integer(), life: [.set, .deleted, .empty][below(3)], removed: integer(),
      updated: integer(), updater: uid())
  }

  mutating func variable() throws -> Variable {
    Variable(
      environment: integer(), name: try SecretName(name()), revision: integer(), value: text(),
      updated: integer(), updater: uid())
  }

  mutating func secretVersion() throws -> SecretVersion {
    SecretVersion(
      environment: integer(), name: try SecretName(name()), version: integer(),
      revision: integer(), state: [.enabled, .disabled, .destroyed][below(3)],
      recordDigest: bytes(), fingerprint: bytes(),
      created: integer(), creator: uid())
  }

  mutating func pinned() throws -> PinnedSecret {
    PinnedSecret(name: try SecretName(name()), version: integer())
  }

  mutating func context() -> RequestContext {
    RequestContext(
      reason: optional { $0.text() }, ref: optional { $0.text() }, commit: optional { $0.text() },
      runURL: optional { $0.text() }, command: list { $0.text() },
      delivery: optional { $0.text() }, key: optional { $0.text() })
  }

  mutating func requester() -> Requester {
    let subject = subject()
    return Requester(
      subject: subject, name: subject.uid == nil ? nil : optional { $0.text() },
      person: Person(text: text()))
  }

  mutating func review() -> Review {
    Review(
      decision: flag() ? .approved : .rejected, person: Person(text: text()), uid: uid(),
      name: optional { $0.text() }, principals: list { $0.principal() }, gateRevision: integer(),
      digest: bytes(), comment: text(), time: reading(),
      absence: optional {
        Review.Absence(principals: $0.list { $0.principal() }, until: $0.deadline())
      })
  }

  mutating func state() -> RequestState {
    switch below(9) {
    case 0: .waiting
    case 1: .approved(until: deadline(), place: integer())
    case 2: .active
    case 3: .closed(RequestState.Outcome.allCases[below(RequestState.Outcome.allCases.count)])
    case 4: .rejected
    case 5: .expired
    case 6: .superseded
    case 7: .revoked
    default: .cancelled
    }
  }

  mutating func grant(counted: [Int]) -> Grant {
    Grant(
      activated: reading(), expires: deadline(), counted: counted,
      hold: flag() ? .connection : .ticket, released: optional { $0.integer() },
      reads: list { $0.below(1 << 31) })
  }

  mutating func request() throws -> AccessRequest {
    let reviews = list { $0.review() }
    let counted = reviews.indices.filter { _ in flag() }
    let grant = optional { $0.grant(counted: counted) }
    return AccessRequest(
      id: integer(), environment: integer(), environmentName: try EnvironmentName(name()),
      gateRevision: integer(), revision: integer(), requester: requester(),
      secrets: try list { try $0.pinned() }, context: context(), attended: flag(),
      ticketHash: bytes(), created: reading(), expires: deadline(), digest: bytes(),
      state: state(), reviews: reviews, grant: grant)
  }

  mutating func subject() -> Subject {
    if below(3) == 0, let name = SocketName("jobs-\(below(9))") { return .socket(name) }
    return .account(uid())
  }

  mutating func auditRecord() throws -> AuditRecord {
    let subject = optional { $0.subject() }
    let isSocket = subject != nil && subject?.uid == nil
    return AuditRecord(
      sequence: integer(), time: integer(), boot: integer(),
      event: AuditEvent.allCases[below(AuditEvent.allCases.count)], subject: subject,
      account: isSocket ? nil : optional { $0.text() }, environment: optional { $0.text() },
      request: optional { $0.integer() }, secrets: try list { try $0.pinned() },
      details: list { AuditRecord.Detail($0.text(), $0.text()) })
  }
}
