import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// What a grant lives by: a connection, and what outlives it; or a ticket.
@Suite struct GrantHoldTests {
  private func furnished(clocks: Clocks = Clocks()) throws -> Fixture {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(exclusive: true, clocks: clocks))
    return vault
  }

  private func read(_ id: Int64, _ ticket: SecretBuffer? = nil) -> Action {
    .readGrant(request: id, ticket: ticket, after: nil)
  }

  private func close(_ id: Int64, _ ticket: SecretBuffer? = nil) -> Action {
    .closeGrant(request: id, ticket: ticket, outcome: .success)
  }

  // MARK: Held by ticket

  @Test func `a grant by ticket outlives its connection and a restart, and ends when it is closed`()
    throws
  {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: maker, hold: .ticket)
    // The connection that made it is as good as any other: the ticket is what counts.
    #expect(vault.run(maker, read(id)).refusal == .ticketRequired(id: id))
    #expect(vault.run(maker, close(id)).refusal == .ticketRequired(id: id))
    #expect(vault.run(maker, read(id, ticket)).released == ["TOKEN of production"])
    _ = vault.run(maker, .connectionEnded)
    vault.advance(120_000)
    _ = vault.run(maker, .tick)
    try vault.restart()
    vault.advance(120_000)
    _ = vault.run(maker, .tick)
    let step = vault.caller(Fixture.runner)
    #expect(vault.run(step, read(id, ticket)).released == ["TOKEN of production"])
    #expect(
      vault.run(step, try vault.get("production", "TOKEN", of: id, ticket: ticket)).released
        == ["TOKEN of production"])
    #expect(vault.run(vault.caller(Fixture.bob), read(id, ticket)).isAccessDenied)
    #expect(vault.run(step, close(id, ticket)).state == "closed")
    #expect(vault.run(step, read(id, ticket)).refusal == .requestState(id: id, "closed"))
  }

  @Test func `a grant by ticket ends at its time, with its maker connected or not`() throws {
    let vault = try furnished(clocks: Clocks(grant: 10_000))
    let maker = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: maker, hold: .ticket)
    vault.advance(9_999)
    #expect(vault.run(maker, read(id, ticket)).released != nil)
    vault.advance(1)
    #expect(vault.run(maker, read(id, ticket)).refusal == .grantExpired(id: id))
    #expect(try vault.state(id) == "active")
    _ = vault.run(maker, .tick)
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }

  @Test func `nobody holds or resumes what a ticket holds`() throws {
    let vault = try furnished()
    let (id, ticket) = try vault.grant(by: vault.caller(Fixture.runner), hold: .ticket)
    try vault.restart()
    let other = vault.caller(Fixture.runner)
    #expect(
      vault.run(other, .resumeGrant(request: id, ticket: ticket)).refusal == .grantHeld(id: id))
    #expect(
      vault.run(other, .holdGrant(request: id, ticket: ticket)).refusal == .grantHeld(id: id))
  }

  @Test func `limits: a connection holds so many grants, and any number by ticket`() throws {
    let vault = try Fixture()
    try vault.create(
      "open", Gate(protection: .unprotected, requesters: .any, maxReads: 1))
    vault.configuration.waiting = (perEnvironment: 1_000, perRequester: 1_000)
    try vault.restart()
    let maker = vault.caller(Fixture.runner)
    func approved() throws -> Int64 {
      try #require(vault.run(maker, try vault.makes("open")).request?.id)
    }
    for _ in 0..<VaultLimits.grantsPerConnection {
      #expect(vault.run(maker, .activate(request: try approved(), ticket: nil)).state == "active")
    }
    let more = try approved()
    #expect(
      vault.run(maker, .activate(request: more, ticket: nil)).refusal
        == .grantLimit(VaultLimits.grantsPerConnection))
    #expect(
      vault.run(maker, .activate(request: more, ticket: nil, hold: .ticket)).state == "active")
  }

  // MARK: What outlives the connection

  /// A grant with a lifeline, and the connections of both.
  private func held(
    in vault: Fixture
  ) throws -> (id: Int64, ticket: SecretBuffer, holder: Caller, lifeline: Caller) {
    let holder = vault.caller(Fixture.runner)
    let lifeline = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: holder)
    let reply = vault.run(lifeline, .holdGrant(request: id, ticket: ticket))
    guard reply.state == "active" else { throw Unexpected("\(reply)") }
    return (id, ticket, holder, lifeline)
  }

  private func isUnattended(_ id: Int64, in vault: Fixture) -> Bool? {
    let reply = vault.run(vault.caller(Fixture.bob), .getRequest(id))
    if case .request(let answer) = reply { return answer.isUnattended }
    return nil
  }

  /// An approved request that would be active if nobody else were.
  private func rival(in vault: Fixture) throws -> (caller: Caller, activate: Action) {
    let caller = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: caller)
    return (caller, .activate(request: request.id, ticket: nil))
  }

  @Test(.promise(.exclusiveUntilTheJobEnds))
  func `what a killed job left behind keeps the environment taken, and reads nothing`() throws {
    let vault = try furnished()
    let (id, ticket, holder, lifeline) = try held(in: vault)
    let rival = try rival(in: vault)
    #expect(isUnattended(id, in: vault) == false)
    _ = vault.run(holder, .connectionEnded)
    #expect(isUnattended(id, in: vault) == true)
    #expect(try vault.audit().last?.event == .grantUnattended)
    let unattended = Refusal.requestState(id: id, "unattended")
    for caller in [vault.caller(Fixture.runner), lifeline] {
      #expect(vault.run(caller, read(id, ticket)).refusal == unattended)
      #expect(
        vault.run(caller, try vault.get("production", "TOKEN", of: id, ticket: ticket)).refusal
          == unattended)
      #expect(vault.run(caller, read(id)).refusal == .ticketRequired(id: id))
      #expect(
        vault.run(caller, .resumeGrant(request: id, ticket: ticket)).refusal
          == .grantHeld(id: id))
    }
    vault.advance(120_000)
    _ = vault.run(lifeline, .tick)
    #expect(
      vault.run(rival.caller, rival.activate).isBusy)
    _ = vault.run(lifeline, .connectionEnded)
    #expect(try vault.seen(id).state == .closed(.abandoned))
    #expect(vault.run(rival.caller, rival.activate).state == "active")
  }

  @Test(arguments: ["time", "revoke", "close", "restart"])
  func `what nobody attends ends by its time, by revocation, by a close, by a restart`(
    end: String
  ) throws {
    let vault = try furnished(clocks: Clocks(grant: 300_000))
    let (id, ticket, holder, lifeline) = try held(in: vault)
    let rival = try rival(in: vault)
    _ = vault.run(holder, .connectionEnded)
    let expected: RequestState
    switch end {
    case "time":
      vault.advance(300_000)
      _ = vault.run(lifeline, .tick)
      expected = .closed(.abandoned)
    case "revoke":
      #expect(vault.run(vault.caller(Fixture.carol), .revokeRequest(id)).state == "revoked")
      expected = .revoked
    case "close":
      #expect(vault.run(vault.caller(Fixture.runner), close(id, ticket)).state == "closed")
      expected = .closed(.success)
    default:
      try vault.restart()
      vault.advance(60_000)
      _ = vault.run(vault.caller(Fixture.admin), .tick)
      expected = .closed(.abandoned)
    }
    #expect(try vault.seen(id).state == expected)
    let later = vault.run(vault.caller(Fixture.admin), .getRequest(id))
    #expect(later.state == expected.text)
    // The lifeline's own end comes too late to matter.
    _ = vault.run(lifeline, .connectionEnded)
    #expect(try vault.seen(id).state == expected)
    if end != "restart" {
      #expect(vault.run(rival.caller, rival.activate).state == "active")
    }
  }

  @Test func `a close ends the grant at once, whatever its lifeline`() throws {
    let vault = try furnished()
    let (id, _, holder, lifeline) = try held(in: vault)
    let rival = try rival(in: vault)
    let replies = vault.batch([(holder, close(id)), (rival.caller, rival.activate)])
    #expect(replies.map(\.state) == ["closed", "active"])
    _ = vault.run(lifeline, .connectionEnded)
    #expect(try vault.seen(id).state == .closed(.success))
  }

  @Test func `a lifeline that ends first changes nothing, and another may take its place`() throws {
    let vault = try furnished()
    let (id, ticket, holder, lifeline) = try held(in: vault)
    _ = vault.run(lifeline, .connectionEnded)
    #expect(vault.run(holder, read(id)).released != nil)
    let second = vault.caller(Fixture.runner)
    #expect(vault.run(second, .holdGrant(request: id, ticket: ticket)).state == "active")
    _ = vault.run(second, .connectionEnded)
    _ = vault.run(holder, .connectionEnded)
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }

  @Test func `a command that took its job's place has ended, and is not abandoned`() throws {
    for ending in ["both", "time"] {
      let vault = try furnished(clocks: Clocks(grant: 10_000))
      let (holder, lifeline) = (vault.caller(Fixture.runner), vault.caller(Fixture.runner))
      let (id, ticket) = try vault.grant(by: holder)
      let hold = Action.holdGrant(request: id, ticket: ticket, replaces: true)
      #expect(vault.run(lifeline, hold).state == "active")
      _ = vault.run(holder, .connectionEnded)
      #expect(try vault.state(id) == "active")
      if ending == "time" {
        vault.advance(10_000)
        _ = vault.run(vault.caller(Fixture.runner), .tick)
      } else {
        _ = vault.run(lifeline, .connectionEnded)
      }
      #expect(try vault.seen(id).state == .closed(.ended), "\(ending)")
    }
  }

  @Test func `a command that is over at once has ended, in whatever order that is noticed`() throws
  {
    for holderFirst in [true, false] {
      let vault = try furnished()
      let (holder, lifeline) = (vault.caller(Fixture.runner), vault.caller(Fixture.runner))
      let (id, ticket) = try vault.grant(by: holder)
      _ = vault.run(lifeline, .holdGrant(request: id, ticket: ticket, replaces: true))
      let ends = [(holder, Action.connectionEnded), (lifeline, .connectionEnded)]
      _ = vault.batch(holderFirst ? ends : ends.reversed())
      #expect(try vault.seen(id).state == .closed(.ended))
    }
  }

  @Test func `holder and lifeline that end in one batch leave nothing, in either order`() throws {
    for holderFirst in [true, false] {
      let vault = try furnished()
      let (id, _, holder, lifeline) = try held(in: vault)
      let ends = [(holder, Action.connectionEnded), (lifeline, .connectionEnded)]
      _ = vault.batch(holderFirst ? ends : ends.reversed())
      #expect(try vault.seen(id).state == .closed(.abandoned))
    }
  }

  @Test func `a grant has one lifeline, and its holder is not it; a stranger to it is none either`()
    throws
  {
    let vault = try furnished()
    let (id, ticket, holder, lifeline) = try held(in: vault)
    for caller in [holder, lifeline, vault.caller(Fixture.runner)] {
      #expect(
        vault.run(caller, .holdGrant(request: id, ticket: ticket)).refusal == .grantHeld(id: id))
    }
    _ = vault.run(lifeline, .connectionEnded)
    #expect(
      vault.run(holder, .holdGrant(request: id, ticket: nil)).refusal == .grantHeld(id: id))
    let thief = vault.caller(Fixture.runner)
    #expect(
      vault.run(thief, .holdGrant(request: id, ticket: nil)).refusal == .ticketRequired(id: id))
    #expect(
      vault.run(vault.caller(4242), .holdGrant(request: id, ticket: ticket)).refusal
        == .requestUnknown(id))
    #expect(
      vault.run(vault.caller(Fixture.bob), .holdGrant(request: id, ticket: ticket))
        .isAccessDenied)
    let (waiting, other) = try vault.request(by: holder)
    #expect(
      vault.run(thief, .holdGrant(request: waiting.id, ticket: other)).refusal
        == .requestState(id: waiting.id, "waiting"))
    // None of them became one: the grant ends with its connection.
    _ = vault.run(holder, .connectionEnded)
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }
}
