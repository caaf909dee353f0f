import Promises
import Testing
import VaultCore

@Suite struct `Reviews` {
  static let two = Gate.rules(
    (2, [Host.user(Host.alice), Host.user(Host.aliceAdmin), Host.user(Host.bob), Host.opsGroup]))

  @Test func `an approval that satisfies the gate approves, for as long as its clock says`() throws
  {
    var gate = Gate.alice
    gate.clocks.approval = 5_000
    let now = Clock.after(100)
    let next = try Sample.request().reviewed(
      .approved, shown: Sample.digest, comment: "tests green", by: Host.caller(Host.alice),
      people: Host.people, in: try Sample.environment(gate),
      record: 90, at: now)
    #expect(next.state == .approved(until: Deadline(after: 5_000, from: now), place: 90))
    #expect(next.revision == 2)
    #expect(next.grant == nil)
    #expect(
      next.reviews == [
        Review(
          decision: .approved, person: Person(text: "person:alice"), uid: Host.alice,
          name: "alice", principals: [Host.user(Host.alice)], gateRevision: 3,
          digest: Sample.digest, comment: "tests green", time: now.reading)
      ])
  }

  @Test func `approvals add up until the gate is satisfied`() throws {
    let environment = try Sample.environment(Self.two)
    let first = try Sample.request().reviewed(by: Host.caller(Host.bob), in: environment)
    #expect(first.state == .waiting)
    let ops = Host.caller(Host.carol, groups: [Host.ops])
    let second = try first.reviewed(by: ops, in: environment)
    #expect(second.state.text == "approved")
    #expect(second.reviews.map(\.uid) == [Host.bob, Host.carol])
    #expect(second.reviews[1].principals == [Host.opsGroup])
  }

  @Test func `a review keeps each principal that it met, once`() throws {
    let (alice, ops) = (Host.user(Host.alice), Host.opsGroup)
    let gate = Gate.rules((2, [alice, Host.user(Host.bob)]), (1, [ops, alice]))
    let next = try Sample.request().reviewed(
      by: Host.caller(Host.alice, groups: [Host.ops]), in: try Sample.environment(gate))
    #expect(next.reviews.first?.principals == [alice, ops])
  }

  @Test func `one rejection is final, needs no digest, and may come from the requester`() throws {
    let environment = try Sample.environment(Self.two)
    for uid in [Host.bob, Host.alice] {
      let request = try Sample.request(by: Host.alice)
      let next = try request.reviewed(
        .rejected, shown: nil, by: Host.caller(uid), in: environment)
      #expect(next.state == .rejected)
      #expect(throws: Refusal.requestState(id: 42, "rejected")) {
        try next.reviewed(by: Host.caller(Host.bob), in: environment)
      }
    }
  }

  @Test func `somebody who approved may still reject while the request waits`() throws {
    let environment = try Sample.environment(Self.two)
    let first = try Sample.request().reviewed(by: Host.caller(Host.bob), in: environment)
    let next = try first.reviewed(.rejected, by: Host.caller(Host.bob), in: environment)
    #expect(next.state == .rejected)
  }

  @Test func `what-was-approved: an approval names the digest of what was shown`() throws {
    let environment = try Sample.environment(Self.two)
    for shown in [nil, [], Sample.otherDigest, Array(Sample.digest.dropLast())] as [[UInt8]?] {
      #expect(throws: Refusal.digestMismatch(id: 42)) {
        try Sample.request().reviewed(shown: shown, by: Host.caller(Host.bob), in: environment)
      }
    }
    #expect(throws: Refusal.digestMismatch(id: 42)) {
      try Sample.request().reviewed(
        .rejected, shown: Sample.otherDigest, by: Host.caller(Host.bob), in: environment)
    }
  }

  @Test(.promise(.digestAndRevision), arguments: [(7, 2), (7, 4), (8, 3)] as [(Int64, Int64)])
  func `what-was-approved: another revision or another environment refuses`(
    id: Int64, revision: Int64
  ) throws {
    let environment = try Sample.environment(Self.two, id: id, revision: revision)
    for decision in [Review.Decision.approved, .rejected] {
      #expect(throws: Refusal.gateChanged(id: 42)) {
        try Sample.request().reviewed(decision, by: Host.caller(Host.bob), in: environment)
      }
    }
  }

  @Test(.promise(.noSelfApproval))
  func `one-person-once: who asks cannot approve, through whatever account`() throws {
    let environment = try Sample.environment(Self.two)
    for uid in [Host.alice, Host.aliceAdmin] {
      #expect(throws: Refusal.selfReview(id: 42)) {
        try Sample.request(by: Host.alice).reviewed(by: Host.caller(uid), in: environment)
      }
    }
    // The same account stays the requester's though the configuration names another person now.
    #expect(throws: Refusal.selfReview(id: 42)) {
      try Sample.request(by: Host.bob).reviewed(
        by: Host.caller(Host.bob), people: People([Host.bob: "robert"]), in: environment)
    }
    var open = Self.two
    open.allowSelfReview = true
    let allowed = try Sample.request(by: Host.alice).reviewed(
      by: Host.caller(Host.alice), in: try Sample.environment(open))
    #expect(allowed.reviews.count == 1)
  }

  @Test(.promise(.onePlaceAPerson))
  func `one-person-once: one account approves once, whoever it is said to be`() throws {
    let environment = try Sample.environment(Self.two)
    let first = try Sample.request().reviewed(by: Host.caller(Host.bob), in: environment)
    for people in [Host.people, People([Host.bob: "robert"])] {
      #expect(throws: Refusal.alreadyReviewed(id: 42)) {
        try first.reviewed(by: Host.caller(Host.bob), people: people, in: environment)
      }
    }
  }

  @Test(.promise(.onePlaceAPerson))
  func `one-person-once: a second account of one person adds nothing`() throws {
    let environment = try Sample.environment(Self.two)
    let twice = try Sample.request()
      .reviewed(by: Host.caller(Host.alice), in: environment)
      .reviewed(by: Host.caller(Host.aliceAdmin), in: environment)
    #expect(twice.reviews.count == 2)
    #expect(twice.state == .waiting)
    let third = try twice.reviewed(by: Host.caller(Host.bob), in: environment)
    #expect(third.state.text == "approved")
  }

  @Test(.promise(.rolesDecide))
  func `closed-by-default: only whom a rule names may review, before anything else is told`()
    throws
  {
    let environment = try Sample.environment(Self.two)
    let strangers = [
      Host.caller(Host.carol), Host.caller(0), Host.caller(100_001),
      Caller(
        uid: Host.bob, kernelGroups: [], isOverflow: true, connection: 1,
        account: Host.answer(Host.bob)),
    ]
    for request in [
      try Sample.request(), try Sample.request(state: .cancelled),
      try Sample.request(gateRevision: 1),
    ] {
      for caller in strangers {
        for decision in [Review.Decision.approved, .rejected] {
          #expect(throws: Refusal.notAReviewer("production")) {
            try request.reviewed(decision, shown: nil, by: caller, in: environment)
          }
        }
      }
    }
    let open = try Sample.environment(Gate(protection: .unprotected, requesters: .any))
    #expect(throws: Refusal.notAReviewer("production")) {
      try Sample.request().reviewed(by: Host.caller(Host.alice), in: open)
    }
  }

  @Test func `the account database is asked before a review counts`() throws {
    let environment = try Sample.environment(
      Gate.rules((1, [Host.user(Host.bob)]), (1, [.uid(Host.carol)])))
    let caller = { (uid: UInt32, account: AccountAnswer?) in
      Caller(uid: uid, kernelGroups: [], isOverflow: false, connection: 1, account: account)
    }
    for uid in [Host.bob, Host.carol] {
      #expect(throws: Refusal.accountNeeded([uid])) {
        try Sample.request().reviewed(by: caller(uid, nil), in: environment)
      }
    }
    #expect(throws: Refusal.accountUnavailable) {
      try Sample.request().reviewed(by: caller(Host.bob, .unavailable), in: environment)
    }
    // A rule that names a bare uid needs no answer.
    let bare = try Sample.request().reviewed(
      by: caller(Host.carol, .unavailable), in: environment)
    #expect(bare.reviews.first?.name == nil)
    #expect(bare.reviews.first?.principals == [.uid(Host.carol)])
  }

  @Test(arguments: RequestState.every.filter { $0 != .waiting })
  func `only a waiting request is reviewed`(state: RequestState) throws {
    let grant =
      state == .active
      ? Grant(
        activated: Clock.start.reading, expires: Deadline(after: 9, from: Clock.start), counted: [])
      : nil
    for decision in [Review.Decision.approved, .rejected] {
      #expect(throws: Refusal.requestState(id: 42, state.text)) {
        try Sample.request(state: state, grant: grant).reviewed(
          decision, by: Host.caller(Host.alice), in: try Sample.environment(.alice))
      }
    }
  }

  @Test func `a request whose end has come is expired though nobody wrote that down`() throws {
    let environment = try Sample.environment(.alice)
    let request = try Sample.request(lives: 1_000)
    let last = try request.reviewed(
      by: Host.caller(Host.alice), in: environment, at: Clock.after(999))
    #expect(last.state.text == "approved")
    #expect(throws: Refusal.requestState(id: 42, "expired")) {
      try request.reviewed(by: Host.caller(Host.alice), in: environment, at: Clock.after(1_000))
    }
  }

  @Test func `the reviews of one request are bounded`() throws {
    let full = try Sample.request().with(
      reviews: (0..<200).map { Sample.review(UInt32(3_000 + $0)) })
    #expect(throws: Refusal.tooManyReviews) {
      try full.reviewed(by: Host.caller(Host.bob), in: try Sample.environment(Self.two))
    }
    let last = full.with(reviews: Array(full.reviews.dropLast()))
    #expect(
      try last.reviewed(by: Host.caller(Host.bob), in: try Sample.environment(Self.two))
        .reviews.count == 200)
  }
}
