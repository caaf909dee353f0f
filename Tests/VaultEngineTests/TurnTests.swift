import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore

@testable import VaultEngine

/// The turns of an environment with one grant at a time, rule by rule.
@Suite struct TurnTests {
  /// A job: the connection that made its request, and the request.
  struct Job {
    let caller: Caller
    let request: AccessRequest
    let ticket: SecretBuffer
    var id: Int64 { request.id }

    func activate(waits: Bool = true, hold: Grant.Hold = .connection) -> Action {
      .activate(request: id, ticket: nil, hold: hold, waits: waits)
    }
  }

  func vault(
    _ clocks: Clocks = Clocks(), inOrder: Bool = false
  ) throws -> Fixture {
    let vault = try Fixture()
    var gate = vault.reviewed(exclusive: true, clocks: clocks)
    gate.inOrder = inOrder
    try vault.create("production", gate)
    return vault
  }

  /// Jobs whose requests are made in this order.
  func jobs(
    _ count: Int, in vault: Fixture, attended: Bool = true, environment: String = "production"
  ) throws -> [Job] {
    try (0..<count).map { _ in
      let caller = vault.caller(Fixture.runner)
      let made = try vault.request(by: caller, attended: attended, environment: environment)
      return Job(caller: caller, request: made.request, ticket: made.ticket)
    }
  }

  func approve(_ job: Job, in vault: Fixture) {
    let digest = (try? vault.seen(job.id).digest) ?? []
    let reply = vault.run(
      vault.caller(Fixture.bob), .approve(request: job.id, digest: digest, comment: ""))
    #expect(reply.state == "approved")
  }

  func close(_ job: Job) -> Action {
    .closeGrant(request: job.id, ticket: job.ticket, outcome: .success)
  }

  func changed(_ vault: Fixture, _ job: Job, _ action: Action) -> [Int64] {
    vault.engine.commit([Command(caller: job.caller, action: action)], now: vault.now)
      .changedRequests
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: the order is that of the approvals, whoever asked or came first`() throws {
    let vault = try vault()
    let jobs = try jobs(4, in: vault)
    for index in [2, 0, 3, 1] { approve(jobs[index], in: vault) }
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).state == "active")
    // They come in the order of their making, and wait in that of their approvals.
    let since = vault.now.wall
    for (index, before) in [(0, 0), (1, 1), (3, 1)] {
      #expect(
        vault.run(jobs[index].caller, jobs[index].activate()).queued
          == Turn(holder: jobs[2].id, since: since, before: before))
    }
    var order: [Int64] = []
    var holder = jobs[2]
    for _ in 0..<3 {
      // Of three that wait one is woken, and it is the first.
      let woken = changed(vault, holder, close(holder)).filter { $0 != holder.id }
      #expect(woken.count == 1)
      holder = try #require(jobs.first { $0.id == woken.first })
      #expect(vault.run(holder.caller, holder.activate()).state == "active")
      order.append(holder.id)
    }
    #expect(order == [jobs[0].id, jobs[3].id, jobs[1].id])
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: who is absent holds up nobody, and takes its place when it comes`() throws {
    let vault = try vault()
    let jobs = try jobs(4, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).state == "active")
    #expect(vault.run(jobs[3].caller, jobs[3].activate()).queued?.before == 0)
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.before == 0)
    // Without wait one is told how many go before it, and stands nowhere.
    for _ in 0..<2 {
      #expect(
        vault.run(jobs[0].caller, jobs[0].activate(waits: false)).refusal
          == .grantBusy(
            environment: "production",
            Turn(holder: jobs[1].id, since: vault.now.wall, before: 0)))
    }
    #expect(changed(vault, jobs[1], close(jobs[1])).contains(jobs[2].id))
    // Its turn has come, and who ranks behind it is busy though no grant is active.
    let last = try self.jobs(1, in: vault)[0]
    approve(last, in: vault)
    #expect(
      vault.run(last.caller, last.activate(waits: false)).refusal
        == .grantBusy(environment: "production", Turn(holder: nil, since: nil, before: 2)))
    // Who ranks before it goes, and it waits on.
    #expect(vault.run(jobs[0].caller, jobs[0].activate(waits: false)).state == "active")
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.holder == jobs[0].id)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a connection that ends, a cancel and a revoke give the place up`() throws {
    let vault = try vault()
    let jobs = try jobs(5, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    for job in jobs.dropFirst() { #expect(vault.run(job.caller, job.activate()).queued != nil) }
    _ = vault.run(jobs[1].caller, .connectionEnded)
    _ = vault.run(jobs[2].caller, .cancelRequest(jobs[2].id, ticket: jobs[2].ticket))
    let revoked = changed(vault, jobs[3], .tick)
    #expect(revoked.isEmpty)
    _ = vault.run(vault.caller(Fixture.admin), .revokeRequest(jobs[3].id))
    #expect(vault.run(jobs[4].caller, jobs[4].activate()).queued?.before == 0)
    // A killed holder is an end like any other.
    #expect(changed(vault, jobs[0], .connectionEnded).contains(jobs[4].id))
    #expect(vault.run(jobs[4].caller, jobs[4].activate()).state == "active")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: of two connections that wait with one request either keeps the place`() throws {
    let vault = try vault()
    let jobs = try jobs(3, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    let second = vault.caller(Fixture.runner)
    let byTicket = Action.activate(request: jobs[1].id, ticket: jobs[1].ticket, waits: true)
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued?.before == 0)
    #expect(vault.run(second, byTicket).queued?.before == 0)
    _ = vault.run(jobs[1].caller, .connectionEnded)
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.before == 1)
    // Nobody stands in a place by knowing its number.
    let thief = vault.caller(Fixture.runner)
    #expect(vault.run(thief, jobs[1].activate()).refusal == .ticketRequired(id: jobs[1].id))
    _ = vault.run(second, .connectionEnded)
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.before == 0)
  }

  /// No answer, and one that is too old for the commit.
  @Test(.promise(.troubleCostsNoTurn), arguments: [nil, 5_001] as [Int64?])
  func `turns: without an answer about its reviewers a call goes and its rank stays`(age: Int64?)
    throws
  {
    let vault = try Fixture()
    var gate = vault.reviewed(exclusive: true)
    gate.protection = .reviewers([
      ReviewerRule(reviewers: [.user(name: "user1002", uid: Fixture.bob)], required: 1)
    ])
    try vault.create("production", gate)
    let jobs = try jobs(3, in: vault)
    for job in jobs { approve(job, in: vault) }
    func run(_ job: Job, _ answer: AccountAnswer?) -> CommandReply {
      vault.run(
        job.caller, job.activate(), accounts: answer.map { [Fixture.bob: $0] } ?? [:])
    }
    let bob = AccountAnswer.known(Account(uid: Fixture.bob, name: "user1002", groups: []))
    #expect(run(jobs[0], bob).state == "active")
    // Nobody is asked about before it is their turn, and then afresh: nothing of before is kept.
    #expect(run(jobs[1], nil).queued != nil && run(jobs[2], bob).queued != nil)
    #expect(changed(vault, jobs[0], close(jobs[0])).contains(jobs[1].id))
    #expect(run(jobs[1], nil).wish == .afresh([Fixture.bob]))
    // While it is asked about, the turn is its own.
    #expect(run(jobs[2], bob).queued?.before == 1)
    let outcome = vault.engine.commit(
      [
        Command(
          caller: jobs[1].caller, action: jobs[1].activate(),
          accounts: [
            Fixture.bob: FreshAnswer(
              age == nil ? .unavailable : bob, asked: vault.now.boot - (age ?? 0))
          ])
      ], now: vault.now)
    #expect(outcome.replies[0].refusal == .accountUnavailable)
    #expect(outcome.changedRequests == [jobs[2].id])
    #expect(try vault.state(jobs[1].id) == "approved")
    // It comes back before the other has taken the turn, and is first again.
    #expect(run(jobs[1], nil).wish == .afresh([Fixture.bob]))
    #expect(run(jobs[2], bob).queued?.before == 1)
    #expect(run(jobs[1], bob).state == "active")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a grant that nobody reads within a minute ends as abandoned`() throws {
    let vault = try vault()
    let jobs = try jobs(3, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued != nil)
    vault.advance(59_999)
    #expect(changed(vault, jobs[0], .tick).isEmpty)
    vault.advance(1)
    #expect(Set(changed(vault, jobs[0], .tick)) == [jobs[0].id, jobs[1].id])
    #expect(try vault.seen(jobs[0].id).state == .closed(.abandoned))
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).state == "active")
    // One that was read from lives on, and so does one by ticket, whose steps come back to it.
    #expect(
      vault.run(jobs[1].caller, .readGrant(request: jobs[1].id, ticket: nil, after: nil)).released
        != nil)
    vault.advance(60_000)
    #expect(changed(vault, jobs[1], .tick).isEmpty)
    _ = vault.run(jobs[1].caller, close(jobs[1]))
    let reply = vault.run(jobs[2].caller, jobs[2].activate(hold: .ticket))
    #expect(reply.state == "active")
    vault.advance(60_000)
    #expect(changed(vault, jobs[2], .tick).isEmpty)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a call that was told to come and does not is passed over`() throws {
    let vault = try vault()
    let jobs = try jobs(3, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    for job in jobs.dropFirst() { _ = vault.run(job.caller, job.activate()) }
    #expect(changed(vault, jobs[0], close(jobs[0])).contains(jobs[1].id))
    vault.advance(LiveTurns.mostHesitation - 1)
    #expect(changed(vault, jobs[0], .tick).isEmpty)
    vault.advance(1)
    #expect(changed(vault, jobs[0], .tick) == [jobs[2].id])
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).state == "active")
    // Late, it stands where it stood.
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued?.before == 0)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: approvals end while their calls wait, and the clock of nobody stops`() throws {
    let vault = try vault(Clocks(approval: 30_000))
    let jobs = try jobs(2, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate(hold: .ticket)).state == "active")
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued != nil)
    vault.advance(30_000)
    #expect(changed(vault, jobs[1], .tick) == [jobs[1].id])
    #expect(
      vault.run(jobs[1].caller, jobs[1].activate()).refusal
        == .requestState(id: jobs[1].id, "expired"))
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a connection that holds another exclusive grant is told so and does not wait`()
    throws
  {
    let vault = try vault()
    try vault.create("other", vault.reviewed(exclusive: true))
    try vault.create("free", vault.reviewed())
    let rival = try jobs(1, in: vault)[0]
    approve(rival, in: vault)
    #expect(vault.run(rival.caller, rival.activate()).state == "active")
    let job = try jobs(1, in: vault)[0]
    approve(job, in: vault)
    _ = try vault.grant(by: job.caller, environment: "free")
    #expect(vault.run(job.caller, job.activate()).queued != nil)
    let (held, _) = try vault.grant(by: job.caller, environment: "other")
    let turn = Turn(holder: rival.id, since: vault.now.wall, before: 0)
    #expect(
      vault.run(job.caller, job.activate()).refusal
        == .grantBusy(environment: "production", turn, holds: held))
    // Nor does it stand there any more.
    let next = try jobs(1, in: vault)[0]
    approve(next, in: vault)
    #expect(vault.run(next.caller, next.activate()).queued?.before == 0)
    // Where it need not wait, it goes.
    _ = vault.run(next.caller, .connectionEnded)
    _ = vault.run(rival.caller, close(rival))
    #expect(vault.run(job.caller, job.activate()).state == "active")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: of a queue of a thousand one event wakes one call, and writes as much as of one`()
    throws
  {
    let vault = try Fixture()
    vault.configuration.waiting = (2_000, 2_000)
    try vault.restart()
    try vault.create(
      "open",
      Gate(
        protection: .unprotected, requesters: .principals([.uid(Fixture.runner)]), exclusive: true))
    let jobs = try jobs(1_000, in: vault, environment: "open")
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    for job in jobs.dropFirst().reversed() {
      #expect(vault.run(job.caller, job.activate()).queued?.before == 0)
    }
    for index in 0..<3 {
      let writes = vault.engine.rows.set.writes
      #expect(
        changed(vault, jobs[index], close(jobs[index])) == [jobs[index].id, jobs[index + 1].id])
      // The request's own row, and nobody else's.
      #expect(vault.engine.rows.set.writes == writes + 1)
      #expect(vault.run(jobs[index + 1].caller, jobs[index + 1].activate()).state == "active")
    }
  }

  // MARK: In order

  @Test(.promise(.outdatedRequests))
  func `in_order: a request is refused once a newer one was activated, and shown to be before`()
    throws
  {
    let vault = try vault(inOrder: true)
    let jobs = try jobs(4, in: vault)
    for index in [0, 2] { approve(jobs[index], in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate(hold: .ticket)).state == "active")
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued != nil)
    approve(jobs[1], in: vault)
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued?.before == 1)
    _ = vault.run(jobs[0].caller, close(jobs[0]))
    // Whoever waits with an older one is woken, to be told.
    #expect(changed(vault, jobs[2], jobs[2].activate()) == [jobs[1].id, jobs[2].id])
    let outdated = Refusal.grantOutdated(id: jobs[1].id, by: jobs[2].id)
    for restarts in [false, true] {
      if restarts { try vault.restart() }
      #expect(vault.run(jobs[1].caller, jobs[1].activate()).refusal == outdated)
      #expect(try vault.state(jobs[1].id) == "cancelled")
    }
    let record = try vault.audit().filter { $0.event == .requestCancelled }
    #expect(record.map(\.request) == [jobs[1].id])
    #expect(
      record.first?.details == [.init("why", "outdated"), .init("by", "\(jobs[2].id)")])
    #expect(try outdatedBy(jobs[1], in: vault) == jobs[2].id)
    #expect(try outdatedBy(jobs[3], in: vault) == nil)
    approve(jobs[3], in: vault)
  }

  private func outdatedBy(_ job: Job, in vault: Fixture) throws -> Int64? {
    let reply = vault.run(vault.caller(Fixture.bob), .getRequest(job.id))
    guard case .request(let answer) = reply else { throw Unexpected("\(reply)") }
    return answer.outdatedBy
  }

  @Test(.promise(.outdatedRequests), arguments: [1, 3, 16])
  func `in_order: who waits with an older request is not approved any more, in whatever slice`(
    slice: Int
  ) throws {
    let vault = try vault(inOrder: true)
    vault.slice = slice
    let jobs = try jobs(8, in: vault)
    for index in [1, 4, 6] { approve(jobs[index], in: vault) }
    let older = [0, 1, 2, 3, 4, 5].map { jobs[$0].id }
    let approval = Action.approve(
      request: jobs[5].id, digest: try vault.seen(jobs[5].id).digest, comment: "")
    #expect(vault.run(jobs[6].caller, jobs[6].activate()).state == "active")
    #expect(
      vault.run(vault.caller(Fixture.bob), approval).refusal
        == .requestState(id: jobs[5].id, "cancelled"))
    #expect(try older.allSatisfy { try vault.state($0) == "cancelled" })
    try vault.restart()
    #expect(try older.allSatisfy { try vault.state($0) == "cancelled" })
    vault.drain()
    let ended = try vault.audit().filter { $0.event == .requestCancelled }.compactMap(\.request)
    #expect(ended.sorted() == older)
    #expect(try vault.state(jobs[7].id) == "waiting")
    #expect(try vault.verification().isVerified)
  }

  @Test(.promise(.outdatedRequests))
  func `in_order: of what an edit makes outdated it is said, and it is not approved`() throws {
    let vault = try vault()
    let jobs = try jobs(2, in: vault)
    approve(jobs[1], in: vault)
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).state == "active")
    try vault.edit("production") { $0.terms[\.inOrder] = true }
    #expect(try outdatedBy(jobs[0], in: vault) == jobs[1].id)
    let digest = try vault.seen(jobs[0].id).digest
    let reply = vault.run(
      vault.caller(Fixture.bob), .approve(request: jobs[0].id, digest: digest, comment: ""))
    #expect(reply.refusal == .grantOutdated(id: jobs[0].id, by: jobs[1].id))
    // Without it an older one follows a newer one.
    try vault.edit("production", allowWeaken: true) { $0.terms[\.inOrder] = false }
    approve(jobs[0], in: vault)
  }

  @Test func `in_order: it needs one grant at a time, and taking it away is a weakening`() throws {
    let vault = try vault(inOrder: true)
    #expect(
      try vault.edit("production", allowWeaken: true) { $0.terms[\.exclusive] = false }.refusal
        == .gateInvalid(.orderOfSeveral))
    #expect(
      try vault.edit("production") { $0.terms[\.inOrder] = false }.refusal
        == .gateWeaker(environment: "production", [.inOrder]))
  }
}
