import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// `asker-alone`: all jobs of a host share one uid; only who made a request can use it.
@Suite struct AskerAloneTests {
  /// By each way to a value, activation included: the account has left the group that may ask.
  @Test(arguments: ["activate", "read", "get", "resume"])
  func `who may no longer ask may no longer use what was approved`(way: String) throws {
    let vault = try Fixture()
    try vault.furnish(requesters: .principals([.group(name: "ci", gid: 77)]))
    let ops = Account.Group(gid: 77, name: "ci")
    func runner(_ groups: [Account.Group]) -> Caller {
      Caller(
        uid: Fixture.runner, kernelGroups: [77], isOverflow: false, connection: 5,
        account: .known(Account(uid: Fixture.runner, name: "runner", groups: groups)))
    }
    let (request, ticket) = try vault.approvedRequest(by: runner([ops]))
    if way != "activate" {
      let reply = vault.run(runner([ops]), .activate(request: request.id, ticket: nil))
      #expect(reply.state == "active")
    }
    let action: Action =
      switch way {
      case "activate": .activate(request: request.id, ticket: nil)
      case "read": .readGrant(request: request.id, ticket: nil, after: nil)
      case "resume": .resumeGrant(request: request.id, ticket: ticket)
      default:
        .getSecret(
          environment: try EnvironmentName("production"),
          name: try SecretName("AZURE_CREDENTIALS"), request: request.id, ticket: nil)
      }
    guard case .environmentUnknown = vault.run(runner([]), action).refusal else {
      Issue.record("\(way) is not refused")
      return
    }
    // The same call by the same account in its group is no refusal.
    #expect(vault.run(runner([ops]), action).refusal == nil)
  }

  @Test(.promise(.ticketAndAccount))
  func `asker-alone: another job of the same uid gets nothing without the ticket`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    let thief = vault.caller(Fixture.runner)
    let required = Refusal.ticketRequired(id: request.id)
    #expect(vault.run(thief, .activate(request: request.id, ticket: nil)).refusal == required)
    let wrong = try vault.value("egr1_" + String(repeating: "A", count: 49))
    #expect(vault.run(thief, .activate(request: request.id, ticket: wrong)).refusal == required)
    let (_, foreign) = try vault.request(by: thief)
    #expect(vault.run(thief, .activate(request: request.id, ticket: foreign)).refusal == required)

    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
    #expect(
      vault.run(thief, .readGrant(request: request.id, ticket: nil, after: nil)).refusal
        == required)
    #expect(
      vault.run(
        thief,
        .getSecret(
          environment: try EnvironmentName("production"), name: try SecretName("AZURE_CREDENTIALS"),
          request: request.id, ticket: nil)
      ).refusal == required)
    #expect(
      vault.run(thief, .closeGrant(request: request.id, ticket: nil, outcome: .success)).refusal
        == required)
  }

  @Test(.promise(.ticketAndAccount))
  func `asker-alone: the ticket under another uid is worth nothing`() throws {
    let vault = try Fixture()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let (request, ticket) = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    let other = vault.caller(2000)
    #expect(
      vault.run(other, .activate(request: request.id, ticket: ticket)).refusal
        == .requestUnknown(request.id))
    // Nor is it of a grant, whoever else may ask.
    let active = vault.run(
      vault.caller(Fixture.runner), .activate(request: request.id, ticket: ticket, hold: .ticket))
    #expect(active.state == "active")
    for action in [
      Action.readGrant(request: request.id, ticket: ticket, after: nil),
      try vault.get("production", "AZURE_CREDENTIALS", of: request.id, ticket: ticket),
      .closeGrant(request: request.id, ticket: ticket, outcome: .failure),
      .cancelRequest(request.id, ticket: ticket),
    ] {
      #expect(vault.run(other, action).refusal == .requestUnknown(request.id), "\(action)")
    }
    #expect(try vault.state(request.id) == "active")
  }

  @Test func `the ticket on another connection of the same uid activates and reads`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let (request, ticket) = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    let later = vault.caller(Fixture.runner)
    #expect(vault.run(later, .activate(request: request.id, ticket: ticket)).state == "active")
    #expect(
      vault.run(later, .readGrant(request: request.id, ticket: nil, after: nil)).released
        == ["value of production"])
  }

  @Test(.promise(.grantEndsWithConnection))
  func `a grant ends with its connection, and is abandoned`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.approvedRequest(by: maker)
    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
    _ = vault.run(maker, .connectionEnded)
    let reply = vault.run(vault.caller(Fixture.bob), .getRequest(request.id))
    guard case .request(let answer) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect(answer.request.state == .closed(.abandoned))
    #expect(
      vault.run(
        vault.caller(Fixture.runner), .readGrant(request: request.id, ticket: ticket, after: nil)
      ).refusal == .requestState(id: request.id, "closed"))
  }

  @Test
  func `an attended request that nobody waits on ends after a minute, a detached one does not`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let attended = try vault.request(by: maker, attended: true).request
    let detached = try vault.request(by: maker, attended: false).request
    _ = vault.run(maker, .connectionEnded)
    vault.advance(59_000)
    _ = vault.run(maker, .tick)
    let bob = vault.caller(Fixture.bob)
    #expect(vault.run(bob, .getRequest(attended.id)).state == "waiting")
    vault.advance(1_000)
    _ = vault.run(maker, .tick)
    #expect(vault.run(bob, .getRequest(attended.id)).state == "cancelled")
    #expect(vault.run(bob, .getRequest(detached.id)).state == "waiting")
  }

  @Test(.promise(.existenceIsHidden))
  func `somebody without a role sees neither environment nor request`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let stranger = vault.caller(4242)
    #expect(
      vault.run(stranger, .getEnvironment(try EnvironmentName("production"))).refusal
        == .environmentUnknown("production"))
    #expect(
      vault.run(stranger, try vault.getAction("development")).refusal
        == .environmentUnknown("development"))
    #expect(vault.run(stranger, .getRequest(request.id)).refusal == .requestUnknown(request.id))
    #expect(
      vault.run(stranger, .approve(request: request.id, digest: request.digest, comment: ""))
        .refusal == .requestUnknown(request.id))
    guard
      case .requests(let seen, _) = vault.run(
        stranger, .listRequests(RequestList(environment: nil, state: nil, after: nil, limit: 10))
      )
    else {
      Issue.record("no list")
      return
    }
    #expect(seen.isEmpty)
  }

  @Test
  func `a ticket that is shown is the request's, or nothing is done on its own connection too`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    let (_, foreign) = try vault.request(by: maker)
    let id = request.id
    let required = Refusal.ticketRequired(id: id)
    #expect(vault.run(maker, .activate(request: id, ticket: foreign)).refusal == required)
    #expect(vault.run(maker, .cancelRequest(id, ticket: foreign)).refusal == required)
    #expect(vault.run(maker, .activate(request: id, ticket: nil)).state == "active")
    for action in [
      Action.readGrant(request: id, ticket: foreign, after: nil),
      try vault.get("production", "AZURE_CREDENTIALS", of: id, ticket: foreign),
      .closeGrant(request: id, ticket: foreign, outcome: .success),
    ] {
      #expect(vault.run(maker, action).refusal == required)
    }
    #expect(
      vault.run(maker, .readGrant(request: id, ticket: nil, after: nil)).released
        == ["value of production"])
  }
}
