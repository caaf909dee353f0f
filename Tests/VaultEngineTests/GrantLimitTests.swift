import Promises
import SecretMemory
import Testing
import VaultCore
import VaultEngine

/// One grant at a time, and so many reads under each: what is single-use is never spent twice.
@Suite struct GrantLimitTests {
  private func furnished(
    exclusive: Bool = false, maxReads: Int? = nil, secrets: [String] = ["TOKEN"],
    clocks: Clocks = Clocks()
  ) throws -> Fixture {
    let vault = try Fixture()
    try vault.create(
      "production",
      vault.reviewed(exclusive: exclusive, maxReads: maxReads, clocks: clocks), secrets: secrets)
    return vault
  }

  private func read(_ id: Int64, _ ticket: SecretBuffer? = nil, after: String? = nil) throws
    -> Action
  {
    .readGrant(request: id, ticket: ticket, after: try after.map { try SecretName($0) })
  }

  // MARK: Exclusive

  @Test(.promise(.readsAreCounted))
  func `exclusive: of two activations in one batch one wins, and the other comes after it`()
    throws
  {
    for hold in [Grant.Hold.connection, .ticket] {
      let vault = try furnished(exclusive: true)
      let makers = [vault.caller(Fixture.runner), vault.caller(Fixture.runner)]
      let requests = try makers.map { try vault.approvedRequest(by: $0) }
      let activate = requests.map {
        Action.activate(request: $0.request.id, ticket: nil, hold: hold)
      }
      let replies = vault.batch([(makers[1], activate[1]), (makers[0], activate[0])])
      let busy = Refusal.grantBusy(
        environment: "production",
        Turn(holder: requests[1].request.id, since: vault.now.wall, before: 0))
      #expect(replies[0].state == "active")
      #expect(replies[1].refusal == busy)
      #expect(vault.run(makers[0], activate[0]).refusal == busy)
      // It keeps its approval, and has its turn in the batch that ends the other one.
      let close = Action.closeGrant(
        request: requests[1].request.id, ticket: requests[1].ticket, outcome: .success)
      let next = vault.batch([(makers[1], close), (makers[0], activate[0])])
      #expect(next.map(\.state) == ["closed", "active"])
    }
  }

  @Test func `exclusive: a waiting or approved request takes nothing, another environment neither`()
    throws
  {
    let vault = try furnished(exclusive: true)
    try vault.create("other", vault.reviewed(exclusive: true))
    let maker = vault.caller(Fixture.runner)
    _ = try vault.request(by: maker)
    _ = try vault.approvedRequest(by: maker)
    _ = try vault.grant(by: maker, environment: "other")
    _ = try vault.grant(by: maker)
  }

  @Test func `exclusive: a connection that ends, and time, make room; a restart does not`() throws {
    let vault = try furnished(exclusive: true, clocks: Clocks(grant: 600_000))
    let first = vault.caller(Fixture.runner)
    let second = vault.caller(Fixture.runner)
    _ = try vault.grant(by: first)
    let (request, ticket) = try vault.approvedRequest(by: second)
    let activate = Action.activate(request: request.id, ticket: ticket, hold: .ticket)
    let replies = vault.batch([
      (second, activate), (first, .connectionEnded), (second, activate),
    ])
    #expect(replies[0].isBusy)
    #expect(replies[2].state == "active")
    let (third, thirdTicket) = try vault.approvedRequest(by: second)
    try vault.restart()
    let again = Action.activate(request: third.id, ticket: thirdTicket)
    #expect(vault.run(second, again).isBusy)
    vault.advance(600_000)
    _ = vault.run(second, .tick)
    #expect(vault.run(second, again).state == "active")
  }

  @Test func `exclusive or counted, an unprotected environment is read under a grant alone`() throws
  {
    for gate in [
      Gate(protection: .unprotected, requesters: .any, exclusive: true),
      Gate(protection: .unprotected, requesters: .any, maxReads: 5),
    ] {
      let vault = try Fixture()
      try vault.create("open", gate)
      let runner = vault.caller(Fixture.runner)
      #expect(
        vault.run(runner, try vault.getAction("open", "TOKEN")).refusal == .gateRequired("open"))
      let (id, _) = try vault.grant(by: runner, environment: "open")
      #expect(
        vault.run(runner, try vault.get("open", "TOKEN", of: id)).released == ["TOKEN of open"])
    }
  }

  // MARK: Counted reads

  @Test(.promise(.readsAreCounted))
  func `max_reads: of two reads in one batch one wins, by whatever method`() throws {
    let vault = try furnished(maxReads: 1)
    let maker = vault.caller(Fixture.runner)
    for pair in [[0, 0], [0, 1], [1, 0], [1, 1]] {
      let (id, ticket) = try vault.grant(by: maker)
      let exhausted = Refusal.readsExhausted(id: id, name: "TOKEN", limit: 1)
      let methods = [try read(id), try vault.get("production", "TOKEN", of: id)]
      let replies = vault.batch(pair.map { (maker, methods[$0]) })
      #expect(replies[0].released == ["TOKEN of production"])
      #expect(replies[1].refusal == exhausted)
      // Neither another connection nor a restart brings a read back.
      #expect(vault.run(vault.caller(Fixture.runner), try read(id, ticket)).refusal == exhausted)
      try vault.restart()
      #expect(vault.run(vault.caller(Fixture.runner), try read(id, ticket)).refusal == exhausted)
      #expect(try vault.seen(id).grant?.reads == [1])
    }
  }

  @Test func `max_reads: each secret is counted for itself, and a set is read whole or not`() throws
  {
    let vault = try furnished(maxReads: 2, secrets: ["ALPHA", "BETA"])
    let maker = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: maker)
    func reads() throws -> [Int]? { try vault.seen(id).grant?.reads }
    #expect(try vault.seen(id).grant?.reads == [0, 0])
    #expect(vault.run(maker, try vault.get("production", "BETA", of: id)).released != nil)
    #expect(try reads() == [0, 1])
    #expect(vault.run(maker, try read(id)).released?.count == 2)
    #expect(try reads() == [1, 2])
    let exhausted = Refusal.readsExhausted(id: id, name: "BETA", limit: 2)
    let records = try vault.audit().count
    #expect(vault.run(maker, try vault.get("production", "BETA", of: id)).refusal == exhausted)
    #expect(vault.run(maker, try read(id)).refusal == exhausted)
    #expect(try reads() == [1, 2])
    // Each kind of refusal once.
    #expect(try vault.audit().count == records + 2)
    #expect(vault.run(maker, try vault.get("production", "ALPHA", of: id)).released != nil)
    // The next grant begins at nothing.
    #expect(vault.run(maker, try read(try vault.grant(by: maker).id)).released?.count == 2)
  }

  @Test func `max_reads: the pages of one release are one read, and a page by itself is another`()
    throws
  {
    let vault = try Fixture()
    vault.configuration.pageBytes = 1
    try vault.restart()
    try vault.create(
      "production", vault.reviewed(maxReads: 2), secrets: ["ALPHA", "BETA", "GAMMA"])
    let maker = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: maker)
    func reads() throws -> [Int]? { try vault.seen(id).grant?.reads }
    var after: String?
    for name in ["ALPHA", "BETA", "GAMMA"] {
      #expect(
        vault.run(maker, try read(id, after: after)).released == ["\(name) of production"])
      #expect(try reads() == [1, 1, 1])
      after = name
    }
    // Another connection does not go on where this one was: that is a read of its own.
    #expect(vault.run(maker, try read(id)).released == ["ALPHA of production"])
    #expect(try reads() == [2, 2, 2])
    let exhausted = Refusal.readsExhausted(id: id, name: "ALPHA", limit: 2)
    let other = vault.caller(Fixture.runner)
    #expect(vault.run(other, try read(id, ticket, after: "ALPHA")).refusal == exhausted)
    #expect(vault.run(maker, try read(id, after: "ALPHA")).released == ["BETA of production"])
    // And no page twice.
    #expect(vault.run(maker, try read(id, after: "ALPHA")).refusal == exhausted)
    #expect(vault.run(maker, try read(id, after: "BETA")).released == ["GAMMA of production"])
    #expect(vault.run(maker, try read(id, after: "BETA")).refusal == exhausted)
  }

  @Test func `max_reads: what is refused is not counted`() throws {
    let vault = try furnished(maxReads: 1, secrets: ["ALPHA", "BETA"])
    let maker = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: maker)
    try vault.change("production", "BETA", 1, .disabled)
    #expect(
      vault.run(maker, try read(id)).refusal == .versionUnavailable(name: "BETA", version: 1))
    #expect(vault.run(vault.caller(Fixture.runner), try read(id)).refusal != nil)
    #expect(
      vault.run(maker, try vault.get("production", "NOWHERE", of: id)).refusal
        == .secretUnknown(environment: "production", name: "NOWHERE"))
    #expect(try vault.seen(id).grant?.reads == [0, 0])
    try vault.change("production", "BETA", 1, .enabled)
    #expect(vault.run(maker, try read(id)).released?.count == 2)
  }
}
