import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// What was tried against the engine, and what it answers.
@Suite struct AbuseTests {
  @Test(.promise(.recordOfEachPage))
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
      let filter = RequestList(
        environment: try EnvironmentName(name), state: nil, after: nil, limit: 5)
      #expect(vault.run(stranger, .listRequests(filter)).refusal == .environmentUnknown(name))
    }
  }

  @Test(.promise(.liveRequestsAreBounded))
  func `limits: a requester's live requests are bounded, whatever their state`() throws {
    let vault = try Fixture()
    try vault.furnish()
    var refusal: Refusal?
    for _ in 0...VaultLimits.livePerRequester where refusal == nil {
      // A connection of its own for each: activated at once, never closed.
      let maker = vault.caller(Fixture.runner)
      let reply = vault.run(
        maker,
        .createRequest(
          RequestCreate(
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

  @Test func `limits: what waits in one environment is bounded, whoever asks`() throws {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 3, perRequester: 2)
    try vault.restart()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let maker = vault.caller(Fixture.runner)
    let other = vault.caller(2000)
    let make = try vault.makes("production")
    let (first, _) = try vault.request(by: maker)
    _ = try vault.request(by: maker)
    _ = try vault.request(by: other)
    #expect(
      vault.run(other, make).refusal == .waitingLimit(environment: "production", limit: 3))
    // Another environment has its own room, and so has this one once something has ended.
    _ = try vault.request(by: other, environment: "development")
    _ = vault.run(maker, .cancelRequest(first.id, ticket: nil))
    #expect(vault.run(other, make).request?.state == .waiting)
  }

  @Test(.promise(.waitingRequestsAreBounded))
  func `limits: an attended request that nobody attends any more takes no room`() throws {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 9, perRequester: 1)
    try vault.restart()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let next = vault.caller(Fixture.runner)
    _ = try vault.request(by: maker, attended: true)
    let make = try vault.makes("production", attended: true)
    #expect(vault.run(next, make).refusal == .waitingLimit(environment: "production", limit: 1))
    _ = vault.run(maker, .connectionEnded)
    #expect(vault.run(next, make).request?.state == .waiting)
  }

  @Test func `what could deceive a reader is neither a reason nor a comment`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    func isInvalid(_ reply: CommandReply) -> Bool {
      if case .contextInvalid? = reply.refusal { true } else { false }
    }
    for text in ["\u{1B}[2Japproved", "a\nb", "evil\u{202E}txt"] {
      let wish = RequestCreate(
        environment: request.environmentName, secrets: nil, context: RequestContext(reason: text),
        attended: false)
      #expect(isInvalid(vault.run(maker, .createRequest(wish))))
      let bob = vault.caller(Fixture.bob)
      #expect(
        isInvalid(
          vault.run(bob, .approve(request: request.id, digest: request.digest, comment: text))))
      #expect(isInvalid(vault.run(bob, .reject(request: request.id, digest: nil, comment: text))))
    }
    #expect(try vault.state(request.id) == "waiting")
  }

  @Test func `a page behind the last secret is none: nothing is recorded or counted`() throws {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(maxReads: 1))
    let maker = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: maker)
    #expect(
      vault.run(maker, .readGrant(request: id, ticket: nil, after: try SecretName("TOKEN"))).refusal
        == .secretsNone(environment: "production"))
    #expect(try !vault.audit().contains { $0.event == .secretReleased })
    #expect(try vault.seen(id).grant?.reads == [0])
  }

  /// Of whom it is not known yet where they live, it is not known what they may see.
  @Test
  func `kernel-identity: whoever is not looked at yet is told to come back, and nothing else`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    for uid in [Fixture.admin, Fixture.bob, 4242] {
      let unseen = vault.caller(uid).with(confinement: .unanswered)
      let confined = vault.caller(uid).with(confinement: .rootDirectory)
      for name in ["production", "nowhere"] {
        for action in [
          Action.getEnvironment(try EnvironmentName(name)),
          try vault.setAction(name, "TOKEN", "x"),
        ] {
          #expect(vault.run(unseen, action).refusal == .peerUnknown)
          #expect(vault.run(confined, action).refusal == .environmentUnknown(name))
        }
      }
      for id in [request.id, 999] {
        for action in [
          Action.getRequest(id), .approve(request: id, digest: request.digest, comment: ""),
        ] {
          #expect(vault.run(unseen, action).refusal == .peerUnknown)
          #expect(vault.run(confined, action).refusal == .requestUnknown(id))
        }
      }
      #expect(vault.run(unseen, .authorize(.environmentCreate)).refusal == .peerUnknown)
      #expect(vault.run(confined, .authorize(.environmentCreate)).isAccessDenied)
    }
    // Whoever asked may look at it, and answers it no more than anybody else.
    let own = vault.caller(Fixture.runner)
    let reject = Action.reject(request: request.id, digest: nil, comment: "")
    #expect(vault.run(own.with(confinement: .unanswered), reject).refusal == .peerUnknown)
    #expect(vault.run(own.with(confinement: .rootDirectory), reject).isAccessDenied)
    #expect(vault.run(own.with(confinement: .unanswered), .getRequest(request.id)).state != nil)
  }
}
