import Promises
import TestSupport
import Testing
import VaultCore

@Suite struct `Verdicts` {
  static let two = Gate.rules((2, [Host.user(Host.alice), Host.user(Host.bob), Host.opsGroup]))

  @Test func `an unprotected gate waits for nothing, a rule for its approvals`() throws {
    let request = try Sample.request()
    let open = Gate(protection: .unprotected, requesters: .any)
    #expect(open.verdict(for: request, reviews: []).isSatisfied)
    #expect(
      Self.two.verdict(for: request, reviews: []).unmet == [
        .approvals(rule: 1, missing: 2, required: 2, from: Self.two.rules[0].reviewers)
      ])
    let one = Self.two.verdict(for: request, reviews: [Sample.review(Host.bob)])
    #expect(
      one.unmet == [
        .approvals(rule: 1, missing: 1, required: 2, from: Self.two.rules[0].reviewers)
      ])
    let both = Self.two.verdict(
      for: request, reviews: [Sample.review(Host.bob), Sample.review(Host.alice)])
    #expect(both.isSatisfied)
    #expect(both.counted == [0, 1])
  }

  @Test(.promise(.emptyRulesMeanNo))
  func `closed-by-default: a list of no rules, and a rule that requires nobody, mean no`()
    throws
  {
    let request = try Sample.request()
    let empty = Gate(protection: .reviewers([]), requesters: .any)
    #expect(!empty.verdict(for: request, reviews: []).isSatisfied)
    #expect(!empty.verdict(for: request, reviews: [Sample.review(Host.alice)]).isSatisfied)
    for required in [0, -1] {
      let gate = Gate.rules((required, [Host.user(Host.alice)]))
      #expect(!gate.verdict(for: request, reviews: []).isSatisfied)
      #expect(gate.verdict(for: request, reviews: [Sample.review(Host.alice)]).isSatisfied)
    }
    let nobody = Gate.rules((1, []))
    #expect(!nobody.verdict(for: request, reviews: [Sample.review(Host.alice)]).isSatisfied)
  }

  @Test(.promise(.digestAndRevision))
  func `what-was-approved: an approval of another digest or revision does not count`() throws {
    let request = try Sample.request()
    for review in [
      Sample.review(Host.alice, digest: Sample.otherDigest),
      Sample.review(Host.alice, digest: []),
      Sample.review(Host.alice, digest: Array(Sample.digest.dropLast())),
      Sample.review(Host.alice, gateRevision: 2), Sample.review(Host.alice, gateRevision: 4),
    ] {
      let verdict = Gate.alice.verdict(for: request, reviews: [review])
      #expect(!verdict.isSatisfied, "\(review)")
      #expect(verdict.counted.isEmpty)
    }
    #expect(Gate.alice.verdict(for: request, reviews: [Sample.review(Host.alice)]).isSatisfied)
  }

  @Test func `a rejection, and whoever no rule names, fills no place`() throws {
    let request = try Sample.request()
    for review in [
      Sample.review(Host.alice, .rejected), Sample.review(Host.bob),
      Sample.review(Host.alice, as: []), Sample.review(Host.alice, as: [.uid(Host.alice)]),
      Sample.review(Host.alice, as: [.user(name: "mallory", uid: Host.alice)]),
    ] {
      #expect(!Gate.alice.verdict(for: request, reviews: [review]).isSatisfied, "\(review)")
    }
  }

  @Test func `one-person-once: the requester does not count, through whatever account`() throws {
    let gate = Gate.rules((1, [Host.user(Host.alice), Host.user(Host.aliceAdmin)]))
    let request = try Sample.request(by: Host.alice)
    for uid in [Host.alice, Host.aliceAdmin] {
      #expect(!gate.verdict(for: request, reviews: [Sample.review(uid)]).isSatisfied)
    }
    let renamed = Sample.review(Host.alice, person: Person(text: "person:somebody-else"))
    #expect(!gate.verdict(for: request, reviews: [renamed]).isSatisfied)
    var open = gate
    open.allowSelfReview = true
    #expect(open.verdict(for: request, reviews: [Sample.review(Host.aliceAdmin)]).isSatisfied)
  }

  @Test(.promise(.onePlaceAPerson))
  func `one-person-once: two accounts of one person fill one place`() throws {
    let gate = Gate.rules(
      (2, [Host.user(Host.alice), Host.user(Host.aliceAdmin), Host.user(Host.bob)]))
    let request = try Sample.request()
    let twice = [Sample.review(Host.alice), Sample.review(Host.aliceAdmin)]
    let verdict = gate.verdict(for: request, reviews: twice)
    #expect(
      verdict.unmet == [
        .approvals(rule: 1, missing: 1, required: 2, from: gate.rules[0].reviewers)
      ])
    #expect(verdict.counted == [0])
    #expect(gate.verdict(for: request, reviews: twice + [Sample.review(Host.bob)]).isSatisfied)
  }

  @Test(.promise(.peopleAsNow))
  func `one-person-once: who is one person is said by the table of now`() throws {
    let gate = Gate.rules((2, [Host.user(Host.alice), Host.user(Host.bob)]))
    let own = Gate.rules((1, [Host.user(Host.bob)]))
    let both = [Sample.review(Host.alice), Sample.review(Host.bob)]
    let tied = People([Host.alice: "x", Host.bob: "x", Host.runner: "x"])
    let request = try Sample.request()
    #expect(gate.verdict(for: request, reviews: both).isSatisfied)
    #expect(gate.verdict(for: request, reviews: both, people: tied).counted.isEmpty)
    let two = People([Host.alice: "x", Host.bob: "x"])
    #expect(gate.verdict(for: request, reviews: both, people: two).counted == [0])
    #expect(!own.verdict(for: request, reviews: [both[1]], people: tied).isSatisfied)
    // What a row says of the person at that time ties nobody.
    let untied = both.map { Sample.review($0.uid, person: Person(text: "person:x")) }
    #expect(gate.verdict(for: request, reviews: untied).isSatisfied)
  }

  @Test func `an approved request waits again by another table, and one that waits is approved`()
    throws
  {
    let environment = try Sample.environment(
      .rules((2, [Host.user(Host.alice), Host.user(Host.bob)])))
    let tied = People([Host.alice: "x", Host.bob: "x"])
    func rejudged(_ request: AccessRequest, _ people: People, at now: Moment = Clock.start)
      -> AccessRequest?
    { request.rejudged(in: environment, people: people, record: 95, at: now) }
    let approved = try Sample.request(state: .approved(until: Activation.until, place: 70))
      .with(reviews: [Sample.review(Host.alice), Sample.review(Host.bob)])
    #expect(rejudged(approved, Host.people) == nil)
    let waiting = try #require(rejudged(approved, tied))
    #expect(waiting.state == .waiting)
    #expect(waiting.revision == approved.revision + 1)
    #expect(waiting.reviews == approved.reviews)
    #expect(rejudged(waiting, tied) == nil)
    #expect(rejudged(waiting, Host.people)?.place?.number == 95)
    #expect(rejudged(waiting, Host.people, at: Clock.after(86_400_000)) == nil)
    #expect(rejudged(approved.ended(.cancelled), tied) == nil)
    var edited = approved
    edited.gateRevision -= 1
    #expect(rejudged(edited, tied) == nil)
  }

  @Test func `one-person-once: whoever meets two rules by two accounts still fills one of them`()
    throws
  {
    let gate = Gate.rules((1, [Host.user(Host.alice)]), (1, [Host.user(Host.aliceAdmin)]))
    let twice = [Sample.review(Host.alice), Sample.review(Host.aliceAdmin)]
    #expect(gate.verdict(for: try Sample.request(), reviews: twice).unmet.count == 1)
  }

  @Test func `whoever meets two rules by two accounts fills the one that nobody else can`() throws {
    let gate = Gate.rules(
      (1, [Host.user(Host.alice), Host.user(Host.bob)]), (1, [Host.user(Host.aliceAdmin)]))
    let reviews = [Host.alice, Host.aliceAdmin, Host.bob].map { Sample.review($0) }
    let verdict = gate.verdict(for: try Sample.request(), reviews: reviews)
    #expect(verdict.isSatisfied)
    // The review of the account that the rule names, by which each read is judged.
    #expect(verdict.counted == [1, 2])
    let active = try Sample.request(state: .approved(until: Activation.until, place: 70))
      .with(reviews: reviews)
      .activated(in: try Sample.environment(gate), at: Clock.start)
    #expect(active.grant?.counted == [1, 2])
    try active.mayBeRead(in: try Sample.environment(gate), at: Clock.start)
  }

  @Test func `all rules must be met, and nobody is spent on a place that another could fill`()
    throws
  {
    let gate = Gate.rules(
      (1, [Host.user(Host.alice), Host.user(Host.bob)]), (1, [Host.user(Host.alice)]))
    let request = try Sample.request()
    let aliceForBoth = Sample.review(Host.alice)
    #expect(
      gate.verdict(for: request, reviews: [aliceForBoth]).unmet == [
        .approvals(rule: 2, missing: 1, required: 1, from: [Host.user(Host.alice)])
      ])
    #expect(gate.verdict(for: request, reviews: [Sample.review(Host.bob)]).unmet.count == 1)
    for order in [
      [aliceForBoth, Sample.review(Host.bob)], [Sample.review(Host.bob), aliceForBoth],
    ] {
      #expect(gate.verdict(for: request, reviews: order).isSatisfied)
    }
  }

  @Test func `a surplus of approvals in one rule does not help another`() throws {
    let gate = Gate.rules(
      (1, [Host.user(Host.alice), Host.user(Host.bob), Host.user(Host.carol)]), (1, [Host.opsGroup])
    )
    let reviews = [Host.alice, Host.bob, Host.carol].map { Sample.review($0) }
    #expect(
      gate.verdict(for: try Sample.request(), reviews: reviews).unmet == [
        .approvals(rule: 2, missing: 1, required: 1, from: [Host.opsGroup])
      ])
  }

  /// The largest number of places that can be filled, by trying every assignment.
  static func bruteForce(_ places: [Int], _ people: ArraySlice<[Int]>) -> Int {
    guard let person = people.first else { return 0 }
    var best = bruteForce(places, people.dropFirst())
    for rule in Set(person) where places[rule] > 0 {
      var left = places
      left[rule] -= 1
      best = max(best, 1 + bruteForce(left, people.dropFirst()))
    }
    return best
  }

  @Test(.promise(.onePlaceAPerson), arguments: 0..<8 as Range<UInt64>)
  func `places are filled as well as any assignment of people could`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let request = try Sample.request()
    for round in 0..<150 {
      let places = (0...random.below(4)).map { _ in 1 + random.below(3) }
      let people = (0..<random.below(7)).map { _ in places.indices.filter { _ in random.flag() } }
      let gate = Gate(
        protection: .reviewers(
          places.indices.map {
            ReviewerRule(reviewers: [.gid(UInt32($0))], required: places[$0])
          }), requesters: .any)
      // Each by an account for every rule, or by one for all.
      let reviews = people.enumerated().flatMap { index, rules in
        (random.flag() ? rules.map { [$0] } : [rules]).enumerated().map { account, rules in
          Sample.review(
            UInt32(2_000 + 10 * index + account), as: rules.map { .gid(UInt32($0)) })
        }
      }
      let table = People(
        Dictionary(uniqueKeysWithValues: reviews.map { ($0.uid, "\($0.uid / 10)") }))
      let verdict = gate.verdict(for: request, reviews: reviews, people: table)
      let missing = verdict.unmet.reduce(0) {
        if case .approvals(_, let missing, _, _) = $1 { $0 + missing } else { $0 }
      }
      let line: Comment = "seed \(seed) round \(round): places \(places), people \(people)"
      #expect(places.reduce(0, +) - missing == Self.bruteForce(places, people[...]), line)
      #expect(verdict.counted.count == places.reduce(0, +) - missing, line)
      #expect(verdict.counted == Set(verdict.counted).sorted(), line)
      let kept = gate.verdict(
        for: request, reviews: verdict.counted.map { reviews[$0] }, people: table)
      #expect(kept.isSatisfied == verdict.isSatisfied, line)
    }
  }
}
