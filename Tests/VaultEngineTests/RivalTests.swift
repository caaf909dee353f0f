import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// Two who want the same, in one batch: exactly one wins, in queue order.
@Suite struct RivalTests {
  @Test(.promise(.oneRivalWins))
  func `two activations of one request in one batch: the first wins`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.approvedRequest(by: maker)
    let replies = vault.batch([
      (vault.caller(Fixture.runner), .activate(request: request.id, ticket: ticket)),
      (maker, .activate(request: request.id, ticket: nil)),
    ])
    #expect(replies[0].state == "active")
    #expect(replies[1].refusal == .requestState(id: request.id, "active"))
  }

  @Test(.promise(.oneRivalWins))
  func `approve and reject in one batch: the first decides`() throws {
    for approveFirst in [true, false] {
      let vault = try Fixture()
      try vault.furnish()
      let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
      let approve: (Caller, Action) = (
        vault.caller(Fixture.bob),
        .approve(request: request.id, digest: request.digest, comment: "")
      )
      let reject: (Caller, Action) = (
        vault.caller(Fixture.carol),
        .reject(request: request.id, digest: request.digest, comment: "no")
      )
      let replies = vault.batch(approveFirst ? [approve, reject] : [reject, approve])
      #expect(replies[0].state == (approveFirst ? "approved" : "rejected"))
      #expect(
        replies[1].refusal
          == .requestState(id: request.id, approveFirst ? "approved" : "rejected"))
    }
  }

  @Test
  func `two sets with one cas in one batch: the first wins, and the second learns the version`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let admin = vault.caller(Fixture.admin)
    let replies = vault.batch([
      (admin, try vault.setAction("development", "TOKEN", "one", cas: 0)),
      (admin, try vault.setAction("development", "TOKEN", "two", cas: 0)),
    ])
    guard case .secretSet(let set) = replies[0], set.version == 1 else {
      Issue.record("the first set: \(replies[0])")
      return
    }
    #expect(replies[1].refusal == .casMismatch(current: 1))
    let read = vault.run(vault.caller(Fixture.runner), try vault.getAction("development", "TOKEN"))
    #expect(read.released == ["one"])
  }

  @Test func `a batch sees itself: set, then read, then set, in one batch`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let admin = vault.caller(Fixture.admin)
    let runner = vault.caller(Fixture.runner)
    let replies = vault.batch([
      (admin, try vault.setAction("development", "TOKEN", "one")),
      (runner, try vault.getAction("development", "TOKEN")),
      (admin, try vault.setAction("development", "TOKEN", "two")),
      (runner, try vault.getAction("development", "TOKEN")),
    ])
    #expect(replies[1].released == ["one"])
    #expect(replies[3].released == ["two"])
  }

  @Test func `two environments of one name in one batch: one is made`() throws {
    let vault = try Fixture()
    let admin = vault.caller(Fixture.admin)
    let gate = Gate(protection: .unprotected, requesters: .principals([.uid(9)]))
    let replies = vault.batch([
      (admin, .createEnvironment(try EnvironmentName("Staging"), gate)),
      (admin, .createEnvironment(try EnvironmentName("staging"), gate)),
    ])
    guard case .environment = replies[0] else {
      Issue.record("the first: \(replies[0])")
      return
    }
    #expect(replies[1].refusal == .environmentExists("staging"))
  }

  @Test func `closing and reading a grant in one batch: what comes after the close is refused`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
    let replies = vault.batch([
      (maker, .readGrant(request: request.id, ticket: nil, after: nil)),
      (maker, .closeGrant(request: request.id, ticket: nil, outcome: .success)),
      (maker, .readGrant(request: request.id, ticket: nil, after: nil)),
    ])
    #expect(replies[0].released == ["value of production"])
    #expect(replies[1].state == "closed")
    #expect(replies[2].refusal != nil)
  }
}
