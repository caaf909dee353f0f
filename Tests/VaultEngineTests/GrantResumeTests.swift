import Promises
import SecretMemory
import Testing
import VaultCore
import VaultEngine

/// A restart of the daemon is not the end of a job: who held a grant comes back with its ticket, soon.
@Suite struct GrantResumeTests {
  /// An active grant whose daemon has been restarted.
  private func interrupted(
    clocks: Clocks = Clocks()
  ) throws -> (vault: Fixture, id: Int64, ticket: SecretBuffer) {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(clocks: clocks))
    let (id, ticket) = try vault.grant(by: vault.caller(Fixture.runner))
    try vault.restart()
    return (vault, id, ticket)
  }

  @Test
  func `its job holds the grant again, reads without the ticket, and ends with its connection`()
    throws
  {
    let (vault, id, ticket) = try interrupted()
    let job = vault.caller(Fixture.runner)
    vault.advance(59_000)
    _ = vault.run(job, .tick)
    #expect(vault.run(job, .resumeGrant(request: id, ticket: ticket)).state == "active")
    #expect(try vault.audit().last?.event == .grantResumed)
    let records = try vault.audit().count
    #expect(vault.run(job, .resumeGrant(request: id, ticket: ticket)).state == "active")
    #expect(try vault.audit().count == records)
    for pause: Int64 in [0, 120_000] {
      vault.advance(pause)
      _ = vault.run(job, .tick)
      #expect(
        vault.run(job, .readGrant(request: id, ticket: nil, after: nil)).released
          == ["TOKEN of production"])
    }
    // What it holds, it can have a lifeline for.
    let lifeline = vault.caller(Fixture.runner)
    #expect(vault.run(lifeline, .holdGrant(request: id, ticket: ticket)).state == "active")
    _ = vault.run(lifeline, .connectionEnded)
    _ = vault.run(job, .connectionEnded)
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }

  @Test func `who does not come back within a minute has abandoned it`() throws {
    let (vault, id, ticket) = try interrupted()
    let job = vault.caller(Fixture.runner)
    vault.advance(60_000)
    _ = vault.run(job, .tick)
    #expect(try vault.seen(id).state == .closed(.abandoned))
    #expect(
      vault.run(job, .resumeGrant(request: id, ticket: ticket)).refusal
        == .requestState(id: id, "closed"))
  }

  @Test(.promise(.resumeNeedsAll))
  func `looking at a grant, or waiting on it, does not hold it`() throws {
    let (vault, id, ticket) = try interrupted()
    let onlooker = vault.caller(Fixture.runner)
    for _ in 0..<3 {
      let other = vault.caller(Fixture.runner)
      #expect(vault.run(onlooker, .observeRequest(id, ticket: ticket)).state == "active")
      #expect(vault.run(other, .observeRequest(id)).state == "active")
      _ = vault.run(other, .connectionEnded)
      vault.advance(20_000)
    }
    _ = vault.run(onlooker, .tick)
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }

  @Test(.promise(.resumeNeedsAll))
  func `nobody else resumes it: no other account, no other ticket, not while it is held`()
    throws
  {
    let (vault, id, ticket) = try interrupted()
    let (_, foreign) = try vault.request(by: vault.caller(Fixture.runner))
    #expect(
      vault.run(vault.caller(4242), .resumeGrant(request: id, ticket: ticket)).refusal
        == .requestUnknown(id))
    for uid in [Fixture.bob, Fixture.admin] {
      #expect(
        vault.run(vault.caller(uid), .resumeGrant(request: id, ticket: ticket)).isAccessDenied)
    }
    for wrong in [foreign, try vault.value("egr1_nonsense"), try vault.value("")] {
      #expect(
        vault.run(vault.caller(Fixture.runner), .resumeGrant(request: id, ticket: wrong)).refusal
          == .ticketRequired(id: id))
    }
    // Two who have the ticket, in one batch: the first holds it.
    let replies = vault.batch([
      (vault.caller(Fixture.runner), .resumeGrant(request: id, ticket: ticket)),
      (vault.caller(Fixture.runner), .resumeGrant(request: id, ticket: ticket)),
    ])
    #expect(replies[0].state == "active")
    #expect(replies[1].refusal == .grantHeld(id: id))
  }

  @Test(.promise(.resumeNeedsAll))
  func `nothing of the gate is skipped: drift, time, clock and the right to ask`() throws {
    let job = Fixture.runner
    func refusal(
      clocks: Clocks = Clocks(), _ change: (Fixture, Int64) throws -> Void
    ) throws -> Refusal? {
      let (vault, id, ticket) = try interrupted(clocks: clocks)
      try change(vault, id)
      return vault.run(vault.caller(job), .resumeGrant(request: id, ticket: ticket)).refusal
    }
    #expect(
      try refusal { vault, _ in try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 } }
        == .gateChanged(id: 1))
    #expect(
      try refusal(clocks: Clocks(grant: 30_000)) { vault, _ in vault.advance(30_000) }
        == .grantExpired(id: 1))
    #expect(
      try refusal { vault, _ in
        vault.now.wall -= 1_000_000
        vault.now.bootID = BootID(high: 2, low: 2)
      }?.reason == "clock.behind")
    guard
      case .accessDenied? = try refusal({ vault, _ in
        try vault.edit("production", allowWeaken: true) {
          $0.requesters.add = [.uid(2000)]
          $0.requesters.remove = [.uid(job)]
          $0.writers.add = [.uid(job)]
        }
      })
    else {
      Issue.record("who may no longer ask resumed a grant")
      return
    }
  }

  @Test func `what waits or is approved is no grant to come back to`() throws {
    let (vault, _, _) = try interrupted()
    let job = vault.caller(Fixture.runner)
    let (waiting, first) = try vault.request(by: job)
    let (approved, second) = try vault.approvedRequest(by: job)
    for (request, ticket) in [(waiting, first), (approved, second)] {
      #expect(
        vault.run(job, .resumeGrant(request: request.id, ticket: ticket)).refusal
          == .requestState(id: request.id, request.state.text))
    }
  }

  @Test func `a grant of the running daemon is not taken over by its ticket`() throws {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed())
    let holder = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: holder)
    #expect(
      vault.run(vault.caller(Fixture.runner), .resumeGrant(request: id, ticket: ticket)).refusal
        == .grantHeld(id: id))
    _ = vault.run(holder, .connectionEnded)
    #expect(
      vault.run(vault.caller(Fixture.runner), .resumeGrant(request: id, ticket: ticket)).refusal
        == .requestState(id: id, "closed"))
  }

  @Test func `limits: a connection resumes no more grants than it may hold`() throws {
    let vault = try Fixture()
    try vault.create("open", Gate(protection: .unprotected, requesters: .any, maxReads: 1))
    var grants: [Action] = []
    for _ in 0...VaultLimits.grantsPerConnection {
      let (id, ticket) = try vault.grant(by: vault.caller(Fixture.runner), environment: "open")
      grants.append(.resumeGrant(request: id, ticket: ticket))
    }
    try vault.restart()
    let job = vault.caller(Fixture.runner)
    for resume in grants.dropLast() { #expect(vault.run(job, resume).state == "active") }
    #expect(
      vault.run(job, grants[VaultLimits.grantsPerConnection]).refusal
        == .grantLimit(VaultLimits.grantsPerConnection))
    // What it holds already is not one more, and another connection has room of its own.
    #expect(vault.run(job, grants[0]).state == "active")
    #expect(
      vault.run(vault.caller(Fixture.runner), grants[VaultLimits.grantsPerConnection]).state
        == "active")
  }
}
