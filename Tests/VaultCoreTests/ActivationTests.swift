import Promises
import Testing
import VaultCore

@Suite struct `Activation` {
  static let until = Deadline(after: 8_000, from: Clock.start)

  private func approved(_ reviews: [Review]) throws -> AccessRequest {
    try Sample.request(state: .approved(until: Self.until, place: 70)).with(reviews: reviews)
  }

  @Test func `an approved request becomes a grant that names the reviews that counted`() throws {
    var gate = Gate.rules((1, [Host.user(Host.alice), Host.opsGroup]))
    gate.clocks.grant = 60_000
    let request = try approved([
      Sample.review(Host.bob, as: [Host.opsGroup]), Sample.review(Host.alice),
    ])
    let now = Clock.after(7_999)
    let environment = try Sample.environment(gate)
    let checked = try #require(
      request.rechecked(Host.answers, in: environment, record: 70, at: now))
    let active = try checked.activated(in: environment, at: now)
    #expect(active.state == .active)
    #expect(active.revision == checked.revision + 1)
    #expect(active.reviews == checked.reviews)
    // Bob has left the group, so that it is Alice's, the second, which counts.
    #expect(
      active.grant
        == Grant(activated: now.reading, expires: Deadline(after: 60_000, from: now), counted: [1]))
  }

  @Test func `of one account's reviews it is the approval that counted`() throws {
    let request = try approved([Sample.review(Host.alice, .rejected), Sample.review(Host.alice)])
    let active = try request.activated(
      in: try Sample.environment(.alice), at: Clock.start)
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
        in: try Sample.environment(gate), hold: hold, at: Clock.start
      ).grant
      #expect(grant?.hold == hold)
      #expect(grant?.reads == (limit == nil ? [] : [0]))
      #expect(grant?.released == nil)
    }
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a grant waits a minute for its first read, and one by ticket does not`() {
    func unread(_ hold: Grant.Hold, released: Int64? = nil) -> Deadline? {
      Grant(
        activated: Clock.start.reading, expires: Self.until, counted: [], hold: hold,
        released: released
      ).unreadUntil
    }
    #expect(unread(.connection)?.isReached(at: Clock.after(59_999)) == false)
    #expect(unread(.connection)?.isReached(at: Clock.after(60_000)) == true)
    #expect(unread(.connection, released: 1) == nil)
    #expect(unread(.ticket) == nil)
  }

  @Test func `what is marked does not count, though the request still says approved`() throws {
    let gate = Gate.rules((1, [Host.opsGroup]))
    var review = Sample.review(Host.bob, as: [Host.opsGroup])
    let unmet = Unmet.approvals(rule: 1, missing: 1, required: 1, from: [Host.opsGroup])
    let environment = try Sample.environment(gate)
    #expect(
      try approved([review]).activated(in: environment, at: Clock.start).grant?.counted == [0])
    review.absence = Review.Absence(principals: [Host.opsGroup], until: Self.until)
    #expect(throws: Refusal.gateWaiting(id: 42, [unmet])) {
      try approved([review]).activated(in: environment, at: Clock.start)
    }
  }

  @Test func `what-was-approved: drift refuses`() throws {
    let request = try approved([Sample.review(Host.alice)])
    for (id, revision) in [(7, 4), (7, 2), (8, 3)] as [(Int64, Int64)] {
      let environment = try Sample.environment(.alice, id: id, revision: revision)
      #expect(throws: Refusal.gateChanged(id: 42)) {
        try request.activated(in: environment, at: Clock.start)
      }
    }
    var other = request
    other.digest = Sample.otherDigest
    #expect {
      try other.activated(
        in: try Sample.environment(.alice), at: Clock.start)
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
        try request.activated(in: environment, at: now)
      }
    }
    let last = try request.activated(
      in: environment, at: Clock.after(7_999))
    #expect(last.state == .active)
  }

  @Test func `a waiting request says what is missing`() throws {
    let unmet = Unmet.approvals(
      rule: 1, missing: 1, required: 1, from: [Host.user(Host.alice)])
    #expect(throws: Refusal.gateWaiting(id: 42, [unmet])) {
      try Sample.request().activated(
        in: try Sample.environment(.alice), at: Clock.start)
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
        in: try Sample.environment(.alice), at: Clock.start)
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

  @Test(.promise(.digestAndRevision))
  func `what-was-approved: drift after activation refuses the next read`() throws {
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
      .approved(until: Activation.until, place: 70), .closed(.success), .closed(.failure),
      .closed(.abandoned),
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
    let approved = try Sample.request(
      state: .approved(until: Activation.until, place: 70), lives: 1_000)
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
