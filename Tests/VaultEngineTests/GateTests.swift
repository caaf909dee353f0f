import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// The gate, through the engine: who reads what, after whose yes.
@Suite struct GateTests {
  @Test func `an unprotected environment is read at once by its requesters and by nobody else`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.getAction("development")).released
        == ["value of development"])
    guard
      case .accessDenied = vault.run(
        vault.caller(Fixture.admin), try vault.getAction("development")
      ).refusal
    else {
      Issue.record("an admin who is no requester read a secret")
      return
    }
  }

  @Test func `closed-by-default: an auditor reads the record and administers nothing`() throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let auditor = vault.caller(5)
    #expect(vault.run(auditor, .authorize(.auditList)).refusal == nil)
    let query = PrincipalQuery(name: .uid(Fixture.bob), current: nil)
    for action in [
      .authorize(.environmentCreate), .getPrincipal(query, after: 0, limit: 9),
      .removePrincipal(query),
      .createEnvironment(try EnvironmentName("mine"), vault.reviewed()),
      .deleteEnvironment(try EnvironmentName("development")),
      try vault.editAction("development") { $0.terms[\.exclusive] = true },
    ] as [Action] {
      #expect(vault.run(auditor, action).isAccessDenied, "\(action)")
    }
  }

  @Test func `closed-by-default: an environment is found by whom the row lets, and by nobody else`()
    throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let name = try EnvironmentName("development")
    let engine = vault.engine
    let (runner, auditor, stranger) = (
      vault.caller(Fixture.runner), vault.caller(5), vault.caller(4242)
    )
    for find in [
      { try engine.visibleEnvironment(name, $0, for: $1).environment },
      { try engine.requesterEnvironment(name, $0, for: $1) },
      { try engine.environment(name, $0, for: $1) },
    ] as [(Caller, Permission) throws -> Environment] {
      func refusal(_ caller: Caller, _ permission: Permission) throws -> Refusal? {
        do { _ = try find(caller, permission) } catch let refusal as Refusal { return refusal }
        return nil
      }
      #expect(try refusal(runner, .ask) == nil && refusal(auditor, .audit) == nil)
      for permission in [Permission.write, .audit, .administer] {
        guard case .accessDenied = try refusal(runner, permission) else {
          Issue.record("a requester was let, or told of nothing")
          return
        }
      }
      guard case .accessDenied = try refusal(auditor, .ask) else {
        Issue.record("an auditor may ask")
        return
      }
      #expect(try refusal(stranger, .see) == .environmentUnknown("development"))
    }
  }

  @Test(.promise(.requestNeeded))
  func `closed-by-default: a protected environment is not read without a request`() throws {
    let vault = try Fixture()
    try vault.furnish()
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.getAction("production")).refusal
        == .gateRequired("production"))
  }

  @Test
  func `a request waits until somebody else approves, and then reads exactly what was stored`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    #expect(request.state == .waiting)
    guard case .gateWaiting = vault.run(maker, .activate(request: request.id, ticket: nil)).refusal
    else {
      Issue.record("activated without an approval")
      return
    }
    let bob = vault.caller(Fixture.bob)
    #expect(
      vault.run(bob, .approve(request: request.id, digest: request.digest, comment: "ok")).state
        == "approved")
    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
    #expect(
      vault.run(maker, .readGrant(request: request.id, ticket: nil, after: nil)).released
        == ["value of production"])
    #expect(
      vault.run(maker, .closeGrant(request: request.id, ticket: nil, outcome: .success)).state
        == "closed")
  }

  @Test(.promise(.digestAndRevision))
  func `what-was-approved: a wrong digest approves nothing`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let (other, _) = try vault.request(by: vault.caller(Fixture.runner))
    let bob = vault.caller(Fixture.bob)
    for digest in [[], [UInt8](repeating: 0, count: 32), other.digest] {
      #expect(
        vault.run(bob, .approve(request: request.id, digest: digest, comment: "")).refusal
          == .digestMismatch(id: request.id))
    }
  }

  @Test(.promise(.pinnedVersions))
  func `what-was-approved: a version set after the request does not reach it`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    #expect(try vault.set("production", "AZURE_CREDENTIALS", "newer") == 2)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    #expect(
      vault.run(maker, .readGrant(request: request.id, ticket: nil, after: nil)).released
        == ["value of production"])
  }

  @Test(.promise(.noSelfApproval))
  func `one-person-once: who asks does not approve, through whatever account`() throws {
    let vault = try Fixture(people: People([Fixture.runner: "alice", Fixture.bob: "alice"]))
    try vault.furnish(
      rules: [
        ReviewerRule(
          reviewers: [.uid(Fixture.runner), .uid(Fixture.bob), .uid(Fixture.carol)], required: 1)
      ])
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    for uid in [Fixture.runner, Fixture.bob] {
      #expect(
        vault.run(
          vault.caller(uid), .approve(request: request.id, digest: request.digest, comment: "")
        ).refusal == .selfReview(id: request.id))
    }
    #expect(
      vault.run(
        vault.caller(Fixture.carol),
        .approve(request: request.id, digest: request.digest, comment: "")
      ).state == "approved")
  }

  @Test(.promise(.onePlaceAPerson))
  func `one-person-once: two accounts of one person fill one place`() throws {
    let vault = try Fixture(people: People([Fixture.bob: "bob", Fixture.carol: "bob"]))
    try vault.furnish(
      rules: [
        ReviewerRule(
          reviewers: [.uid(Fixture.bob), .uid(Fixture.carol), .uid(1004)], required: 2)
      ])
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    for (uid, state) in [(Fixture.bob, "waiting"), (Fixture.carol, "waiting"), (1004, "approved")] {
      #expect(
        vault.run(
          vault.caller(uid), .approve(request: request.id, digest: request.digest, comment: "")
        ).state == state)
    }
  }

  @Test func `clocks: a request, an approval and a grant each end at their own time`() throws {
    let clocks = Clocks(request: 60_000, approval: 30_000, grant: 10_000)
    let vault = try Fixture()
    try vault.furnish(clocks: clocks)
    let maker = vault.caller(Fixture.runner)
    let waiting = try vault.request(by: maker).request
    vault.advance(60_000)
    #expect(
      vault.run(
        vault.caller(Fixture.bob),
        .approve(request: waiting.id, digest: waiting.digest, comment: "")
      ).refusal == .requestState(id: waiting.id, "expired"))
    _ = vault.run(maker, .tick)
    #expect(vault.run(maker, .getRequest(waiting.id)).state == "expired")

    let approved = try vault.approvedRequest(by: maker).request
    vault.advance(30_000)
    #expect(
      vault.run(maker, .activate(request: approved.id, ticket: nil)).refusal
        == .requestState(id: approved.id, "expired"))

    let active = try vault.approvedRequest(by: maker).request
    #expect(vault.run(maker, .activate(request: active.id, ticket: nil)).state == "active")
    vault.advance(10_000)
    #expect(
      vault.run(maker, .readGrant(request: active.id, ticket: nil, after: nil)).refusal
        == .grantExpired(id: active.id))
    _ = vault.run(maker, .tick)
    #expect(vault.run(maker, .getRequest(active.id)).state == "closed")
  }

  @Test(.promise(.setBackProlongsNothing))
  func
    `clocks: a wall clock set back neither prolongs a grant within a boot nor is believed after one`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(clocks: Clocks(request: 60_000, approval: 60_000, grant: 10_000))
    let maker = vault.caller(Fixture.runner)
    let active = try vault.approvedRequest(by: maker).request
    _ = vault.run(maker, .activate(request: active.id, ticket: nil))
    vault.now.boot += 10_000
    vault.now.wall -= 100_000
    #expect(
      vault.run(maker, .readGrant(request: active.id, ticket: nil, after: nil)).refusal
        == .grantExpired(id: active.id))
    vault.now.wall -= 1_000_000
    vault.now.bootID = BootID(high: 2, low: 2)
    #expect(
      vault.run(maker, .readGrant(request: active.id, ticket: nil, after: nil)).refusal?.reason
        == "clock.behind")
  }

  @Test(.promise(.unknownTime))
  func `clocks: a wall clock far behind asks, approves, rejects and activates nothing`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let bob = vault.caller(Fixture.bob)
    let (waiting, _) = try vault.request(by: maker)
    let (other, _) = try vault.request(by: maker)
    let (approved, _) = try vault.approvedRequest(by: maker)
    let latest = vault.now.wall
    let actions: [(Caller, Action)] = [
      (maker, try vault.makes("production")),
      (bob, .approve(request: waiting.id, digest: waiting.digest, comment: "")),
      (bob, .reject(request: other.id, digest: nil, comment: "")),
      (maker, .activate(request: approved.id, ticket: nil)),
    ]
    vault.now.bootID = BootID(high: 2, low: 2)
    vault.now.wall = latest - 300_001
    for (caller, action) in actions {
      #expect(vault.run(caller, action).refusal?.reason == "clock.behind")
    }
    // Five minutes are what keeping time may take back.
    vault.now.wall = latest - 300_000
    for (caller, action) in actions { #expect(vault.run(caller, action).refusal == nil) }
  }

  @Test(.promise(.waitingRequestsAreBounded))
  func `limits: no requester fills an environment's list of waiting requests`() throws {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 5, perRequester: 3)
    try vault.restart()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let maker = vault.caller(Fixture.runner)
    for _ in 0..<3 { _ = try vault.request(by: maker) }
    #expect(throws: Unexpected.self) { try vault.request(by: maker) }
    _ = try vault.request(by: vault.caller(2000))
  }

  @Test func `a grant of many large secrets is read in pages, with one record for all`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let large = String(repeating: "x", count: 60_000)
    for index in 0..<4 { try vault.set("production", "LARGE_\(index)", large) }
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    var names: [String] = []
    var after: SecretName?
    var records: Set<Int64> = []
    repeat {
      let reply = vault.run(
        maker, .readGrant(request: request.id, ticket: nil, after: after))
      guard case .grantPage(let release, let next) = reply else {
        Issue.record("\(reply)")
        return
      }
      names += release.items.map(\.name.text)
      records.insert(release.auditSequence)
      after = next
      // What others do in between has records of its own.
      try vault.set("development", "NOISE", "n")
    } while after != nil
    #expect(names == ["AZURE_CREDENTIALS", "LARGE_0", "LARGE_1", "LARGE_2", "LARGE_3"])
    #expect(records.count == 1)
  }

  @Test func `a later page without the first one is recorded like a first one`() throws {
    let vault = try Fixture()
    try vault.furnish()
    try vault.set("production", "ZED", "z")
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    let reply = vault.run(
      maker,
      .readGrant(request: request.id, ticket: nil, after: try SecretName("AZURE_CREDENTIALS")))
    #expect(reply.released == ["z"])
    #expect(try vault.audit().last?.secrets.map(\.name.text) == ["AZURE_CREDENTIALS", "ZED"])
  }
}
