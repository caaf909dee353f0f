import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// Somebody who goes is taken out everywhere, in one transaction, or nowhere.
@Suite struct PrincipalRemovalTests {
  static let bob = PrincipalQuery(name: .uid(Fixture.bob), current: .uid(Fixture.bob))

  private func removal(_ reply: CommandReply) throws -> PrincipalRemovedView {
    guard case .principalRemoved(let removal) = reply else { throw Unexpected("\(reply)") }
    return removal
  }

  private func remove(_ query: PrincipalQuery, from vault: Fixture) throws -> PrincipalRemovedView {
    try removal(vault.run(vault.caller(Fixture.admin), .removePrincipal(query)))
  }

  private func places(_ query: PrincipalQuery, in vault: Fixture) throws -> [PrincipalPlaceView] {
    let reply = vault.run(
      vault.caller(Fixture.admin), .getPrincipal(query, after: 0, limit: 500))
    guard case .places(let places, _) = reply else { throw Unexpected("\(reply)") }
    return places
  }

  @Test func `who is removed is named nowhere any more: requester, writer, reviewer of any rule`()
    throws
  {
    let vault = try Fixture()
    let bob = Principal.uid(Fixture.bob)
    let carol = Principal.uid(Fixture.carol)
    let gates: [(String, Gate)] = [
      ("asks", Gate(protection: .unprotected, requesters: .principals([bob, carol]))),
      (
        "writes",
        Gate(protection: .unprotected, requesters: .principals([carol]), writers: [bob])
      ),
      (
        "reviews",
        Gate(
          protection: .reviewers([
            ReviewerRule(reviewers: [bob, carol], required: 1),
            ReviewerRule(reviewers: [.uid(1004), bob], required: 1),
          ]), requesters: .principals([.uid(Fixture.runner)]))
      ),
      ("apart", Gate(protection: .unprotected, requesters: .principals([carol]))),
    ]
    for (name, gate) in gates { try vault.create(name, gate) }
    #expect(
      try places(Self.bob, in: vault).map(\.roles) == [
        ["requester"], ["writer"], ["reviewer of rule 1", "reviewer of rule 2"],
      ])
    let went = try remove(Self.bob, from: vault)
    #expect(went.environments == ["asks", "writes", "reviews"])
    #expect(try places(Self.bob, in: vault).isEmpty)
    #expect(
      try ["asks", "writes", "reviews", "apart"].map { try vault.environment($0).revision }
        == [2, 2, 2, 1])
    let last = try vault.audit().suffix(4)
    #expect(
      last.map(\.event) == Array(repeating: .environmentChanged, count: 3) + [.principalRemoved])
    try vault.restart()
    #expect(
      vault.run(vault.caller(Fixture.bob), try vault.getAction("asks", "TOKEN")).refusal
        == .environmentUnknown("asks"))
  }

  @Test(.promise(.removalTakesReviews))
  func `where one gate could not be met without them, nothing happens anywhere`() throws {
    let vault = try Fixture()
    try vault.create("first", vault.reviewed())
    try vault.create("second", vault.reviewed(required: 2))
    try vault.create("third", vault.reviewed())
    let (own, _) = try vault.request(by: vault.caller(Fixture.runner), environment: "first")
    _ = vault.run(
      vault.caller(Fixture.bob), .approve(request: own.id, digest: own.digest, comment: ""))
    let records = try vault.audit().count
    let reply = vault.run(vault.caller(Fixture.admin), .removePrincipal(Self.bob))
    guard case .gateOfInvalid(environment: "second", .unsatisfiable)? = reply.refusal else {
      Issue.record("\(reply)")
      return
    }
    #expect(try vault.audit().count == records)
    #expect(try vault.state(own.id) == "approved")
    for name in ["first", "second", "third"] {
      #expect(try vault.environment(name).revision == 1)
    }
    // Nobody may ask is no gate either.
    guard
      case .gateOfInvalid(environment: "first", .noRequesters)? = vault.run(
        vault.caller(Fixture.admin),
        .removePrincipal(
          PrincipalQuery(name: .uid(Fixture.runner), current: .uid(Fixture.runner)))
      ).refusal
    else {
      Issue.record("the last requester was removed")
      return
    }
    #expect(try vault.state(own.id) == "approved")
  }

  @Test func `what they asked for ends: requests cancelled, grants revoked, wherever they asked`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(requesters: .any)
    let leaving = vault.caller(2000)
    let staying = vault.caller(Fixture.runner)
    let (waiting, _) = try vault.request(by: leaving)
    let (approved, _) = try vault.approvedRequest(by: leaving)
    let (active, ticket) = try vault.grant(by: leaving, hold: .ticket)
    let (other, _) = try vault.grant(by: staying)
    let went = try remove(PrincipalQuery(name: .uid(2000), current: .uid(2000)), from: vault)
    #expect(went.environments.isEmpty)
    #expect((went.cancelled, went.revoked, went.reset) == (2, 1, 0))
    #expect(try vault.state(waiting.id) == "cancelled")
    #expect(try vault.state(approved.id) == "cancelled")
    #expect(try vault.state(active) == "revoked")
    #expect(
      vault.run(leaving, .readGrant(request: active, ticket: ticket, after: nil)).refusal
        == .requestState(id: active, "revoked"))
    #expect(
      vault.run(staying, .readGrant(request: other, ticket: nil, after: nil)).released
        == ["value of production"])
  }

  @Test(.promise(.removalTakesReviews))
  func `their reviews are taken away, given in their own name or as one of a group`() throws {
    let vault = try Fixture()
    let group = Principal.group(name: "ops", gid: 77)
    func gate(_ reviewers: [Principal]) -> Gate {
      Gate(
        protection: .reviewers([ReviewerRule(reviewers: reviewers, required: 1)]),
        requesters: .principals([.uid(Fixture.runner)]))
    }
    try vault.create("named", gate([.uid(Fixture.bob), .uid(Fixture.carol)]))
    try vault.create("grouped", gate([group]))
    try vault.create("apart", gate([.uid(Fixture.carol)]))
    let maker = vault.caller(Fixture.runner)
    let account = Account(uid: Fixture.bob, name: "bob", groups: [.init(gid: 77, name: "ops")])
    let bob = Caller(
      uid: Fixture.bob, kernelGroups: [77], isOverflow: false, connection: 9,
      account: .known(account))
    func approved(_ environment: String, by reviewer: Caller) throws -> AccessRequest {
      let (request, _) = try vault.request(by: maker, environment: environment)
      let reply = vault.run(
        reviewer, .approve(request: request.id, digest: request.digest, comment: ""))
      return try #require(reply.request)
    }
    let named = try approved("named", by: bob)
    let grouped = try approved("grouped", by: bob)
    let apart = try approved("apart", by: vault.caller(Fixture.carol))
    let active = try approved("grouped", by: bob)
    let reply = vault.run(
      maker, .activate(request: active.id, ticket: nil), accounts: [bob.uid: .known(account)])
    #expect(reply.state == "active")

    let went = try remove(
      PrincipalQuery(name: .user("bob"), current: .user(name: "bob", uid: Fixture.bob)),
      from: vault)
    #expect(went.environments == ["named"])
    #expect((went.cancelled, went.revoked, went.reset) == (0, 1, 2))
    for (before, revision) in [(named, Int64(2)), (grouped, 1)] {
      let after = try vault.seen(before.id)
      #expect(after.state == .waiting)
      #expect(after.reviews.isEmpty)
      #expect(after.gateRevision == revision)
      #expect(
        vault.run(maker, .activate(request: before.id, ticket: nil)).isGateWaiting)
    }
    #expect(try vault.state(active.id) == "revoked")
    #expect(try vault.seen(apart.id) == apart)
  }

  @Test func `a group that goes takes the approvals given through it along`() throws {
    let vault = try Fixture()
    let group = Principal.group(name: "ops", gid: 77)
    try vault.furnish(
      rules: [ReviewerRule(reviewers: [group, .uid(Fixture.carol)], required: 1)])
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let member = Caller(
      uid: Fixture.bob, kernelGroups: [77], isOverflow: false, connection: 9,
      account: .known(
        Account(uid: Fixture.bob, name: "bob", groups: [.init(gid: 77, name: "ops")])))
    #expect(
      vault.run(member, .approve(request: request.id, digest: request.digest, comment: "")).state
        == "approved")
    let went = try remove(PrincipalQuery(name: .group("ops"), current: group), from: vault)
    #expect((went.environments, went.reset) == (["production"], 1))
    let digest = try vault.seen(request.id).digest
    #expect(
      vault.run(member, .approve(request: request.id, digest: digest, comment: "")).refusal
        == .requestUnknown(request.id))
  }

  @Test func `who has left is removed by name, whatever number the name has now`() throws {
    let vault = try Fixture()
    try vault.furnish(
      rules: [
        ReviewerRule(
          reviewers: [.user(name: "bob", uid: Fixture.bob), .uid(Fixture.carol)], required: 1)
      ])
    for current in [nil, Principal.user(name: "bob", uid: 5555)] {
      let query = PrincipalQuery(name: .user("bob"), current: current)
      let place = try #require(try places(query, in: vault).first)
      #expect(place.isStale)
      #expect(place.stored == "user:bob (uid \(Fixture.bob))")
    }
    let present = PrincipalQuery(
      name: .user("bob"), current: .user(name: "bob", uid: Fixture.bob))
    #expect(try places(present, in: vault).first?.isStale == false)
    // By number it is found too, and a number is never stale.
    #expect(try places(Self.bob, in: vault).first?.isStale == false)
    let gone = PrincipalQuery(name: .user("bob"), current: nil)
    #expect(try remove(gone, from: vault).environments == ["production"])
    #expect(
      try vault.environment("production").gate.rules.map(\.reviewers) == [[.uid(Fixture.carol)]])
  }

  @Test func `roles of the configuration stay and are said, and nobody at all leaves no record`()
    throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let records = try vault.audit().count
    for (query, standing) in [
      (PrincipalQuery(name: .uid(5), current: .uid(5)), ["auditor"]),
      (PrincipalQuery(name: .user("nobody"), current: nil), []),
    ] {
      let went = try remove(query, from: vault)
      #expect(went.standing == standing)
      #expect(went.environments.isEmpty)
    }
    #expect(try vault.audit().count == records)
  }

  @Test func `a place for each page: every environment is met once, the configuration first`()
    throws
  {
    let vault = try Fixture(admins: [.uid(Fixture.admin), .uid(Fixture.bob)])
    for index in 0..<7 {
      try vault.create(
        "e\(index)",
        index == 3 ? vault.reviewed(by: [Fixture.carol]) : vault.reviewed(), secrets: [])
    }
    var met: [String?] = []
    var after: Int64 = 0
    var pages = 0
    while pages < 20 {
      let reply = vault.run(
        vault.caller(Fixture.admin), .getPrincipal(Self.bob, after: after, limit: 2))
      guard case .places(let places, let next) = reply else { throw Unexpected("\(reply)") }
      #expect(places.count <= 2)
      met += places.map { $0.environment }
      pages += 1
      guard let next else { break }
      #expect(next > after)
      after = next
    }
    #expect(met == [nil, "e0", "e1", "e2", "e4", "e5", "e6"])
  }

  @Test func `a place names the live requests and reviews that are theirs`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    let (ended, _) = try vault.grant(by: maker)
    _ = vault.run(maker, .closeGrant(request: ended, ticket: nil, outcome: .success))
    let runner = PrincipalQuery(name: .uid(Fixture.runner), current: .uid(Fixture.runner))
    let asked = try places(runner, in: vault)
    #expect(asked.map { $0.environment } == ["development", "production"])
    #expect(asked.map(\.requests) == [[], [request.id]])
    #expect(try places(Self.bob, in: vault).map(\.reviews) == [[request.id]])
  }

  @Test func `nobody but an admin looks at somebody or removes them`() throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    for uid in [Fixture.runner, Fixture.bob, 5, 4242] {
      for action in [
        Action.getPrincipal(Self.bob, after: 0, limit: 10), .removePrincipal(Self.bob),
      ] {
        #expect(vault.run(vault.caller(uid), action).isAccessDenied)
      }
    }
    #expect(try vault.environment("production").revision == 1)
  }
}
