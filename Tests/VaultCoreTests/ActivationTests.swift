import Testing
import VaultCore

@Suite struct `Standing reviews` {
  @Test func `who has left a group, is gone or renamed does not count any more`() throws {
    let request = try Sample.request().with(reviews: [
      Sample.review(Host.alice), Sample.review(Host.bob, as: [Host.opsGroup]),
      Sample.review(Host.carol, as: [Host.opsGroup, Host.user(Host.carol)]),
    ])
    let standing = { (answers: [UInt32: AccountAnswer]) throws(Refusal) in
      try request.standingReviews(answers).map { [$0.uid] + $0.principals.map { $0.uid ?? 0 } }
    }
    var answers = Host.answers
    for uid in [Host.bob, Host.carol] { answers[uid] = Host.answer(uid, groups: [Host.ops]) }
    #expect(
      try standing(answers) == [
        [Host.alice, Host.alice], [Host.bob, 0], [Host.carol, 0, Host.carol],
      ])
    // Nobody is in the group any more: bob is out, carol keeps what names herself.
    #expect(
      try standing(Host.answers) == [[Host.alice, Host.alice], [Host.carol, Host.carol]])
    answers = Host.answers
    answers[Host.alice] = .nobody
    answers[Host.carol] = .known(Account(uid: Host.carol, name: "mallory", groups: []))
    #expect(try standing(answers).isEmpty)
  }

  @Test func `every account that is missing is asked for at once, each once`() throws {
    let request = try Sample.request().with(reviews: [
      Sample.review(Host.carol), Sample.review(Host.alice), Sample.review(Host.bob),
      Sample.review(Host.carol), Sample.review(50, as: [.uid(50)]),
      Sample.review(60, .rejected),
    ])
    #expect(throws: Refusal.accountNeeded([Host.carol, Host.alice, Host.bob])) {
      try request.standingReviews([:])
    }
    #expect(throws: Refusal.accountNeeded([Host.carol, Host.bob])) {
      try request.standingReviews([Host.alice: Host.answer(Host.alice)])
    }
  }

  @Test func `a database that does not answer refuses, and a bare uid asks nobody`() throws {
    let named = try Sample.request().with(reviews: [Sample.review(Host.alice)])
    #expect(throws: Refusal.accountUnavailable) {
      try named.standingReviews([Host.alice: .unavailable])
    }
    let bare = try Sample.request().with(reviews: [Sample.review(50, as: [.uid(50)])])
    for answers in [[:], [50: .unavailable], [50: .nobody]] as [[UInt32: AccountAnswer]] {
      #expect(try bare.standingReviews(answers) == bare.reviews)
    }
  }

  @Test func `a rejection is not among them`() throws {
    let request = try Sample.request().with(reviews: [Sample.review(Host.alice, .rejected)])
    #expect(try request.standingReviews(Host.answers).isEmpty)
  }
}

@Suite struct `Activation` {
  static let until = Deadline(after: 8_000, from: Clock.start)

  private func approved(_ reviews: [Review]) throws -> AccessRequest {
    try Sample.request(state: .approved(until: Self.until)).with(reviews: reviews)
  }

  @Test func `an approved request becomes a grant that names the reviews that counted`() throws {
    var gate = Gate.rules((1, [Host.user(Host.alice), Host.opsGroup]))
    gate.clocks.grant = 60_000
    let request = try approved([
      Sample.review(Host.bob, as: [Host.opsGroup]), Sample.review(Host.alice),
    ])
    let now = Clock.after(7_999)
    let active = try request.activated(
      in: try Sample.environment(gate), answers: Host.answers, at: now)
    #expect(active.state == .active)
    #expect(active.revision == request.revision + 1)
    #expect(active.reviews == request.reviews)
    // Bob has left the group, so that it is Alice's, the second, which counts.
    #expect(
      active.grant
        == Grant(activated: now.reading, expires: Deadline(after: 60_000, from: now), counted: [1]))
  }

  @Test func `of one account's reviews it is the approval that counted`() throws {
    let request = try approved([Sample.review(Host.alice, .rejected), Sample.review(Host.alice)])
    let active = try request.activated(
      in: try Sample.environment(.alice), answers: Host.answers, at: Clock.start)
    #expect(active.grant?.counted == [1])
  }

  @Test(arguments: [Grant.Hold.connection, .ticket])
  func `a grant is held as it was asked for, and counts reads only where the gate limits them`(
    hold: Grant.Hold
  ) throws {
    let request = try approved([Sample.review(Host.alice)])
    for limit in [nil, 1, 7] {
      var gate = Gate.alice
      gate.maxReads = limit
      let grant = try request.activated(
        in: try Sample.environment(gate), hold: hold, answers: Host.answers, at: Clock.start
      ).grant
      #expect(grant?.hold == hold)
      #expect(grant?.reads == (limit == nil ? [] : [0]))
      #expect(grant?.released == nil)
    }
  }

  @Test func `it is refused once whoever approved has left`() throws {
    let gate = Gate.rules((1, [Host.opsGroup]))
    let request = try approved([Sample.review(Host.bob, as: [Host.opsGroup])])
    let unmet = Unmet.approvals(rule: 1, missing: 1, required: 1, from: [Host.opsGroup])
    #expect(throws: Refusal.gateWaiting(id: 42, [unmet])) {
      try request.activated(
        in: try Sample.environment(gate), answers: Host.answers, at: Clock.start)
    }
    let member = [Host.bob: Host.answer(Host.bob, groups: [Host.ops])]
    let active = try request.activated(
      in: try Sample.environment(gate), answers: member, at: Clock.start)
    #expect(active.grant?.counted == [0])
  }

  @Test func `the accounts of all who approved are asked for`() throws {
    let request = try approved([Sample.review(Host.alice), Sample.review(Host.bob)])
    let environment = try Sample.environment(
      .rules((2, [Host.user(Host.alice), Host.user(Host.bob)])))
    #expect(throws: Refusal.accountNeeded([Host.alice, Host.bob])) {
      try request.activated(in: environment, answers: [:], at: Clock.start)
    }
    #expect(throws: Refusal.accountUnavailable) {
      try request.activated(
        in: environment,
        answers: [Host.alice: Host.answer(Host.alice), Host.bob: .unavailable], at: Clock.start)
    }
  }

  @Test func `what-was-approved: drift refuses`() throws {
    let request = try approved([Sample.review(Host.alice)])
    for (id, revision) in [(7, 4), (7, 2), (8, 3)] as [(Int64, Int64)] {
      let environment = try Sample.environment(.alice, id: id, revision: revision)
      #expect(throws: Refusal.gateChanged(id: 42)) {
        try request.activated(in: environment, answers: Host.answers, at: Clock.start)
      }
    }
    var other = request
    other.digest = Sample.otherDigest
    #expect {
      try other.activated(
        in: try Sample.environment(.alice), answers: Host.answers, at: Clock.start)
    } throws: {
      if case .gateWaiting(42, let unmet)? = $0 as? Refusal { unmet.count == 1 } else { false }
    }
  }

  @Test func `an approval holds until its clock, on either clock`() throws {
    let request = try approved([Sample.review(Host.alice)])
    let environment = try Sample.environment(.alice)
    for (wall, boot) in [(8_000, 0), (0, 8_000), (8_000, 8_000)] as [(Int64, Int64)] {
      let now = Moment(
        wall: Clock.start.wall + wall, boot: Clock.start.boot + boot, bootID: Clock.boot)
      #expect(throws: Refusal.requestState(id: 42, "expired")) {
        try request.activated(in: environment, answers: Host.answers, at: now)
      }
    }
    let last = try request.activated(
      in: environment, answers: Host.answers, at: Clock.after(7_999))
    #expect(last.state == .active)
  }

  @Test func `a waiting request says what is missing`() throws {
    let unmet = Unmet.approvals(
      rule: 1, missing: 1, required: 1, from: [Host.user(Host.alice)])
    #expect(throws: Refusal.gateWaiting(id: 42, [unmet])) {
      try Sample.request().activated(
        in: try Sample.environment(.alice), answers: Host.answers, at: Clock.start)
    }
  }

  @Test(
    arguments: [
      .active, .closed(.success), .closed(.failure), .closed(.abandoned), .rejected, .expired,
      .cancelled, .superseded, .revoked,
    ] as [RequestState])
  func `what is over or held already is not activated`(state: RequestState) throws {
    let request = try Sample.request(state: state).with(reviews: [Sample.review(Host.alice)])
    #expect(throws: Refusal.requestState(id: 42, state.text)) {
      try request.activated(
        in: try Sample.environment(.alice), answers: Host.answers, at: Clock.start)
    }
  }
}

@Suite struct `Reading` {
  static func active(counted: [Int] = [0]) throws -> AccessRequest {
    try Sample.request(
      state: .active,
      grant: Grant(
        activated: Clock.start.reading, expires: Deadline(after: 1_000, from: Clock.start),
        counted: counted)
    ).with(reviews: [Sample.review(Host.alice), Sample.review(Host.bob)])
  }

  @Test func `one-door: a grant reads while its gate is satisfied and its clock runs`() throws {
    let environment = try Sample.environment(.alice)
    try Self.active().mayBeRead(in: environment, at: Clock.start)
    try Self.active().mayBeRead(in: environment, at: Clock.after(999))
    #expect(throws: Refusal.grantExpired(id: 42)) {
      try Self.active().mayBeRead(in: environment, at: Clock.after(1_000))
    }
    let rebooted = Moment(wall: Clock.start.wall + 1_000, boot: 0, bootID: Clock.nextBoot)
    #expect(throws: Refusal.grantExpired(id: 42)) {
      try Self.active().mayBeRead(in: environment, at: rebooted)
    }
  }

  @Test func `what-was-approved: drift after activation refuses the next read`() throws {
    for (id, revision) in [(7, 4), (7, 2), (8, 3)] as [(Int64, Int64)] {
      let environment = try Sample.environment(.alice, id: id, revision: revision)
      #expect(throws: Refusal.gateChanged(id: 42)) {
        try Self.active().mayBeRead(in: environment, at: Clock.start)
      }
    }
  }

  @Test(arguments: [[], [1], [2], [-1], [.max]] as [[Int]])
  func `only the reviews that counted at activation count`(counted: [Int]) throws {
    #expect {
      try Self.active(counted: counted).mayBeRead(
        in: try Sample.environment(.alice), at: Clock.start)
    } throws: {
      if case .gateWaiting(42, let unmet)? = $0 as? Refusal { unmet.count == 1 } else { false }
    }
  }

  @Test(
    arguments: [
      .approved(until: Activation.until), .closed(.success), .closed(.failure), .closed(.abandoned),
      .rejected, .expired, .cancelled, .superseded, .revoked,
    ] as [RequestState])
  func `nothing but an active grant is read, though a grant is still attached`(
    state: RequestState
  ) throws {
    let request = try Self.active().ended(state)
    #expect(throws: Refusal.requestState(id: 42, state.text)) {
      try request.mayBeRead(in: try Sample.environment(.alice), at: Clock.start)
    }
  }

  @Test func `a waiting request says what is missing, an active one without a grant is refused`()
    throws
  {
    let environment = try Sample.environment(.alice)
    let unmet = Unmet.approvals(
      rule: 1, missing: 1, required: 1, from: [Host.user(Host.alice)])
    #expect(throws: Refusal.gateWaiting(id: 42, [unmet])) {
      try Sample.request().mayBeRead(in: environment, at: Clock.start)
    }
    #expect(throws: Refusal.requestState(id: 42, "active")) {
      try Sample.request(state: .active).mayBeRead(in: environment, at: Clock.start)
    }
  }

  @Test func `each live state ends by its own clock, and what has ended ends no more`() throws {
    let far = Clock.after(100 * 86_400_000)
    let waiting = try Sample.request(lives: 1_000)
    #expect(!waiting.endIsReached(at: Clock.after(999)))
    #expect(waiting.endIsReached(at: Clock.after(1_000)))
    let approved = try Sample.request(state: .approved(until: Activation.until), lives: 1_000)
    #expect(!approved.endIsReached(at: Clock.after(7_999)))
    #expect(approved.endIsReached(at: Clock.after(8_000)))
    #expect(!(try Self.active().endIsReached(at: Clock.after(999))))
    #expect(try Self.active().endIsReached(at: Clock.after(1_000)))
    #expect(try Sample.request(state: .active).endIsReached(at: Clock.start))
    for state in RequestState.every where !state.isLive {
      #expect(!(try Sample.request(state: state).endIsReached(at: far)), "\(state)")
    }
  }

  @Test func `an ended request keeps its history under a new revision`() throws {
    let request = try Self.active()
    let closed = request.ended(.closed(.failure))
    #expect(closed.state == .closed(.failure))
    #expect(closed.revision == request.revision + 1)
    #expect(closed.reviews == request.reviews)
    #expect(closed.grant == request.grant)
  }
}
