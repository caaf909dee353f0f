import CFaultVFS
import Promises
import SecretMemory
import Testing
import VaultCore

@testable import VaultEngine
import VaultStore

/// What becomes of places that are lost, offered, or kept for whoever may come back.
extension TurnTests {
  private static let ops = Principal.group(name: "ops", gid: 77)

  /// A vault whose production one of ops reviews.
  private func vaultOfOps() throws -> Fixture {
    let vault = try Fixture()
    var gate = vault.reviewed(exclusive: true)
    gate.protection = .reviewers([ReviewerRule(reviewers: [Self.ops], required: 1)])
    try vault.create("production", gate)
    return vault
  }

  private func approveAsOps(_ job: Job, in vault: Fixture) throws {
    let reply = vault.run(
      ReviewerLeftTests.bob(),
      .approve(request: job.id, digest: try vault.seen(job.id).digest, comment: ""))
    #expect(reply.state == "approved")
  }

  private func recheck(_ answer: Account, in vault: Fixture) {
    vault.advance(1_000)
    _ = vault.run(
      vault.caller(Fixture.admin),
      .recheckReviewer(Fixture.bob, FreshAnswer(.known(answer), asked: vault.now.boot), after: 0))
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a place that was lost and won again ends with the last who stands there`()
    throws
  {
    let vault = try vaultOfOps()
    vault.accounts[Fixture.bob] = .known(ReviewerLeftTests.bob)
    let jobs = try jobs(3, in: vault)
    for job in jobs { try approveAsOps(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate(hold: .ticket)).state == "active")
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued?.before == 0)
    // Its approval stops counting while it waits, and counts again: its connection was answered meanwhile.
    recheck(ReviewerLeftTests.left, in: vault)
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).isGateWaiting)
    recheck(ReviewerLeftTests.bob, in: vault)
    #expect(try vault.state(jobs[1].id) == "approved")
    let second = vault.caller(Fixture.runner)
    let byTicket = Action.activate(request: jobs[1].id, ticket: jobs[1].ticket, waits: true)
    #expect(vault.run(second, byTicket).queued != nil)
    _ = vault.run(second, .connectionEnded)
    // The first connection lives, and stands nowhere.
    let last = try self.jobs(1, in: vault)[0]
    try approveAsOps(last, in: vault)
    #expect(vault.run(last.caller, last.activate()).queued?.before == 0)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: whoever waits behind a job that a restart took is woken when its minute ends`()
    throws
  {
    let vault = try vault()
    let jobs = try jobs(2, in: vault)
    for job in jobs { approve(job, in: vault) }
    try vault.restart()
    let second = vault.caller(Fixture.runner)
    let byTicket = Action.activate(request: jobs[1].id, ticket: jobs[1].ticket, waits: true)
    #expect(vault.run(second, byTicket).queued?.before == 1)
    // It comes back to its request, which lives on, and not to its place.
    let first = vault.caller(Fixture.runner)
    _ = vault.run(first, .observeRequest(jobs[0].id, ticket: jobs[0].ticket))
    vault.advance(VaultEngine.attendedGrace - 1)
    let early = vault.engine.commit([Command(caller: second, action: .tick)], now: vault.now)
    #expect(!early.changedRequests.contains(jobs[1].id))
    vault.advance(1)
    let woken = vault.engine.commit([Command(caller: second, action: .tick)], now: vault.now)
    #expect(woken.changedRequests == [jobs[1].id])
    #expect(try vault.state(jobs[0].id) == "approved")
    #expect(vault.run(second, byTicket).state == "active")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: whoever was told to come, and comes behind another, keeps its place`() throws {
    let vault = try vault()
    let jobs = try jobs(4, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).state == "active")
    for job in jobs[2...] { #expect(vault.run(job.caller, job.activate()).queued != nil) }
    #expect(changed(vault, jobs[1], close(jobs[1])).contains(jobs[2].id))
    // Who ranks before it was absent until now, and goes first.
    #expect(
      vault.run(jobs[0].caller, jobs[0].activate(waits: false, hold: .ticket)).state == "active")
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.holder == jobs[0].id)
    vault.advance(LiveTurns.mostHesitation)
    #expect(changed(vault, jobs[0], .tick).isEmpty)
    #expect(vault.run(jobs[3].caller, jobs[3].activate()).queued?.before == 1)
    #expect(changed(vault, jobs[0], close(jobs[0])).contains(jobs[2].id))
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: an edit takes back what was offered, so that no new place is given up for it`() {
    let place = TurnQueue.Place(number: 5, request: 5)
    let start = Moment(wall: 1_000_000, boot: 1_000_000, bootID: BootID(high: 1, low: 1))
    let later = Moment(
      wall: start.wall + LiveTurns.mostHesitation, boot: start.boot + LiveTurns.mostHesitation,
      bootID: start.bootID)
    for isEdited in [false, true] {
      var turns = LiveTurns()
      turns.stand(place, in: 1, connection: 7)
      turns.freed(1)
      #expect(turns.takeTurns([:], at: start) == [5])
      if isEdited {
        turns.clear(1)
        turns.stand(place, in: 1, connection: 7)
      }
      turns.tick([:], at: later)
      #expect(turns.allStanding == (isEdited ? [5] : []))
    }
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: what is decided of a request counts in the queue before its row is written`()
    throws
  {
    let vault = try Fixture()
    vault.slice = 1
    let neighbour: UInt32 = 4_242
    try vault.create(
      "open",
      Gate(
        protection: .unprotected,
        requesters: .principals([.uid(Fixture.runner), .uid(neighbour)]), exclusive: true))
    func neighbours(_ count: Int) throws -> [Job] {
      try (0..<count).map { _ in
        let caller = vault.caller(neighbour)
        let made = try vault.request(by: caller, environment: "open")
        return Job(caller: caller, request: made.request, ticket: made.ticket)
      }
    }
    let revoke = Action.revokeAll(environment: nil, requester: .uid(neighbour))
    func revokeAll() -> [Int64] {
      vault.engine.commit(
        [Command(caller: vault.caller(Fixture.admin), action: revoke)], now: vault.now
      ).changedRequests
    }
    // One who stands before another is revoked, and rows of older ones come first.
    let holder = try jobs(1, in: vault, environment: "open")[0]
    #expect(vault.run(holder.caller, holder.activate()).state == "active")
    let revoked = try neighbours(3)
    #expect(vault.run(revoked[2].caller, revoked[2].activate()).queued?.before == 0)
    let next = try jobs(1, in: vault, environment: "open")[0]
    _ = revokeAll()
    #expect(vault.engine.hasBacklog)
    #expect(vault.run(next.caller, next.activate()).queued?.before == 0)
    _ = vault.run(holder.caller, close(holder))
    vault.drain()
    _ = vault.run(next.caller, .connectionEnded)
    // And so with a grant.
    let grants = try neighbours(3)
    #expect(vault.run(grants[2].caller, grants[2].activate()).state == "active")
    let last = try jobs(1, in: vault, environment: "open")[0]
    #expect(vault.run(last.caller, last.activate()).queued != nil)
    #expect(revokeAll().contains(last.id))
    #expect(vault.engine.hasBacklog)
    #expect(vault.run(last.caller, last.activate()).state == "active")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a batch that fails frees no environment, and takes nobody's place`() throws {
    let vfs = try #require(fault_vfs_create("engine-turns"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-turns"
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    try vault.create("production", vault.reviewed(exclusive: true))
    let jobs = try jobs(3, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    #expect(vault.run(jobs[1].caller, jobs[1].activate()).queued?.before == 0)
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, FAULT_FULL, 1, 0, 100)
    let failed = vault.batch([
      (jobs[0].caller, close(jobs[0])),
      (jobs[1].caller, .cancelRequest(jobs[1].id, ticket: jobs[1].ticket)),
    ])
    fault_vfs_disarm(vfs)
    #expect(failed.allSatisfy { $0.refusal != nil })
    let turn = vault.run(jobs[2].caller, jobs[2].activate()).queued
    #expect(turn?.holder == jobs[0].id && turn?.before == 1)
    // But for a call that was refused with it: nobody waits there any more.
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, FAULT_FULL, 1, 0, 100)
    let refused = vault.batch([
      (jobs[0].caller, close(jobs[0])), (jobs[1].caller, jobs[1].activate()),
    ])
    fault_vfs_disarm(vfs)
    #expect(refused.allSatisfy { $0.refusal != nil })
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.before == 0)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a call that waits tells nobody else that its request has ended`() throws {
    let vault = try vault()
    let job = try jobs(1, in: vault)[0]
    _ = vault.run(job.caller, .cancelRequest(job.id, ticket: job.ticket))
    #expect(
      vault.run(job.caller, job.activate()).refusal == .requestState(id: job.id, "cancelled"))
    #expect(vault.run(vault.caller(2_000), job.activate()).refusal == .requestUnknown(job.id))
  }

  @Test func `in_order: the newest that was activated counts, whichever came after it`() throws {
    let vault = try vault()
    let jobs = try jobs(3, in: vault)
    for index in [2, 0] {
      approve(jobs[index], in: vault)
      #expect(vault.run(jobs[index].caller, jobs[index].activate()).state == "active")
      _ = vault.run(jobs[index].caller, close(jobs[index]))
    }
    try vault.edit("production") { $0.terms[\.inOrder] = true }
    let approval = Action.approve(
      request: jobs[1].id, digest: try vault.seen(jobs[1].id).digest, comment: "")
    #expect(
      vault.run(vault.caller(Fixture.bob), approval).refusal
        == .grantOutdated(id: jobs[1].id, by: jobs[2].id))
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: after a restart a detached request is expected by nobody`() throws {
    let vault = try vault()
    let detached = try jobs(1, in: vault, attended: false)[0]
    let job = try jobs(1, in: vault)[0]
    for one in [detached, job] { approve(one, in: vault) }
    try vault.restart()
    let second = vault.caller(Fixture.runner)
    let byTicket = Action.activate(request: job.id, ticket: job.ticket, waits: true)
    #expect(vault.run(second, byTicket).state == "active")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: while the account database is asked about a job its place is its own`() throws {
    let vault = try Fixture()
    var gate = vault.reviewed(exclusive: true)
    gate.requesters = .principals([.user(name: "user1001", uid: Fixture.runner)])
    try vault.create("production", gate)
    let jobs = try jobs(3, in: vault)
    for job in jobs { approve(job, in: vault) }
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    for job in jobs.dropFirst() { #expect(vault.run(job.caller, job.activate()).queued != nil) }
    let forgotten = jobs[1].caller.with(account: nil)
    #expect(
      vault.run(forgotten, jobs[1].activate(), accounts: [:]).refusal
        == .accountNeeded([Fixture.runner]))
    #expect(vault.run(jobs[2].caller, jobs[2].activate()).queued?.before == 1)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: where nobody approves the order is that of the making, through an edit too`()
    throws
  {
    let vault = try Fixture()
    vault.slice = 1
    try vault.create(
      "open",
      Gate(
        protection: .unprotected, requesters: .principals([.uid(Fixture.runner)]), exclusive: true))
    let older = try jobs(3, in: vault, environment: "open")
    // Its rows follow in slices, and somebody asks in between.
    _ = vault.engine.commit(
      [
        Command(
          caller: vault.caller(Fixture.admin),
          action: try vault.editAction("open") { $0.terms[\.clocks.grant] = 60_000 })
      ], now: vault.now)
    #expect(vault.engine.hasBacklog)
    let newer = try jobs(1, in: vault, environment: "open")[0]
    vault.drain()
    let jobs = older + [newer]
    #expect(vault.run(jobs[0].caller, jobs[0].activate()).state == "active")
    for job in jobs.dropFirst().reversed() {
      #expect(vault.run(job.caller, job.activate()).queued?.before == 0)
    }
  }

  @Test
  func `in_order: an older request that was revoked stays revoked, whenever its row is written`()
    throws
  {
    let vault = try vault(inOrder: true)
    vault.slice = 1
    let jobs = try jobs(12, in: vault)
    let (older, newest) = (jobs.dropLast(), jobs[11])
    for job in older { approve(job, in: vault) }
    let admin = vault.caller(Fixture.admin)
    _ = vault.engine.commit(
      [Command(caller: admin, action: .revokeAll(environment: nil, requester: nil))],
      now: vault.now)
    approve(newest, in: vault)
    #expect(vault.run(newest.caller, newest.activate()).state == "active")
    #expect(vault.engine.hasBacklog)
    #expect(try older.allSatisfy { try vault.state($0.id) == "revoked" })
    vault.drain()
    #expect(try older.allSatisfy { try vault.state($0.id) == "revoked" })
    #expect(try !vault.audit().contains { $0.event == .requestCancelled })
  }
}
