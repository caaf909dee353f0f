import Testing
import VaultCore

@Suite struct `An edit of a gate` {
  static let gate = Gate(
    protection: .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice), Host.user(Host.bob)], required: 1)
    ]), requesters: .principals([Host.user(Host.runner)]), writers: [Host.user(Host.carol)],
    exclusive: true, maxReads: 2)

  private func applied(_ change: (inout GateEdit) -> Void, to gate: Gate = gate) throws -> Gate {
    var edit = GateEdit()
    change(&edit)
    return try edit.applied(to: gate)
  }

  @Test func `of nothing changes nothing`() throws {
    for gate in SmallGates.all { #expect(try applied({ _ in }, to: gate) == gate) }
    #expect(try applied { _ in } == Self.gate)
  }

  @Test func `changes what it names and nothing else`() throws {
    var expected = Self.gate
    expected.maxReads = nil
    #expect(try applied { $0.maxReads = GateEdit.Limit.none } == expected)
    expected.maxReads = 7
    #expect(try applied { $0.maxReads = .most(7) } == expected)
    expected = Self.gate
    expected.exclusive = false
    #expect(try applied { $0.exclusive = false } == expected)
    expected = Self.gate
    expected.clocks.approval = 60_000
    #expect(try applied { $0.approvalTTL = 60_000 } == expected)
    expected = Self.gate
    expected.writers = []
    #expect(try applied { $0.writers.remove = [.user("carol")] } == expected)
    expected = Self.gate
    expected.protection = .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.bob), Host.opsGroup], required: 2)
    ])
    #expect(
      try applied {
        $0.reviewers = .init(add: [Host.opsGroup], remove: [.user("alice")])
        $0.approvals = 2
      } == expected)
  }

  @Test
  func `keeps the number that a name had when it was written, and takes names out whatever it is`()
    throws
  {
    var gate = Self.gate
    gate.writers = [.user(name: "bob", uid: 4_711)]
    let next = try applied({ $0.writers.add = [Host.user(Host.carol)] }, to: gate)
    #expect(next.writers == [.user(name: "bob", uid: 4_711), Host.user(Host.carol)])
    let gone = try applied({ $0.writers.remove = [.user("bob")] }, to: gate)
    #expect(gone.writers.isEmpty)
  }

  @Test func `says who was not there`() {
    #expect(throws: GateFault.notNamed("writers", principal: "user:bob")) {
      try applied { $0.writers.remove = [.user("bob")] }
    }
    #expect(throws: GateFault.notNamed("requesters", principal: "any")) {
      try applied { $0.anyRequester = false }
    }
    var open = Self.gate
    open.requesters = .any
    #expect(throws: GateFault.notNamed("requesters", principal: "user:bob")) {
      try applied({ $0.requesters.remove = [.user("bob")] }, to: open)
    }
    #expect(throws: GateFault.repeated("user:bob")) {
      try applied({ $0.requesters.add = [Host.user(Host.bob)] }, to: open)
    }
  }

  @Test func `of the reviewers is of one rule, or says that there are none or several`() throws {
    let several = Gate.rules((1, [Host.user(Host.alice)]), (1, [Host.user(Host.bob)]))
    #expect(throws: GateFault.notOneRule(2)) { try applied({ $0.approvals = 1 }, to: several) }
    let open = Gate(protection: .unprotected, requesters: .any)
    #expect(throws: GateFault.notOneRule(0)) {
      try applied({ $0.reviewers.add = [Host.user(Host.bob)] }, to: open)
    }
    #expect(
      try applied({ $0.protection = Gate.alice.protection }, to: open).rules == Gate.alice.rules)
  }

  @Test func `lets everybody ask, and ends that by naming somebody`() throws {
    let open = try applied { $0.anyRequester = true }
    #expect(open.requesters == .any)
    let named = try applied(
      {
        $0.anyRequester = false
        $0.requesters.add = [Host.user(Host.bob)]
      }, to: open)
    #expect(named.requesters == .principals([Host.user(Host.bob)]))
    let nobody = try applied({ $0.anyRequester = false }, to: open)
    #expect(throws: GateFault.noRequesters) { try nobody.check(people: People()) }
  }

  @Test func `that takes all rules away leaves no self-review behind`() throws {
    var gate = Self.gate
    gate.allowSelfReview = true
    #expect(try !applied({ $0.protection = .unprotected }, to: gate).allowSelfReview)
  }

  @Test(arguments: [0, -1, Gate.mostReads + 1])
  func `a limit of reads is a number that can be reached`(number: Int) {
    var gate = Self.gate
    gate.maxReads = number
    #expect(throws: GateFault.maxReads(number)) { try gate.check(people: People()) }
    gate.protection = .unprotected
    #expect(throws: GateFault.maxReads(number)) { try gate.check(people: People()) }
  }
}

@Suite struct `What becomes of a request` {
  static let live: [RequestState] = [
    .waiting, .approved(until: Deadline(after: 1_000, from: Clock.start)), .active,
  ]
  static let ended: [RequestState] = [
    .closed(.success), .rejected, .expired, .cancelled, .superseded, .revoked,
  ]

  @Test func `an edit of its gate leaves it waiting, without its reviews, under the new revision`()
    throws
  {
    var request = try Sample.request()
    request.state = .approved(until: Deadline(after: 1_000, from: Clock.start))
    request.reviews = [Sample.review(Host.alice)]
    let environment = try Sample.environment(.alice, revision: 4)
    let next = request.rebased(on: environment)
    #expect(next.state == .waiting && next.reviews.isEmpty)
    #expect(next.gateRevision == 4 && next.revision == request.revision + 1)
    #expect(next.digestInput(vault: [1]) != request.digestInput(vault: [1]))
    #expect(next.settled(in: environment, at: Clock.start).state == .waiting)
    let open = try Sample.environment(
      Gate(protection: .unprotected, requesters: .any), revision: 4)
    #expect(next.settled(in: open, at: Clock.start).state.text == "approved")
  }

  @Test
  func `only what waits or is approved is withdrawn, only what is approved or active revoked`()
    throws
  {
    for (state, withdrawn, revoked) in zip(
      Self.live + Self.ended, [true, true, false] + Array(repeating: false, count: 6)
    ).map({ ($0, $1, $0.text == "approved" || $0.text == "active") }) {
      var request = try Sample.request()
      request.state = state
      #expect(((try? request.mayBeWithdrawn()) != nil) == withdrawn, "\(state)")
      #expect(((try? request.mayBeRevoked()) != nil) == revoked, "\(state)")
      #expect(state.isLive == Self.live.contains(state))
    }
  }

  @Test func `reads are counted one by one, and the first is remembered`() throws {
    let name = try SecretName("A")
    var request = try Sample.request(state: .active)
    let names = request.secrets.map(\.name)
    request.grant = Grant(
      activated: Clock.start, expires: Deadline(after: 1_000, from: Clock.start), counted: [],
      reads: names.map { _ in 0 })
    let first = try #require(try request.read(names, limit: 1, at: Clock.after(5)))
    #expect(first.grant?.released == Clock.start.wall + 5)
    #expect(first.grant?.reads == names.map { _ in 1 })
    #expect(throws: Refusal.self) { try first.read(names, limit: 1, at: Clock.start) }
    #expect(throws: Refusal.self) { try first.read([names[0]], limit: 1, at: Clock.start) }
    #expect(try first.read([name], limit: 1, at: Clock.start) != nil || names.contains(name))
    // Where nobody counts, only the first read is written down.
    let plain = try #require(try request.read(names, limit: nil, at: Clock.start))
    #expect(plain.grant?.reads == names.map { _ in 0 })
    #expect(try plain.read(names, limit: nil, at: Clock.start) == nil)
    // A grant without counts has been read as often as it may once somebody counts.
    request.grant?.reads = []
    #expect(throws: Refusal.self) { try request.read(names, limit: 9, at: Clock.start) }
  }
}
