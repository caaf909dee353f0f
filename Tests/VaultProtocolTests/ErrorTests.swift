import Testing
import VaultCore

@testable import VaultProtocol

@Suite struct ErrorTests {
  struct Row: Sendable, CustomStringConvertible {
    let refusal: Refusal
    let code: Int64
    let reason: String
    var description: String { "\(reason) \(refusal)" }

    init(_ refusal: Refusal, _ code: Int64, _ reason: String) {
      self.refusal = refusal
      self.code = code
      self.reason = reason
    }
  }

  static let unmet = Unmet.approvals(rule: 1, missing: 1, required: 2, from: [.uid(7)])

  private static let doubt = ClockDoubt(
    shown: Samples.time + 86_400_000, adopted: Samples.time, highest: Samples.time,
    isBehind: false, trial: .init(began: Samples.time + 86_000_000, left: 500_000))

  static let reservation =
    ReservedNames.reservation(of: "COMPOSE")
    ?? ReservedNames.Reservation(grade: .never, variable: "PATH", steers: "a shell")

  static let rows: [Row] = [
    Row(.accessDenied("only an admin may do this"), -32001, "access.denied"),
    Row(.notAReviewer("production"), -32001, "access.denied"),
    Row(.environmentUnknown("production"), -32002, "environment.unknown"),
    Row(.environmentExists("production"), -32003, "environment.exists"),
    Row(.environmentLeaving("production"), -32003, "environment.exists"),
    Row(.environmentLimit, -32004, "limit.environments"),
    Row(.nameInvalid(what: "the name of a secret", .empty), -32005, "name.invalid"),
    Row(.gateInvalid(.noRequesters), -32006, "gate.invalid"),
    Row(.principalUnknown("user:bob"), -32007, "principal.unknown"),
    Row(.secretUnknown(environment: "production", name: "A"), -32008, "secret.unknown"),
    Row(.secretsNone(environment: "production"), -32008, "secret.unknown"),
    Row(.secretLimit, -32009, "limit.secrets"),
    Row(.gateRequired("production"), -32010, "gate.required"),
    Row(
      .standingRequired(environment: "production", unit: "web.service", credential: "database"),
      -32010, "gate.required"),
    Row(.gateWaiting(id: 7, [unmet]), -32011, "gate.waiting"),
    Row(.gateChanged(id: 7), -32012, "gate.refused"),
    Row(.versionUnavailable(name: "A", version: 3), -32013, "secret.disabled"),
    Row(.casMismatch(current: 3), -32014, "cas.mismatch"),
    Row(.valueTooLarge(limit: 65_536), -32015, "limit.value"),
    Row(.requestUnknown(7), -32017, "request.unknown"),
    Row(.requestState(id: 7, "closed"), -32018, "request.ended"),
    Row(.ticketRequired(id: 7), -32019, "ticket.required"),
    Row(.digestMismatch(id: 7), -32020, "digest.mismatch"),
    Row(.selfReview(id: 7), -32021, "review.self"),
    Row(.alreadyReviewed(id: 7), -32022, "review.repeated"),
    Row(.tooManyReviews, -32023, "limit.reviews"),
    Row(.grantExpired(id: 7), -32024, "grant.expired"),
    Row(.contextInvalid("reason", "is longer than 4096 bytes"), -32025, "text.invalid"),
    Row(.waitingLimit(environment: "production", limit: 50), -32026, "limit.requests"),
    Row(
      .recordLimit(limit: 100_000, until: Samples.time, after: 60_000), -32090, "limit.record"),
    Row(.memoryExhausted, -32027, "limit.memory"),
    Row(.storageTampered, -32028, "storage.tampered"),
    Row(.storageUnavailable(.full), -32029, "storage.unavailable"),
    Row(.auditUnavailable(.scarce), -32030, "audit.unavailable"),
    Row(.accountUnavailable, -32031, "account.unavailable"),
    Row(.clockBehind(doubt), -32032, "clock.behind"),
    Row(.clockOnTrial(id: 7, doubt), -32054, "clock.trial"),
    Row(.accountNeeded([7]), -32603, "internal"),
    Row(.environmentInUse("production", grants: 2), -32037, "environment.in_use"),
    Row(.revisionMismatch(current: 3), -32038, "revision.mismatch"),
    Row(.gateWeaker(environment: "production", [.unprotected]), -32039, "gate.weaker"),
    Row(.gateOfInvalid(environment: "production", .noRequesters), -32006, "gate.invalid"),
    Row(.versionUnknown(name: "A", version: 3), -32040, "version.unknown"),
    Row(.versionState(name: "A", version: 3, .destroyed), -32041, "version.state"),
    Row(.variableUnknown(environment: "production", name: "A"), -32042, "variable.unknown"),
    Row(.variableLimit, -32043, "limit.variables"),
    Row(.variableInvalid("the value holds a NUL; leave it out"), -32025, "text.invalid"),
    Row(.nameTaken(environment: "production", name: "A", by: "secret"), -32044, "name.taken"),
    Row(
      .grantBusy(
        environment: "production", Turn(holder: 5, since: Samples.time, before: 2), holds: 4),
      -32045, "grant.busy"),
    Row(.grantOutdated(id: 7, by: 9), -32053, "grant.outdated"),
    Row(.grantHeld(id: 7), -32046, "grant.held"),
    Row(.requestOfUnit(id: 7, unit: "web.service"), -32046, "grant.held"),
    Row(.grantLimit(64), -32047, "limit.grants"),
    Row(.readsExhausted(id: 7, name: "A", limit: 1), -32048, "limit.reads"),
    Row(.peerUnknown, -32051, "peer.unknown"),
    Row(.nameInvalid(what: "the name of a secret", .lowerCase("A")), -32060, "name.case"),
    Row(
      .nameReserved(environment: "production", name: "COMPOSE", reservation), -32061,
      "name.reserved"),
    Row(.namesNew(environment: "production", names: ["A", "B"]), -32062, "name.new"),
    Row(.secretEmpty(environment: "production", name: "A"), -32063, "secret.empty"),
    Row(.secretExists(environment: "production", name: "A"), -32044, "name.taken"),
    Row(.importEnded(environment: "production"), -32064, "import.ended"),
    Row(.importOvertaken(environment: "production", names: ["A", "B"]), -32064, "import.ended"),
    Row(.importInvalid("it names no secret"), -32602, "params.invalid"),
    Row(.valuesEmpty(environment: "production", names: ["A", "B"]), -32065, "value.empty"),
    Row(.rootKeyPending, -32070, "key.root"),
    Row(.rootKeyUnfit("there is no new root key; make one"), -32070, "key.root"),
    Row(.backupBusy, -32080, "backup.busy"),
    Row(.backupEnded, -32081, "backup.ended"),
    Row(.backupRoom(needed: 9 << 20, free: 3 << 20), -32082, "backup.room"),
    Row(
      .gateUnconfirmed(environment: "production", revision: 3, asOf: Samples.time), -32083,
      "gate.unconfirmed"),
  ]

  @Test func `every case of a refusal has a row here`() {
    // Fails to compile when the vault learns a new refusal, so that the table learns it too.
    func number(_ refusal: Refusal) -> Int {
      switch refusal {
      case .accessDenied: 0
      case .environmentUnknown: 1
      case .environmentExists: 2
      case .environmentLimit: 3
      case .nameInvalid: 4
      case .gateInvalid: 5
      case .principalUnknown: 6
      case .secretUnknown: 7
      case .secretsNone: 8
      case .secretLimit: 9
      case .versionUnavailable: 10
      case .casMismatch: 11
      case .valueTooLarge: 12
      case .gateRequired: 13
      case .gateWaiting: 14
      case .gateChanged: 15
      case .requestUnknown: 16
      case .requestState: 17
      case .ticketRequired: 18
      case .digestMismatch: 19
      case .selfReview: 20
      case .notAReviewer: 21
      case .alreadyReviewed: 22
      case .tooManyReviews: 23
      case .grantExpired: 24
      case .contextInvalid: 25
      case .waitingLimit: 26
      case .memoryExhausted: 27
      case .storageTampered: 28
      case .storageUnavailable: 29
      case .auditUnavailable: 30
      case .accountUnavailable: 31
      case .clockBehind: 32
      case .accountNeeded: 33
      case .environmentInUse: 34
      case .revisionMismatch: 35
      case .gateWeaker: 36
      case .gateOfInvalid: 37
      case .versionUnknown: 38
      case .versionState: 39
      case .variableUnknown: 40
      case .variableLimit: 41
      case .variableInvalid: 42
      case .nameTaken: 43
      case .grantBusy: 44
      case .grantHeld: 45
      case .grantLimit: 46
      case .readsExhausted: 47
      case .peerUnknown: 48
      case .grantOutdated: 54
      case .environmentLeaving: 49
      case .nameReserved: 50
      case .namesNew: 51
      case .secretEmpty: 52
      case .secretExists: 53
      case .clockOnTrial: 55
      case .importEnded: 56
      case .importOvertaken: 57
      case .importInvalid: 58
      case .valuesEmpty: 59
      case .rootKeyPending: 60
      case .rootKeyUnfit: 61
      case .backupBusy: 62
      case .backupEnded: 63
      case .backupRoom: 64
      case .gateUnconfirmed: 65
      case .recordLimit: 66
      case .requestOfUnit: 67
      case .standingRequired: 68
      }
    }
    #expect(Set(Self.rows.map { number($0.refusal) }) == Set(0...68))
  }

  @Test(arguments: rows)
  func `a refusal travels with its code, its reason and a sentence`(_ row: Row) throws {
    let error = WireError(row.refusal)
    #expect(error.code == row.code)
    #expect(error.reason == row.reason)
    #expect(error.known?.code == row.code)
    let first = try #require(error.message.unicodeScalars.first)
    #expect(!first.properties.isUppercase, "\(error.message)")
    #expect(!error.message.hasSuffix("."), "\(error.message)")
    #expect(error.message.utf8.count > 10)
    #expect(error.message.unicodeScalars.allSatisfy { ForeignText.allows($0) })
    #expect(try Wire.roundTrip(error) == error)
  }

  @Test func `no two reasons share a code`() {
    #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
    #expect(Reason.allCases.allSatisfy { (-32768 ... -32000).contains($0.code) })
  }

  @Test func `only what the table says shares a reason`() {
    var cases: [String: Int] = [:]
    for row in Self.rows { cases[row.reason, default: 0] += 1 }
    #expect(
      cases.filter { $0.value > 1 } == [
        "access.denied": 2, "secret.unknown": 2, "gate.invalid": 2, "text.invalid": 2,
        "environment.exists": 2, "name.taken": 2, "import.ended": 2,
        "key.root": 2, "grant.held": 2, "gate.required": 2,
      ])
  }

  @Test(arguments: StorageTrouble.allCases)
  func `what is wrong with the disk is told, and what mends it`(trouble: StorageTrouble) {
    for refusal in [Refusal.storageUnavailable(trouble), .auditUnavailable(trouble)] {
      #expect(WireError(refusal).message.hasSuffix(trouble.sentence))
    }
  }

  @Test func `clocks: a refusal for the clock's sake names both times and how long it takes`() {
    for refusal in [Refusal.clockBehind(Self.doubt), .clockOnTrial(id: 7, Self.doubt)] {
      let message = WireError(refusal).message
      for time in [Samples.time, Samples.time + 86_400_000] {
        #expect(message.contains(Timestamp.text(milliseconds: time)), "\(message)")
      }
      #expect(message.contains("9 min"), "\(message)")
    }
  }

  @Test func `a name that is none is shown in quotes`() {
    let error = WireError(Refusal.environmentUnknown("a\u{202E}\n\"b"))
    #expect(error.message.contains(#""a\u{202E}\u{A}\"b""#))
  }

  @Test(arguments: [
    ([Principal.user(name: "a", uid: 1)], 1, "for user:a to approve"),
    ([.group(name: "ops", gid: 1)], 1, "for one of group:ops to approve"),
    ([.uid(1), .gid(2)], 1, "for one of uid:1 and gid:2 to approve"),
    ([.uid(1), .uid(2), .uid(3)], 2, "for 2 of uid:1, uid:2 and uid:3 to approve"),
    (
      (1...20).map { .uid($0) }, 1,
      "for one of uid:1, uid:2, uid:3, uid:4, uid:5, uid:6, uid:7 and 13 others to approve"
    ),
  ])
  func `what is missing is said in words`(_ from: [Principal], _ missing: Int, _ words: String) {
    let view = UnmetView(.approvals(rule: 1, missing: missing, required: missing, from: from))
    #expect(view.sentence == words)
  }

  @Test func `an error too long for its line says so instead`() throws {
    let many = (0..<5_000).map {
      UnmetView(
        .approvals(rule: $0, missing: 1, required: 1, from: [.user(name: "somebody", uid: 1)]))
    }
    var encoder = ReplyEncoder(limits: ProtocolLimits(line: 4_096))
    encoder.encode(.string("x"), error: WireError(.gateWaiting, "waits", .unmet(many)))
    #expect(encoder.count <= 4_096)
    let line = encoder.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    #expect(line.contains(#""id":"x""#) && line.contains("limit.line"))
  }
}
