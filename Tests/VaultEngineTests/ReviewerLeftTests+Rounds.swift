import CFaultVFS
import Promises
import Testing
import VaultCalls
import VaultCore

@testable import VaultEngine
import VaultStore

/// What a round, and a question to the account database, leave alone.
extension ReviewerLeftTests {
  @Test func `what was said before a review was given does not judge it`() throws {
    let vault = try Fixture()
    try vault.furnish(rules: [ReviewerRule(reviewers: [Self.group], required: 1)])
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    // Asked before bob came into the group, answered after his approval.
    let early = FreshAnswer(.known(Self.left), asked: vault.now.boot)
    vault.advance(1_000)
    let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
    #expect(
      vault.run(Self.bob(), approve, accounts: [Fixture.bob: .known(Self.bob)]).state == "approved")
    vault.advance(1_000)
    _ = vault.run(vault.caller(Fixture.admin), .recheckReviewer(Fixture.bob, early, after: 0))
    #expect(try vault.state(request.id) == "approved")
  }

  @Test(.promise(.manyApprovalsOfOne))
  func `a round takes back nothing of what is decided and still to be written`() throws {
    let vfs = try #require(fault_vfs_create("engine-round"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-round"
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    vault.slice = 1
    try vault.furnish(rules: [ReviewerRule(reviewers: [Self.group], required: 1)])
    vault.accounts[Fixture.bob] = .known(Self.bob)
    let ids = try (0..<3).map { _ in
      let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
      _ = vault.run(
        Self.bob(), .approve(request: request.id, digest: request.digest, comment: ""))
      return request.id
    }
    vault.advance(1_000)
    let admin = vault.caller(Fixture.admin)
    _ = vault.run(admin, .revokeAll(environment: nil, requester: nil))
    #expect(vault.engine.hasBacklog)
    // After a commit that failed, what is decided waits for the next second.
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, FAULT_FULL, 1, 0, 100)
    #expect(vault.run(admin, try vault.setAction("production", "OTHER", "x")).refusal != nil)
    fault_vfs_disarm(vfs)
    vault.slice = 16
    _ = vault.run(
      admin,
      .recheckReviewer(
        Fixture.bob, FreshAnswer(.known(Self.left), asked: vault.now.boot), after: 0))
    _ = vault.run(admin, .tick)
    for id in ids { #expect(try vault.state(id) == "revoked") }
  }

  @Test func `an approval that completes nothing asks about its own account alone`() throws {
    let vault = try Fixture()
    let carol = Principal.user(name: "carol", uid: Fixture.carol)
    try vault.furnish(
      rules: [
        ReviewerRule(reviewers: [Self.group], required: 1),
        ReviewerRule(reviewers: [carol], required: 1),
        ReviewerRule(reviewers: [.uid(1_004)], required: 1),
      ])
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
    let known = AccountAnswer.known(Self.bob)
    #expect(vault.run(Self.bob(), approve, accounts: [Fixture.bob: known]).state == "waiting")
    #expect(
      vault.run(vault.caller(Fixture.carol, name: "carol"), approve, accounts: [:]).wish
        == .afresh([Fixture.carol]))
  }

  @Test func `an activation has the account database asked about whoever made the request alone`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(requesters: .principals([Self.group]))
    let maker = vault.caller(Fixture.runner)
    let member = Caller(
      uid: maker.uid, kernelGroups: [77], isOverflow: false, connection: maker.connection,
      account: .known(
        Account(uid: maker.uid, name: "runner", groups: [.init(gid: 77, name: "ops")])))
    let (request, _) = try vault.approvedRequest(by: member)
    // The kernel has both in the group, and what is kept has neither.
    func added(_ uid: UInt32) -> Caller {
      Caller(
        uid: uid, kernelGroups: [77], isOverflow: false, connection: maker.connection,
        account: .known(Account(uid: uid, name: "user\(uid)", groups: [])))
    }
    let activate = Action.activate(request: request.id, ticket: nil)
    #expect(vault.run(added(4_242), activate, accounts: [:]).refusal == .requestUnknown(request.id))
    #expect(vault.run(added(maker.uid), activate, accounts: [:]).wish == .doubted(maker.uid))
  }

  @Test func `a slice of a round looks at so many requests, though it changes none of them`() throws
  {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 1_000, perRequester: 1_000)
    try vault.restart()
    vault.slice = 10_000
    try vault.furnish(rules: [ReviewerRule(reviewers: [Self.group], required: 1)])
    vault.accounts[Fixture.bob] = .known(Self.bob)
    let ids = try (0..<(VaultEngine.mostRechecked + 6)).map { _ in
      let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
      let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
      #expect(vault.run(Self.bob(), approve).state == "approved")
      return request.id
    }
    func recheck(after id: Int64) throws -> Int64? {
      let answer = FreshAnswer(.known(Self.bob), asked: vault.now.boot)
      let reply = vault.run(
        vault.caller(Fixture.admin), .recheckReviewer(Fixture.bob, answer, after: id))
      guard case .rechecked(let next) = reply else { throw Unexpected("\(reply)") }
      return next
    }
    let last = ids[VaultEngine.mostRechecked - 1]
    #expect(try recheck(after: 0) == last)
    #expect(try recheck(after: last) == nil)
  }

  @Test func `what is to wait anew and ends before its row's turn is not sent back on the record`()
    throws
  {
    let vault = try Fixture()
    vault.slice = 1
    try vault.furnish(rules: [ReviewerRule(reviewers: [Self.group], required: 1)])
    vault.accounts[Fixture.bob] = .known(Self.bob)
    for _ in 0..<5 {
      let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
      let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
      #expect(vault.run(Self.bob(), approve).state == "approved")
    }
    let admin = vault.caller(Fixture.admin)
    let query = PrincipalQuery(
      name: .user("bob"), current: .user(name: "bob", uid: Fixture.bob))
    let replies = vault.engine.commit(
      [
        Command(caller: admin, action: .removePrincipal(query)),
        Command(
          caller: admin,
          action: try vault.versionAction("production", "AZURE_CREDENTIALS", 1, .destroyed)),
      ], now: vault.now
    ).replies
    guard case .principalRemoved(let removal) = replies[0] else { throw Unexpected("\(replies)") }
    #expect(removal.reset == 5)
    vault.drain()
    let events = try vault.audit().map(\.event)
    // What fitted into the first commit was sent back; of the others only the last word is written.
    #expect(events.count { $0 == .requestReset } <= 1)
    #expect(events.count { $0 == .requestCancelled } == 5)
  }
}
