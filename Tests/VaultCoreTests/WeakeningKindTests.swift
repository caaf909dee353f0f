import Testing
import VaultCore

@Suite struct `Each way to weaken a gate` {
  static let gate = Gate(
    protection: .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice), Host.user(Host.bob)], required: 2)
    ]), requesters: .principals([Host.user(Host.runner), Host.user(Host.aliceAdmin)]),
    exclusive: true, inOrder: true, maxReads: 2)

  /// The same gate, stricter wherever it can be.
  static let stricter: Gate = {
    var next = gate
    next.protection = .reviewers(
      gate.rules + [ReviewerRule(reviewers: [Host.user(Host.carol)], required: 1)])
    next.requesters = .principals([Host.user(Host.runner)])
    next.maxReads = 1
    next.clocks = Clocks(request: 60_000, approval: 60_000, grant: 60_000)
    return next
  }()

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: Weakening
    let change: @Sendable (inout Gate) -> Void

    init(
      _ expected: Weakening, _ testDescription: String,
      _ change: @escaping @Sendable (inout Gate) -> Void
    ) {
      self.testDescription = testDescription
      self.expected = expected
      self.change = change
    }

    static func rules(
      _ description: String, _ required: Int, _ reviewers: Principal...
    ) -> Row {
      Row(.rule(1), description) {
        $0.protection = .reviewers([ReviewerRule(reviewers: reviewers, required: required)])
      }
    }
  }

  static let rows: [Row] = [
    Row(.unprotected, "no rules") { $0.protection = .unprotected },
    .rules("one approval fewer", 1, Host.user(Host.alice), Host.user(Host.bob)),
    .rules("a reviewer more", 2, Host.user(Host.alice), Host.user(Host.bob), Host.opsGroup),
    .rules("another reviewer", 2, Host.user(Host.alice), Host.user(Host.carol)),
    .rules("more approvals, by others", 3, Host.opsGroup, Host.user(Host.alice)),
    Row(.rule(1), "one approval fewer, and another's") {
      $0.protection = .reviewers([
        ReviewerRule(reviewers: [Host.user(Host.alice), Host.user(Host.bob)], required: 1),
        ReviewerRule(reviewers: [Host.user(Host.carol)], required: 1),
      ])
    },
    Row(.requesters(["user:carol", "gid:5"]), "requesters more") {
      $0.requesters = .principals([
        Host.user(Host.carol), Host.user(Host.runner), Host.user(Host.aliceAdmin), .gid(5),
      ])
    },
    Row(.requesters(["every account"]), "every requester") { $0.requesters = .any },
    Row(.selfReview, "self-review") { $0.allowSelfReview = true },
    Row(.exclusive, "several grants") { $0.exclusive = false },
    Row(.inOrder, "an older one after a newer one") { $0.inOrder = false },
    Row(.maxReads, "a read more") { $0.maxReads = 3 },
    Row(.maxReads, "no limit of reads") { $0.maxReads = nil },
    Row(.clock("request_ttl"), "request_ttl") { $0.clocks.request = 86_401_000 },
    Row(.clock("approval_ttl"), "approval_ttl") { $0.clocks.approval = 28_801_000 },
    Row(.clock("grant_ttl"), "grant_ttl") { $0.clocks.grant = 3_601_000 },
  ]

  @Test(arguments: rows)
  func `is found where it stands alone, and the way back is none`(row: Row) {
    var weaker = Self.gate
    row.change(&weaker)
    #expect(weaker.weakenings(from: Self.gate) == [row.expected])
    if case .rule = row.expected { return }
    #expect(Self.gate.weakenings(from: weaker).isEmpty)
  }

  @Test(arguments: rows)
  func `is found however much stricter the rest becomes`(row: Row) {
    #expect(Self.stricter.weakenings(from: Self.gate).isEmpty)
    var mixed = Self.stricter
    row.change(&mixed)
    #expect(mixed.weakenings(from: Self.gate) == [row.expected])
  }

  @Test func `is found beside all others`() {
    for protection in Self.rows.prefix(2) {
      var weakest = Self.gate
      for row in Self.rows.dropFirst(6) { row.change(&weakest) }
      protection.change(&weakest)
      #expect(
        weakest.weakenings(from: Self.gate) == [
          protection.expected, .requesters(["every account"]), .selfReview, .exclusive, .inOrder,
          .maxReads, .clock("request_ttl"), .clock("approval_ttl"), .clock("grant_ttl"),
        ])
    }
  }

  @Test func `is none of a gate that protects nothing`() {
    let open = Gate(
      protection: .unprotected, requesters: .principals([Host.user(Host.runner)]),
      exclusive: true, maxReads: 2)
    for row in Self.rows {
      var changed = open
      row.change(&changed)
      #expect(changed.weakenings(from: open).isEmpty)
    }
    for gate in SmallGates.all { #expect(gate.weakenings(from: open).isEmpty) }
  }

  @Test func `is none where somebody may write, who reads nothing by it`() {
    var written = Self.gate
    written.writers = [Host.user(Host.carol)]
    #expect(written.weakenings(from: Self.gate).isEmpty)
    #expect(Self.gate.weakenings(from: written).isEmpty)
  }

  @Test func `has a sentence of its own`() {
    #expect(
      [
        Weakening.unprotected, .rule(2), .requesters(["user:carol", "gid:5"]),
        .value(of: "x", "x is longer"),
      ].map(\.sentence) == [
        "no approval is required any more",
        "rule 2 needs fewer approvals, or accepts other reviewers",
        "user:carol, gid:5 may request", "x is longer",
      ])
  }
}

/// What a value that is weaker is told as, by its rule.
extension Weakening {
  static let selfReview = value(of: "prevent_self_review", "the requester's own approval counts")
  static let exclusive = value(of: "exclusive", "several grants may be active at once")
  static let inOrder = value(of: "in_order", "a request may be activated after a newer one")
  static let maxReads = value(
    of: "max_reads", "each secret can be read more often under one grant")

  static func clock(_ name: String) -> Weakening { value(of: name, "\(name) is longer") }

  static func allowedNames(_ sentence: String) -> Weakening {
    value(of: "allowed_names", sentence)
  }
}
