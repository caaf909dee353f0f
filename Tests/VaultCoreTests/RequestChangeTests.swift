import Testing
import VaultCore

@Suite struct `An edit of its gate sends a request back` {
  private func environment(_ gate: Gate = .alice) throws -> Environment {
    try Sample.environment(gate, revision: 4)
  }

  @Test(arguments: RequestState.every.filter { $0.isLive && $0 != .active })
  func `to waiting, without its reviews, under the new revision`(state: RequestState) throws {
    let request = try Sample.request(state: state).with(reviews: [Sample.review(Host.alice)])
    let next = request.rebased(on: try environment())
    var expected = request
    expected.revision += 1
    expected.gateRevision = 4
    expected.state = .waiting
    expected.reviews = []
    #expect(next == expected)
    #expect(next.digestInput(vault: [1]) != request.digestInput(vault: [1]))
  }

  @Test func `what-was-approved: an approval of before counts no more, by digest and by revision`()
    throws
  {
    let request = try Sample.request().with(reviews: [Sample.review(Host.alice)])
    var next = request.rebased(on: try environment())
    next.digest = Sample.otherDigest
    for review in [
      Sample.review(Host.alice), Sample.review(Host.alice, gateRevision: 4),
      Sample.review(Host.alice, digest: Sample.otherDigest),
    ] {
      #expect(
        next.with(reviews: [review]).settled(in: try environment(), record: 90, at: Clock.start)
          .state
          == .waiting)
    }
    let anew = Sample.review(Host.alice, gateRevision: 4, digest: Sample.otherDigest)
    let settled = next.with(reviews: [anew]).settled(
      in: try environment(), record: 90, at: Clock.start)
    #expect(settled.state.text == "approved")
    // Where somebody approved, the place is of that record; where nobody does, of its making.
    #expect(settled.place == TurnQueue.Place(number: 90, request: 42))
  }

  @Test func `which is approved at once only where nothing is missing, for as long as is said`()
    throws
  {
    let request = try Sample.request().rebased(on: try environment())
    #expect(request.settled(in: try environment(), record: 90, at: Clock.start) == request)
    var open = Gate(protection: .unprotected, requesters: .any)
    open.clocks.approval = 5_000
    let now = Clock.after(70)
    var expected = request
    expected.state = .approved(until: Deadline(after: 5_000, from: now), place: 42)
    #expect(request.settled(in: try environment(open), record: 90, at: now) == expected)
    // Whose time is over is approved by no gate.
    #expect(
      request.settled(in: try environment(open), record: 90, at: Clock.after(86_400_000))
        == request)
  }

  @Test(arguments: RequestState.every.filter { $0 != .waiting })
  func `and only one that waits is settled`(state: RequestState) throws {
    let request = try Sample.request(gateRevision: 4, state: state)
    let open = try environment(Gate(protection: .unprotected, requesters: .any))
    #expect(request.settled(in: open, record: 90, at: Clock.after(1)) == request)
  }
}

@Suite struct `Taking a request back` {
  @Test(arguments: RequestState.every)
  func `withdraws what waits or is approved, revokes what is approved or active`(
    state: RequestState
  ) throws {
    let request = try Sample.request(state: state)
    func isRefused(_ body: () throws(Refusal) -> Void) -> Bool {
      do throws(Refusal) {
        try body()
        return false
      } catch {
        #expect(error == .requestState(id: 42, state.text))
        return true
      }
    }
    let (withdrawn, revoked): (Bool, Bool) =
      switch state {
      case .waiting: (true, false)
      case .approved: (true, true)
      case .active: (false, true)
      case .closed, .rejected, .expired, .cancelled, .superseded, .revoked: (false, false)
      }
    #expect(isRefused(request.mayBeWithdrawn) == !withdrawn)
    #expect(isRefused(request.mayBeRevoked) == !revoked)
    #expect(state.isLive == (withdrawn || revoked))
  }

  @Test func `each state has a word of its own`() {
    #expect(Set(RequestState.every.map(\.text)) == Set(RequestState.texts))
    #expect(RequestState.texts.count == Set(RequestState.texts).count)
  }
}

@Suite struct `Reads under a grant` {
  static let names = ["A", "B", "C"]

  private func name(_ text: String) throws -> SecretName { try SecretName(text) }

  private func active(reads: [Int], released: Int64? = nil) throws -> AccessRequest {
    let plain = try Sample.request()
    return AccessRequest(
      id: plain.id, environment: plain.environment, environmentName: plain.environmentName,
      gateRevision: plain.gateRevision, revision: 5, requester: plain.requester,
      secrets: try Self.names.map { PinnedSecret(name: try name($0), version: 1) },
      context: plain.context, attended: false, ticketHash: plain.ticketHash,
      created: plain.created, expires: plain.expires, digest: plain.digest, state: .active,
      grant: Grant(
        activated: Clock.start.reading, expires: Deadline(after: 60_000, from: Clock.start),
        counted: [0],
        hold: .ticket, released: released, reads: reads))
  }

  @Test func `count each secret that is named, once a read, and nothing else`() throws {
    var request = try active(reads: [0, 0, 0])
    for (names, reads) in [
      (["A"], [1, 0, 0]), (["B", "C"], [1, 1, 1]), (["C", "C"], [1, 1, 2]), ([], [1, 1, 2]),
      (["NEVER_PINNED"], [1, 1, 2]), (["A", "B"], [2, 2, 2]),
    ] {
      let next = try #require(
        try request.read(try names.map(name), limit: 2, at: Clock.after(9)))
      var expected = request
      expected.revision += 1
      expected.grant?.reads = reads
      expected.grant?.released = Clock.start.wall + 9
      #expect(next == expected, "\(names)")
      request = next
    }
    for text in Self.names {
      #expect(throws: Refusal.readsExhausted(id: 42, name: text, limit: 2)) {
        try request.read([try name(text)], limit: 2, at: Clock.after(9))
      }
    }
  }

  @Test func `are refused whole where one of them is exhausted, and the first is named`() throws {
    let request = try active(reads: [0, 3, 3], released: 1)
    for (names, refused) in [
      (["A", "B"], "B"), (["C", "B", "A"], "B"), (["C", "A"], "C"),
    ] {
      #expect(throws: Refusal.readsExhausted(id: 42, name: refused, limit: 3)) {
        try request.read(try names.map(name), limit: 3, at: Clock.start)
      }
    }
    let next = try request.read([try name("A")], limit: 3, at: Clock.start)
    #expect(next?.grant?.reads == [1, 3, 3])
  }

  @Test(arguments: [0, 1, 2, 5])
  func `are as many as the gate says, whatever was read before it said so`(limit: Int) throws {
    for before in 0...6 {
      let request = try active(reads: [before, 0, 0], released: 1)
      let next = try? request.read([try name("A")], limit: limit, at: Clock.start)
      #expect((next != nil) == (before < limit))
    }
  }

  @Test func `of a grant that never counted are none once the gate counts`() throws {
    for reads in [[], [0]] as [[Int]] {
      #expect(throws: Refusal.readsExhausted(id: 42, name: "C", limit: 9)) {
        try active(reads: reads).read([try name("C")], limit: 9, at: Clock.start)
      }
    }
  }

  @Test func `are written down once where nobody counts`() throws {
    for reads in [[], [1, 1, 1]] as [[Int]] {
      let request = try active(reads: reads)
      let names = try Self.names.map(name)
      let first = try #require(try request.read(names, limit: nil, at: Clock.after(5)))
      var expected = request
      expected.revision += 1
      expected.grant?.released = Clock.start.wall + 5
      #expect(first == expected)
      #expect(try first.read(names, limit: nil, at: Clock.after(6)) == nil)
    }
  }

  @Test func `keep the time of the first`() throws {
    let request = try active(reads: [0, 0, 0], released: 17)
    #expect(
      try request.read([try name("A")], limit: 3, at: Clock.start)?.grant?.released == 17)
  }

  @Test func `need a grant`() throws {
    for limit in [nil, 3] {
      #expect(
        try Sample.request(state: .active).read(
          [try name("AZURE_CREDENTIALS")], limit: limit, at: Clock.start) == nil)
    }
  }
}
