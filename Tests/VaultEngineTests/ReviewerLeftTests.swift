import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// What becomes of approvals when accounts come and go, through the engine.
@Suite struct ReviewerLeftTests {
  static let group = Principal.group(name: "ops", gid: 77)
  static let bob = Account(uid: Fixture.bob, name: "bob", groups: [.init(gid: 77, name: "ops")])
  static let left = Account(uid: Fixture.bob, name: "bob", groups: [])

  static func bob(_ account: AccountAnswer = .known(bob), groups: [UInt32] = [77]) -> Caller {
    Caller(
      uid: Fixture.bob, kernelGroups: groups, isOverflow: false, connection: 9, account: account)
  }

  /// A vault with a request that bob has approved as one of ops.
  func approved() throws -> (vault: Fixture, maker: Caller, id: Int64) {
    let vault = try Fixture()
    try vault.furnish(
      rules: [ReviewerRule(reviewers: [Self.group, .uid(Fixture.carol)], required: 1)])
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    let reply = vault.run(
      Self.bob(), .approve(request: request.id, digest: request.digest, comment: ""))
    #expect(reply.state == "approved")
    return (vault, maker, request.id)
  }

  private func recheck(_ vault: Fixture, _ answer: AccountAnswer) -> CommandReply {
    vault.run(
      vault.caller(Fixture.admin),
      .recheckReviewer(Fixture.bob, FreshAnswer(answer, asked: vault.now.boot), after: 0))
  }

  @Test(.promise(.reviewersWhoLeft))
  func `who has left a rule's group does not count at activation`() throws {
    let (vault, maker, id) = try approved()
    let activate = Action.activate(request: id, ticket: nil)
    #expect(vault.run(maker, activate, accounts: [:]).wish == .afresh([Fixture.bob]))
    let silent = vault.run(maker, activate, accounts: [Fixture.bob: .unavailable])
    #expect(silent.refusal == .accountUnavailable)
    #expect(try vault.seen(id).state.text == "approved", "no answer changes nothing")
    guard
      case .gateWaiting = vault.run(
        maker, activate, accounts: [Fixture.bob: .known(Self.left)]
      ).refusal
    else {
      Issue.record("a reviewer who left was counted")
      return
    }
    // It waits again, and another may approve it.
    let waiting = try vault.seen(id)
    #expect(waiting.state == .waiting)
    #expect(waiting.reviews.first?.isStale == true)
    let carol = vault.run(
      vault.caller(Fixture.carol), .approve(request: id, digest: waiting.digest, comment: ""))
    #expect(carol.state == "approved")
    #expect(vault.run(maker, activate).state == "active")
    #expect(try vault.seen(id).grant?.counted == [1])
  }

  @Test func `a round sends back what lost its reviewer, and takes it up when they are back`()
    throws
  {
    let (vault, _, id) = try approved()
    let admin = vault.caller(Fixture.admin)
    guard case .reviewers(let uids) = vault.run(admin, .listReviewers) else {
      Issue.record("no reviewers")
      return
    }
    #expect(uids == [Fixture.bob])
    vault.advance(1_000)
    _ = recheck(vault, .unavailable)
    #expect(try vault.seen(id).state.text == "approved")
    _ = recheck(vault, .known(Self.left))
    #expect(try vault.seen(id).state == .waiting)
    try vault.restart()
    vault.advance(1_000)
    _ = recheck(vault, .known(Self.bob))
    let back = try vault.seen(id)
    #expect(back.state.text == "approved")
    let events = try vault.audit().map(\.event)
    #expect(events.contains(.approvalLost) && events.contains(.approvalRestored))
  }

  @Test(.promise(.manyApprovalsOfOne))
  func `a thousand requests of one reviewer are one uid, and rechecked in slices`() throws {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 1_000, perRequester: 1_000)
    try vault.restart()
    try vault.furnish(rules: [ReviewerRule(reviewers: [Self.group], required: 1)])
    var ids: [Int64] = []
    for _ in 0..<1_000 {
      let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
      _ = vault.run(
        Self.bob(), .approve(request: request.id, digest: request.digest, comment: ""))
      ids.append(request.id)
    }
    let admin = vault.caller(Fixture.admin)
    guard case .reviewers(let uids) = vault.run(admin, .listReviewers) else {
      Issue.record("no reviewers")
      return
    }
    #expect(uids == [Fixture.bob])
    vault.advance(1_000)
    let answer = FreshAnswer(.known(Self.left), asked: vault.now.boot)
    var after: Int64? = 0
    var slices = 0
    while let start = after {
      let before = vault.engine.rows.set.writes
      guard
        case .rechecked(let next) = vault.run(
          admin, .recheckReviewer(Fixture.bob, answer, after: start))
      else {
        Issue.record("no slice")
        return
      }
      #expect(vault.engine.rows.set.writes - before <= vault.engine.lasting.slice)
      after = next
      slices += 1
    }
    #expect(slices > 1)
    for id in ids { #expect(try vault.seen(id).state == .waiting) }
    #expect(vault.run(admin, .listReviewers).reviewers == [Fixture.bob])
  }

  @Test(.promise(.deletedAccountsCountForNothing))
  func `an approval asks about its account last, and about the others when it completes`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(
      rules: [
        ReviewerRule(reviewers: [Self.group], required: 1),
        ReviewerRule(reviewers: [.user(name: "carol", uid: Fixture.carol)], required: 1),
      ])
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let bad = Action.approve(request: request.id, digest: [1], comment: "")
    let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
    // What is refused without it asks nobody.
    #expect(
      vault.run(Self.bob(), bad, accounts: [:]).refusal == .digestMismatch(id: request.id))
    #expect(vault.run(Self.bob(), approve, accounts: [:]).wish == .afresh([Fixture.bob]))
    #expect(
      vault.run(Self.bob(), approve, accounts: [Fixture.bob: .unavailable]).refusal
        == .accountUnavailable)
    for gone in [AccountAnswer.nobody, .known(Self.left)] {
      let refusal = vault.run(Self.bob(), approve, accounts: [Fixture.bob: gone]).refusal
      #expect(refusal == .requestUnknown(request.id), "\(gone)")
    }
    let known = AccountAnswer.known(Self.bob)
    #expect(vault.run(Self.bob(), approve, accounts: [Fixture.bob: known]).state == "waiting")

    let carol = vault.caller(Fixture.carol, name: "carol")
    #expect(
      vault.run(carol, approve, accounts: [:]).wish == .afresh([Fixture.bob, Fixture.carol]))
    let here = try #require(carol.account)
    let reply = vault.run(
      carol, approve, accounts: [Fixture.bob: .known(Self.left), Fixture.carol: here])
    #expect(reply.state == "waiting", "bob has left meanwhile")
    #expect(try vault.seen(request.id).reviews.map(\.isStale) == [true, false])
  }

  @Test(.promise(.deletedAccountsCountForNothing))
  func `an answer is at most five seconds old in the commit`() throws {
    let (vault, maker, id) = try approved()
    let activate = Action.activate(request: id, ticket: nil)
    func run(age: Int64) -> CommandReply {
      let answer = FreshAnswer(.known(Self.bob), asked: vault.now.boot - age)
      return vault.engine.commit(
        [Command(caller: maker, action: activate, accounts: [Fixture.bob: answer])], now: vault.now
      ).replies[0]
    }
    #expect(run(age: 5_001).refusal == .accountUnavailable, "it was asked about once")
    #expect(run(age: 5_000).state == "active")
  }

  @Test func `an activation asks about its requester and reviewers, once all else is right`() throws
  {
    let vault = try Fixture()
    let runner = Principal.user(name: "runner", uid: Fixture.runner)
    try vault.furnish(
      rules: [ReviewerRule(reviewers: [Self.group], required: 1)],
      requesters: .principals([runner]))
    let maker = vault.caller(Fixture.runner, name: "runner")
    let (request, _) = try vault.request(by: maker)
    let activate = Action.activate(request: request.id, ticket: nil)
    guard case .gateWaiting = vault.run(maker, activate, accounts: [:]).refusal else {
      Issue.record("asked before it was approved")
      return
    }
    _ = vault.run(
      Self.bob(), .approve(request: request.id, digest: request.digest, comment: ""))
    #expect(
      vault.run(maker, activate, accounts: [:]).wish == .afresh([Fixture.runner, Fixture.bob]))
    let known = try #require(maker.account)
    let refusal = vault.run(
      maker, activate, accounts: [Fixture.runner: .nobody, Fixture.bob: .known(Self.bob)]
    ).refusal
    #expect(refusal == .environmentUnknown("production"))
    #expect(
      vault.run(
        maker, activate, accounts: [Fixture.runner: known, Fixture.bob: .known(Self.bob)]
      ).state == "active")
  }

  @Test(.promise(.reviewersWhoLeft))
  func `an approval under a clock that ran ahead is found by the next round`() throws {
    let vault = try Fixture()
    try vault.furnish(
      rules: [ReviewerRule(reviewers: [Self.group, .uid(Fixture.carol)], required: 1)])
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    vault.now.wall += 43_200_000
    let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
    #expect(vault.run(Self.bob(), approve).state == "approved")
    vault.now.wall -= 43_200_000
    vault.advance(1_000)
    _ = recheck(vault, .nobody)
    #expect(try vault.state(request.id) == "waiting")
  }

  @Test(.promise(.databaseIsAskedSeldom))
  func `nobody without a role has the account database asked, whom the kernel names does`()
    throws
  {
    let (vault, _, id) = try approved()
    let (waiting, _) = try vault.request(by: vault.caller(Fixture.runner))
    let approve = Action.approve(request: waiting.id, digest: waiting.digest, comment: "")
    let stranger = Caller(
      uid: 4_242, kernelGroups: [4_242], isOverflow: false, connection: 8, account: .nobody)
    for action in [approve, .getRequest(waiting.id), .activate(request: id, ticket: nil)] {
      #expect(
        vault.run(stranger, action, accounts: [:]).refusal?.isUnknownRequest == true)
    }
    // Added to the group a moment ago: the kernel has it, what is kept has not.
    let added = Self.bob(.known(Self.left))
    for action in [approve, .getRequest(waiting.id)] {
      #expect(vault.run(added, action, accounts: [:]).wish == .doubted(Fixture.bob))
      let settled = Command(caller: added, action: action, isDoubtSettled: true)
      #expect(
        vault.engine.commit([settled], now: vault.now).replies[0].refusal?.isUnknownRequest == true)
    }
    // In a session without the group, or in a container, it would not help.
    #expect(vault.run(Self.bob(.known(Self.left), groups: []), approve, accounts: [:]).wish == nil)
    let confined = added.with(confinement: .processNamespace)
    #expect(vault.run(confined, approve, accounts: [:]).wish == nil)
  }

  @Test func `principal show marks what no longer counts`() throws {
    let (vault, _, id) = try approved()
    vault.advance(1_000)
    let admin = vault.caller(Fixture.admin)
    let query = PrincipalQuery(name: .user("bob"), current: nil)
    func places() -> [PrincipalPlaceView] {
      guard case .places(let places, _) = vault.run(admin, .getPrincipal(query, after: 0, limit: 9))
      else { return [] }
      return places
    }
    #expect(places().map(\.staleReviews) == [[]])
    _ = recheck(vault, .known(Self.left))
    #expect(places().map(\.reviews) == [[id]])
    #expect(places().map(\.staleReviews) == [[id]])
  }
}

extension CommandReply {
  fileprivate var reviewers: [UInt32]? { if case .reviewers(let uids) = self { uids } else { nil } }
}

extension Refusal {
  fileprivate var isUnknownRequest: Bool { if case .requestUnknown = self { true } else { false } }
}
