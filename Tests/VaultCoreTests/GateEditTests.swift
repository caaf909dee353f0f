import TestSupport
import Testing
import VaultCore

@Suite struct `An edit of a gate` {
  static let gate = Gate(
    protection: .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice), Host.user(Host.bob)], required: 1)
    ]), requesters: .principals([Host.user(Host.runner), Host.opsGroup]),
    writers: [Host.user(Host.carol)], exclusive: true, maxReads: 2)

  static func edit(_ change: (inout GateEdit) -> Void) -> GateEdit {
    var edit = GateEdit()
    change(&edit)
    return edit
  }

  private func applied(_ change: (inout GateEdit) -> Void, to gate: Gate = gate) throws -> Gate {
    try Self.edit(change).applied(to: gate)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let edit: @Sendable (inout GateEdit) -> Void
    let expected: @Sendable (inout Gate) -> Void

    init(
      _ testDescription: String, _ edit: @escaping @Sendable (inout GateEdit) -> Void,
      _ expected: @escaping @Sendable (inout Gate) -> Void
    ) {
      self.testDescription = testDescription
      self.edit = edit
      self.expected = expected
    }

    static func reviewers(
      _ description: String, _ edit: @escaping @Sendable (inout GateEdit) -> Void,
      _ required: Int, _ reviewers: Principal...
    ) -> Row {
      Row(description, edit) {
        $0.protection = .reviewers([ReviewerRule(reviewers: reviewers, required: required)])
      }
    }
  }

  static let two = Gate.rules((1, [Host.user(Host.bob)]), (2, [Host.opsGroup]))

  static let rows: [Row] = [
    Row("rules", { $0.protection = two.protection }, { $0.protection = two.protection }),
    Row("no rules", { $0.protection = .unprotected }, { $0.protection = .unprotected }),
    .reviewers(
      "approvals", { $0.approvals = 2 }, 2, Host.user(Host.alice), Host.user(Host.bob)),
    .reviewers(
      "a reviewer comes", { $0.reviewers.add = [Host.opsGroup] }, 1, Host.user(Host.alice),
      Host.user(Host.bob), Host.opsGroup),
    .reviewers(
      "a reviewer goes", { $0.reviewers.remove = [.user("alice")] }, 1, Host.user(Host.bob)),
    .reviewers(
      "all of the one rule",
      {
        $0.reviewers = .init(add: [Host.opsGroup], remove: [.user("bob"), .user("alice")])
        $0.approvals = 3
      }, 3, Host.opsGroup),
    Row("a requester comes", { $0.requesters.add = [.uid(5)] }) {
      $0.requesters = .principals([Host.user(Host.runner), Host.opsGroup, .uid(5)])
    },
    Row("a requester goes", { $0.requesters.remove = [.group("ops")] }) {
      $0.requesters = .principals([Host.user(Host.runner)])
    },
    Row("every requester", { $0.anyRequester = true }, { $0.requesters = .any }),
    Row("a writer comes", { $0.writers.add = [.gid(5)] }) {
      $0.writers = [Host.user(Host.carol), .gid(5)]
    },
    Row("a writer goes", { $0.writers.remove = [.user("carol")] }, { $0.writers = [] }),
    Row("self-review", { $0.terms[\.allowSelfReview] = true }, { $0.allowSelfReview = true }),
    Row("several grants", { $0.terms[\.exclusive] = false }, { $0.exclusive = false }),
    Row("in order", { $0.terms[\.inOrder] = true }, { $0.inOrder = true }),
    Row("another limit of reads", { $0.terms[\.maxReads] = 7 }, { $0.maxReads = 7 }),
    Row("no limit of reads", { $0.terms[\.maxReads] = .some(nil) }, { $0.maxReads = nil }),
    Row("request_ttl", { $0.terms[\.clocks.request] = 60_000 }, { $0.clocks.request = 60_000 }),
    Row("approval_ttl", { $0.terms[\.clocks.approval] = 60_000 }, { $0.clocks.approval = 60_000 }),
    Row("grant_ttl", { $0.terms[\.clocks.grant] = 60_000 }, { $0.clocks.grant = 60_000 }),
  ]

  @Test(arguments: rows)
  func `changes what it names and nothing else`(row: Row) throws {
    var expected = Self.gate
    row.expected(&expected)
    #expect(expected != Self.gate)
    #expect(try applied(row.edit) == expected)
  }

  @Test func `of everything changes everything, the one rule last`() throws {
    let next = try applied {
      $0.protection = .reviewers([
        ReviewerRule(
          reviewers: [Host.user(Host.alice), .user(name: "bob", uid: 7), Host.user(Host.carol)],
          required: 1)
      ])
      $0.approvals = 2
      $0.reviewers = .init(add: [Host.opsGroup], remove: [.user("bob")])
      $0.requesters = .init(add: [.uid(5)], remove: [.user("runner"), .group("ops")])
      $0.writers = .init(add: [.gid(5)], remove: [.user("carol")])
      $0.terms[\.allowSelfReview] = true
      $0.terms[\.exclusive] = false
      $0.terms[\.inOrder] = true
      $0.terms[\.maxReads] = 1
      $0.terms[\.clocks.request] = 1_000
      $0.terms[\.clocks.approval] = 2_000
      $0.terms[\.clocks.grant] = 3_000
    }
    #expect(
      next
        == Gate(
          protection: .reviewers([
            ReviewerRule(
              reviewers: [Host.user(Host.alice), Host.user(Host.carol), Host.opsGroup], required: 2)
          ]), requesters: .principals([.uid(5)]), writers: [.gid(5)], allowSelfReview: true,
          exclusive: false, inOrder: true, maxReads: 1,
          clocks: Clocks(request: 1_000, approval: 2_000, grant: 3_000)))
  }

  @Test func `of nothing changes nothing`() throws {
    for gate in SmallGates.all + [Self.gate, Self.two] {
      #expect(try GateEdit().applied(to: gate) == gate)
    }
    var random = SeededRandom(seed: 41)
    for round in 0..<200 {
      var gate = random.gate()
      if gate.isUnprotected { gate.allowSelfReview = false }
      #expect(try GateEdit().applied(to: gate) == gate, "round \(round): \(gate)")
    }
  }

  @Test func `that takes all rules away leaves no self-review behind`() throws {
    var gate = Self.gate
    gate.allowSelfReview = true
    let open = try applied({ $0.protection = .unprotected }, to: gate)
    #expect(!open.allowSelfReview)
    // Nor does it wait there for the rules that come next.
    let still = try applied({ $0.terms[\.allowSelfReview] = true }, to: open)
    #expect(try !applied({ $0.protection = gate.protection }, to: still).allowSelfReview)
    let said = try applied(
      {
        $0.protection = gate.protection
        $0.terms[\.allowSelfReview] = true
      }, to: open)
    #expect(said.allowSelfReview)
  }

  @Test func `of the reviewers is of one rule, or says that there are none or several`() throws {
    let changes: [(inout GateEdit) -> Void] = [
      { $0.approvals = 1 }, { $0.reviewers.add = [.uid(5)] },
      { $0.reviewers.remove = [.user("bob")] },
    ]
    let open = Gate(protection: .unprotected, requesters: .any)
    for change in changes {
      #expect(throws: GateFault.notOneRule(2)) { try applied(change, to: Self.two) }
      #expect(throws: GateFault.notOneRule(0)) { try applied(change, to: open) }
      #expect(throws: GateFault.notOneRule(0)) {
        try applied {
          $0.protection = .unprotected
          change(&$0)
        }
      }
    }
    #expect(
      try applied({ $0.protection = Gate.alice.protection }, to: open).rules == Gate.alice.rules)
  }

  @Test func `may leave a gate that cannot be written, which its check then says`() throws {
    let people = Host.people
    let changes: [((inout GateEdit) -> Void, GateFault)] = [
      ({ $0.reviewers.remove = [.user("alice"), .user("bob")] }, .noReviewers(rule: 1)),
      ({ $0.approvals = 0 }, .required(rule: 1, 0)),
      ({ $0.approvals = 3 }, .unsatisfiable(rule: 1, missing: 1, without: nil)),
      ({ $0.requesters.remove = [.user("runner"), .group("ops")] }, .noRequesters),
      ({ $0.reviewers.add = [Host.user(Host.bob)] }, .repeated("user:bob")),
      ({ $0.requesters.add = [Host.user(Host.runner)] }, .repeated("user:runner")),
      ({ $0.writers.add = [.uid(5), .uid(5)] }, .repeated("uid:5")),
      ({ $0.terms[\.maxReads] = 0 }, .limit("max_reads", 0, most: 1_000_000)),
      ({ $0.terms[\.clocks.grant] = 0 }, .clock("grant_ttl")),
      ({ $0.protection = .reviewers([]) }, .noReviewers(rule: 1)),
    ]
    try Self.gate.check(people: people)
    for (change, fault) in changes {
      let next = try applied(change)
      #expect(throws: fault) { try next.check(people: people) }
    }
  }
}
