import Testing
import VaultCore

/// Every gate of at most two rules over three people, and a requester who may be one of them.
enum SmallGates {
  static let people: [UInt32] = [Host.alice, Host.bob, Host.carol]
  static let lists: [[Principal]] = (1..<8).map { bits in
    people.enumerated().filter { bits & (1 << $0.offset) != 0 }.map { Host.user($0.element) }
  }
  static let rules: [ReviewerRule] = lists.flatMap { list in
    (1...list.count).map { ReviewerRule(reviewers: list, required: $0) }
  }

  static let all: [Gate] = {
    var lists: [[ReviewerRule]] = rules.map { [$0] }
    for (index, first) in rules.enumerated() {
      lists += rules[index...].map { [first, $0] }
    }
    return lists.flatMap { list in
      [false, true].map { allowSelfReview in
        Gate(
          protection: .reviewers(list), requesters: .principals([Host.user(Host.runner)]),
          allowSelfReview: allowSelfReview)
      }
    }
  }()

  /// By which of the eight sets of approvals each requester's request is satisfied: a bit for each.
  static func satisfied(_ gate: Gate) throws -> [UInt8] {
    try (people + [Host.runner]).map { requester in
      var bits: UInt8 = 0
      for set in 0..<8 {
        var request = try Sample.request(by: requester)
        request.reviews = people.enumerated().filter { set & (1 << $0.offset) != 0 }.map {
          Sample.review($0.element)
        }
        if gate.verdict(for: request, reviews: request.reviews).isSatisfied { bits |= 1 << set }
      }
      return bits
    }
  }
}

@Suite struct `An edit weakens a gate` {
  @Test
  func `where nothing is called weaker, whoever satisfies the new gate satisfied the old one`()
    throws
  {
    let gates = SmallGates.all
    let satisfied = try gates.map { try SmallGates.satisfied($0) }
    var judged = 0
    var notWeaker = 0
    for old in gates.indices {
      for new in gates.indices {
        judged += 1
        guard gates[new].weakenings(from: gates[old]).isEmpty else { continue }
        notWeaker += 1
        for (before, now) in zip(satisfied[old], satisfied[new]) where now & ~before != 0 {
          Issue.record("\(gates[old].rules) -> \(gates[new].rules) was not called weaker")
          return
        }
      }
    }
    // The judgement is of use only where it lets something pass.
    #expect(judged == gates.count * gates.count && notWeaker > gates.count)
  }

  @Test func `what is the same, and what only asks for more, is not weaker`() {
    for gate in SmallGates.all { #expect(gate.weakenings(from: gate).isEmpty) }
    let one = Gate.rules((1, [Host.user(Host.alice), Host.user(Host.bob)]))
    for stricter in [
      Gate.rules((2, [Host.user(Host.alice), Host.user(Host.bob)])),
      Gate.rules((1, [Host.user(Host.alice)])),
      Gate.rules((1, [Host.user(Host.alice), Host.user(Host.bob)]), (1, [Host.user(Host.carol)])),
    ] {
      #expect(stricter.weakenings(from: one).isEmpty)
      #expect(one.weakenings(from: stricter) != [])
    }
    // Two of a list do what one each of two rules of it did.
    let both = [Host.user(Host.alice), Host.user(Host.bob), Host.user(Host.carol)]
    #expect(Gate.rules((2, both)).weakenings(from: .rules((1, both), (1, both))).isEmpty)
  }

  static let gate = Gate(
    protection: .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice), Host.user(Host.bob)], required: 2)
    ]), requesters: .principals([Host.user(Host.runner)]), exclusive: true, maxReads: 2)

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: Weakening
    let change: @Sendable (inout Gate) -> Void

    init(_ expected: Weakening, _ change: @escaping @Sendable (inout Gate) -> Void) {
      testDescription = expected.sentence
      self.expected = expected
      self.change = change
    }
  }

  static let rows: [Row] = [
    Row(.unprotected) { $0.protection = .unprotected },
    Row(.rule(1)) {
      $0.protection = .reviewers([
        ReviewerRule(reviewers: [Host.user(Host.alice), Host.user(Host.bob)], required: 1)
      ])
    },
    Row(.rule(1)) {
      $0.protection = .reviewers([
        ReviewerRule(
          reviewers: [Host.user(Host.alice), Host.user(Host.bob), Host.opsGroup], required: 2)
      ])
    },
    Row(.requesters(["user:carol"])) {
      $0.requesters = .principals([Host.user(Host.runner), Host.user(Host.carol)])
    },
    Row(.requesters(["every account"])) { $0.requesters = .any },
    Row(.selfReview) { $0.allowSelfReview = true },
    Row(.exclusive) { $0.exclusive = false },
    Row(.maxReads) { $0.maxReads = 3 },
    Row(.maxReads) { $0.maxReads = nil },
    Row(.clock("request_ttl")) { $0.clocks.request += 1_000 },
    Row(.clock("approval_ttl")) { $0.clocks.approval += 1_000 },
    Row(.clock("grant_ttl")) { $0.clocks.grant += 1_000 },
  ]

  @Test(arguments: rows)
  func `each kind is found, alone and beside what makes the gate stricter`(row: Row) {
    var weaker = Self.gate
    row.change(&weaker)
    #expect(weaker.weakenings(from: Self.gate) == [row.expected])
    #expect(Self.gate.weakenings(from: weaker).isEmpty)
    if case .reviewers(let rules) = weaker.protection {
      weaker.protection = .reviewers(
        rules + [ReviewerRule(reviewers: [Host.user(Host.carol)], required: 1)])
    }
    #expect(weaker.weakenings(from: Self.gate).contains(row.expected))
  }

  @Test func `the same name with another number is somebody else`() {
    var renamed = Self.gate
    renamed.protection = .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice), .user(name: "bob", uid: 4_711)], required: 2)
    ])
    #expect(renamed.weakenings(from: Self.gate) == [.rule(1)])
    #expect(Self.gate.weakenings(from: renamed) == [.rule(1)])
  }

  @Test func `a gate that protects nothing cannot be weakened, and writers weaken none`() {
    let open = Gate(protection: .unprotected, requesters: .principals([Host.user(Host.runner)]))
    for row in Self.rows {
      var changed = open
      row.change(&changed)
      #expect(changed.weakenings(from: open).isEmpty)
    }
    var written = Self.gate
    written.writers = [Host.user(Host.carol)]
    #expect(written.weakenings(from: Self.gate).isEmpty)
  }

  @Test func `a gate without somebody is never weaker`() {
    for gate in SmallGates.all {
      for person in SmallGates.people {
        guard let without = gate.without({ $0.uid == person }) else { continue }
        // What can no longer be met is refused before; what can be is not weaker.
        if (try? without.check(people: People())) != nil {
          #expect(without.weakenings(from: gate).isEmpty)
        }
      }
    }
  }
}

@Suite struct `The difference of two gates` {
  @Test func `is nothing exactly where they say the same`() {
    let gates = SmallGates.all
    for old in gates.indices.prefix(80) {
      for new in gates.indices {
        #expect(
          gates[new].differences(from: gates[old]).isEmpty == (gates[old] == gates[new]),
          "\(gates[old]) -> \(gates[new])")
      }
    }
  }

  @Test func `says each change once, in words`() {
    var now = `An edit weakens a gate`.gate
    now.requesters = .any
    now.writers = [Host.user(Host.carol)]
    now.allowSelfReview = true
    now.exclusive = false
    now.maxReads = nil
    now.clocks.grant = 60_000
    now.protection = .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice)], required: 1)
    ])
    #expect(
      now.differences(from: `An edit weakens a gate`.gate) == [
        "rule 1: 2 of user:alice and user:bob -> user:alice", "every account may ask",
        "user:carol may set secrets", "the requester's own approval counts",
        "several grants at a time", "max_reads: 2 -> none", "grant_ttl: 1h -> 1m",
      ])
    var gone = now
    gone.protection = .unprotected
    #expect(gone.differences(from: now).contains("no approval is needed any more"))
  }
}
