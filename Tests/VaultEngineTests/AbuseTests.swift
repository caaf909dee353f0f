import Testing
import VaultCore
import VaultEngine

/// What was tried against the engine, and what it answers.
@Suite struct AbuseTests {
  @Test
  func
    `audit-before-release: a page that does not follow its own connection's page has its own record`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    for name in ["BETA", "GAMMA"] { try vault.set("production", name, name) }
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    func releases() throws -> [[String]] {
      try vault.audit().filter { $0.event == .secretReleased }.map { $0.secrets.map(\.name.text) }
    }
    // One secret alone is on the record as that one, and opens no door to the others.
    _ = vault.run(
      maker,
      .getSecret(
        environment: try EnvironmentName("production"), name: try SecretName("BETA"),
        request: request.id, ticket: nil))
    #expect(try releases() == [["BETA"]])
    let all = ["AZURE_CREDENTIALS", "BETA", "GAMMA"]
    for (count, caller) in [maker, vault.caller(Fixture.runner)].enumerated() {
      let reply = vault.run(
        caller,
        .readGrant(
          request: request.id, ticket: ticket, after: try SecretName("AZURE_CREDENTIALS")))
      #expect(reply.released == ["BETA", "GAMMA"])
      #expect(try releases() == [["BETA"]] + Array(repeating: all, count: count + 1))
    }
  }

  @Test
  func `somebody without a role cannot tell an environment that exists from one that does not`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let stranger = vault.caller(4242)
    for name in ["production", "nowhere"] {
      #expect(
        vault.run(stranger, try vault.setAction(name, "TOKEN", "x")).refusal
          == .environmentUnknown(name))
      let filter = RequestFilter(
        environment: try EnvironmentName(name), state: nil, before: nil, limit: 5)
      #expect(vault.run(stranger, .listRequests(filter)).refusal == .environmentUnknown(name))
    }
  }

  @Test func `limits: a requester's live requests are bounded, whatever their state`() throws {
    let vault = try Fixture()
    try vault.furnish()
    var refusal: Refusal?
    for _ in 0...VaultLimits.livePerRequester where refusal == nil {
      // A connection of its own for each: activated at once, never closed.
      let maker = vault.caller(Fixture.runner)
      let reply = vault.run(
        maker,
        .createRequest(
          NewRequest(
            environment: try EnvironmentName("development"), secrets: nil,
            context: RequestContext(), attended: false)))
      refusal = reply.refusal
      guard case .requestCreated(let answer, _) = reply else { continue }
      _ = vault.run(maker, .activate(request: answer.request.id, ticket: nil))
    }
    #expect(
      refusal == .waitingLimit(environment: "development", limit: VaultLimits.livePerRequester))
  }

  @Test func `a grant of a connection that a restart has ended is abandoned after a minute`() throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    try vault.restart()
    vault.advance(59_000)
    _ = vault.run(maker, .tick)
    #expect(vault.run(maker, .getRequest(request.id)).state == "active")
    vault.advance(1_000)
    _ = vault.run(maker, .tick)
    #expect(vault.run(maker, .getRequest(request.id)).state == "closed")
  }

  @Test func `an account database that does not answer stops nobody whom a bare number names`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(requesters: .any)
    func silent(_ uid: UInt32) -> Caller {
      Caller(
        uid: uid, kernelGroups: [], isOverflow: false, connection: UInt64(uid),
        account: .unavailable)
    }
    let reply = vault.run(
      silent(Fixture.admin), try vault.setAction("development", "TOKEN", "x"))
    guard case .secretSet = reply else {
      Issue.record("\(reply)")
      return
    }
    // Whoever needs the database to be somebody is refused, and told why.
    #expect(
      vault.run(silent(4242), try vault.getAction("development")).refusal == .accountUnavailable)
    guard
      case .environment(let answer) = vault.run(
        silent(Fixture.bob), .getEnvironment(try EnvironmentName("production")))
    else {
      Issue.record("a reviewer by uid was refused")
      return
    }
    #expect(answer.roles == .reviewer)
  }
}
