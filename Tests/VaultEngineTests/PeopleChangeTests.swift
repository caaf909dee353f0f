import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// Accounts that a reload of the configuration ties to one person, or no longer does (`one-person-once`).
@Suite struct PeopleChangeTests {
  private static let dave: UInt32 = 1004
  private static let tied = People([Fixture.bob: "bob", Fixture.carol: "bob"])

  private func vault(required: Int = 2, slice: Int = 16) throws -> Fixture {
    let vault = try Fixture()
    vault.slice = slice
    try vault.create(
      "production",
      vault.reviewed(by: [Fixture.bob, Fixture.carol, Self.dave], required: required))
    return vault
  }

  private func reload(_ vault: Fixture, _ people: People) -> Action {
    vault.configuration.people = people
    return .reconfigure(vault.configuration)
  }

  private func approve(_ vault: Fixture, _ request: AccessRequest, _ uid: UInt32) -> CommandReply {
    vault.run(
      vault.caller(uid), .approve(request: request.id, digest: request.digest, comment: ""))
  }

  /// Requests that bob and carol have approved.
  private func approved(_ vault: Fixture, _ count: Int, by maker: Caller) throws -> [AccessRequest]
  {
    try (0..<count).map { _ in
      let request = try vault.request(by: maker).request
      _ = approve(vault, request, Fixture.bob)
      guard approve(vault, request, Fixture.carol).state == "approved" else {
        throw Unexpected("not approved")
      }
      return request
    }
  }

  @Test(.promise(.peopleAsNow))
  func `one-person-once: a second account that a reload ties to the first adds nothing`()
    throws
  {
    let vault = try vault()
    let request = try vault.request(by: vault.caller(Fixture.runner)).request
    #expect(approve(vault, request, Fixture.bob).state == "waiting")
    _ = vault.run(vault.caller(0), reload(vault, Self.tied))
    #expect(approve(vault, request, Fixture.carol).state == "waiting")
    guard case .request(let answer) = vault.run(vault.caller(Fixture.bob), .getRequest(request.id))
    else { throw Unexpected("no request") }
    guard case .approvals(1, missing: 1, required: 2, _)? = answer.unmet.first else {
      throw Unexpected("\(answer.unmet)")
    }
    #expect(approve(vault, request, Self.dave).state == "approved")
  }

  @Test(.promise(.peopleAsNow))
  func `one-person-once: who is tied to the requester by a reload does not approve`() throws {
    let vault = try vault(required: 1)
    let request = try vault.request(by: vault.caller(Fixture.runner)).request
    _ = vault.run(
      vault.caller(0), reload(vault, People([Fixture.runner: "bob", Fixture.bob: "bob"])))
    #expect(approve(vault, request, Fixture.bob).refusal == .selfReview(id: request.id))
    #expect(approve(vault, request, Fixture.carol).state == "approved")
  }

  @Test(.promise(.peopleAsNow), arguments: [1, 2, 16])
  func `what two accounts of one person have approved waits again at once`(
    slice: Int
  ) throws {
    let vault = try vault(slice: slice)
    let maker = vault.caller(Fixture.runner)
    let requests = try approved(vault, 6, by: maker)
    _ = vault.run(maker, .activate(request: requests[0].id, ticket: nil))
    let ids = requests.dropFirst().map(\.id)
    let replies = vault.batch(
      [(vault.caller(0), reload(vault, Self.tied))]
        + ids.reversed().map { (maker, Action.activate(request: $0, ticket: nil)) }
        + [(maker, .readGrant(request: requests[0].id, ticket: nil, after: nil))])
    #expect(replies.dropFirst().allSatisfy { $0.isGateWaiting }, "\(replies)")
    #expect(try ids.allSatisfy { try vault.state($0) == "waiting" })
    vault.drain()
    #expect(try ids.allSatisfy { try vault.engine.rows.request($0)?.state == .waiting })
    let records = try vault.audit().filter { $0.event == .requestReset }
    #expect(records.compactMap(\.request).sorted() == ids)
    #expect(records.allSatisfy { $0.details.contains(.init("why", "people")) })
    #expect(approve(vault, requests[1], Self.dave).state == "approved")
    // Two people again: what both have approved is approved.
    _ = vault.run(vault.caller(0), reload(vault, People()))
    #expect(try ids.allSatisfy { try vault.state($0) == "approved" })
    vault.drain()
    #expect(vault.run(maker, .activate(request: ids[2], ticket: nil)).state == "active")
    #expect(try vault.verification().isVerified)
  }

  @Test(.promise(.peopleAsNow))
  func `a reload is finished, or found anew, by the next start`() throws {
    let vault = try vault(slice: 1)
    let maker = vault.caller(Fixture.runner)
    let ids = try approved(vault, 4, by: maker).map(\.id)
    _ = vault.engine.commit(
      [Command(caller: vault.caller(0), action: reload(vault, Self.tied))], now: vault.now)
    #expect(vault.engine.hasBacklog)
    try vault.restart()
    #expect(try ids.allSatisfy { try vault.state($0) == "waiting" })
    vault.drain()
    #expect(try ids.allSatisfy { try vault.engine.rows.request($0)?.state == .waiting })
    vault.configuration.people = People()
    try vault.restart()
    #expect(try ids.allSatisfy { try vault.state($0) == "approved" })
    try vault.restart()
    vault.drain()
    #expect(!vault.engine.hasBacklog)
  }

  @Test
  func `what is revoked while a reload is looked through is revoked, though no row has room yet`()
    throws
  {
    let vault = try vault(slice: 1)
    let ids = try approved(vault, 4, by: vault.caller(Fixture.runner)).map(\.id)
    // Nothing about them changes, so each look costs a row's price and writes none.
    let others = People([2_001: "mallory", 2_002: "mallory"])
    _ = vault.engine.commit(
      [Command(caller: vault.caller(0), action: reload(vault, others))], now: vault.now)
    let before = vault.engine.rows.set.writes
    let reply = vault.engine.commit(
      [
        Command(
          caller: vault.caller(Fixture.admin), action: .revokeAll(environment: nil, requester: nil))
      ], now: vault.now
    ).replies[0]
    #expect(reply.revoked == ids)
    #expect(vault.engine.rows.set.writes == before, "no row of them is written yet")
    for vault in [vault, try Fixture(killing: vault)] {
      #expect(try ids.allSatisfy { try vault.state($0) == "revoked" })
      vault.drain()
      #expect(try ids.allSatisfy { try vault.engine.rows.request($0)?.state == .revoked })
      #expect(try vault.verification().isVerified)
    }
  }

  @Test func `a command about what another table of people has changed comes behind the change`()
    throws
  {
    for isTied in [true, false] {
      let vault = try vault(slice: 1)
      let maker = vault.caller(Fixture.runner)
      let requests: [AccessRequest]
      if isTied {
        requests = try approved(vault, 4, by: maker)
      } else {
        _ = vault.run(vault.caller(0), reload(vault, Self.tied))
        requests = try (0..<4).map { _ in
          let request = try vault.request(by: maker).request
          for uid in [Fixture.bob, Fixture.carol] {
            #expect(approve(vault, request, uid).state == "waiting")
          }
          return request
        }
      }
      let last = try #require(requests.last)
      let action =
        isTied
        ? Action.approve(request: last.id, digest: last.digest, comment: "")
        : Action.activate(request: last.id, ticket: nil)
      let replies = vault.engine.commit(
        [
          Command(caller: vault.caller(0), action: reload(vault, isTied ? Self.tied : People())),
          Command(caller: isTied ? vault.caller(Self.dave) : maker, action: action),
        ], now: vault.now
      ).replies
      #expect(replies[1].state == (isTied ? "approved" : "active"), "\(replies[1])")
    }
  }

  @Test func `what-was-approved: what a reload approves has held its names`() throws {
    let vault = try vault()
    let maker = vault.caller(Fixture.runner)
    _ = vault.run(vault.caller(0), reload(vault, Self.tied))
    let request = try vault.request(by: maker).request
    for uid in [Fixture.bob, Fixture.carol] { _ = approve(vault, request, uid) }
    func newNames() throws -> [SecretName] {
      guard
        case .request(let answer) = vault.run(
          vault.caller(Fixture.bob), .getRequest(try vault.request(by: maker).request.id))
      else { throw Unexpected("no request") }
      return answer.newNames.secrets
    }
    #expect(try newNames().map(\.text) == ["TOKEN"])
    _ = vault.run(vault.caller(0), reload(vault, People()))
    vault.drain()
    #expect(try vault.state(request.id) == "approved")
    #expect(try newNames().isEmpty)
  }
}
