import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// How requests end before their time: by their maker, by a reviewer, by an admin, and by nobody else.
@Suite struct RequestEndTests {
  // MARK: Cancelling

  @Test func `its maker cancels a request by connection or ticket, an admin any, nobody else`()
    throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    for (canceller, showsTicket) in [
      (Fixture.runner, false), (Fixture.runner, true), (Fixture.admin, false),
    ] {
      let maker = vault.caller(Fixture.runner)
      let (request, ticket) = try vault.approvedRequest(by: maker)
      let (_, foreign) = try vault.request(by: vault.caller(Fixture.runner))
      // Another job of the same account has neither the connection nor the ticket.
      for wrong in [nil, foreign] {
        #expect(
          vault.run(vault.caller(Fixture.runner), .cancelRequest(request.id, ticket: wrong)).refusal
            == .ticketRequired(id: request.id))
      }
      for uid in [Fixture.bob, 5] {
        #expect(
          vault.run(vault.caller(uid), .cancelRequest(request.id, ticket: ticket)).isAccessDenied)
      }
      #expect(
        vault.run(vault.caller(4242), .cancelRequest(request.id, ticket: ticket)).refusal
          == .requestUnknown(request.id))
      let caller = showsTicket || canceller == Fixture.admin ? vault.caller(canceller) : maker
      let cancel = Action.cancelRequest(request.id, ticket: showsTicket ? ticket : nil)
      #expect(vault.run(caller, cancel).state == "cancelled")
      #expect(
        vault.run(caller, cancel).refusal
          == (canceller == Fixture.runner && !showsTicket
            ? .ticketRequired(id: request.id) : .requestState(id: request.id, "cancelled")))
      #expect(
        vault.run(maker, .activate(request: request.id, ticket: ticket)).refusal
          == .requestState(id: request.id, "cancelled"))
    }
  }

  @Test func `a grant is closed, not cancelled`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: maker)
    for (caller, ticket) in [(maker, nil), (maker, ticket), (vault.caller(Fixture.admin), nil)] {
      #expect(
        vault.run(caller, .cancelRequest(id, ticket: ticket)).refusal
          == .requestState(id: id, "active"))
    }
  }

  // MARK: Superseding

  @Test(.promise(.supersedeNeedsTicket))
  func `a newer request ends the older one whose ticket or connection its maker has`() throws {
    for (byTicket, isApproved) in [(false, false), (true, false), (false, true), (true, true)] {
      let vault = try Fixture()
      try vault.furnish()
      let maker = vault.caller(Fixture.runner)
      let (older, ticket) =
        try isApproved ? vault.approvedRequest(by: maker) : vault.request(by: maker)
      let next = byTicket ? vault.caller(Fixture.runner) : maker
      let reply = vault.run(
        next,
        try vault.makes(
          "production", supersedes: .init(request: older.id, ticket: byTicket ? ticket : nil)))
      let newer = try #require(reply.request)
      #expect(newer.state == .waiting)
      #expect(try vault.state(older.id) == "superseded")
      let records = try vault.audit().suffix(2)
      #expect(records.map(\.event) == [.requestSuperseded, .requestCreated])
      #expect(records.first?.details == [.init("by", "\(newer.id)")])
      #expect(
        vault.run(maker, .activate(request: older.id, ticket: ticket)).refusal
          == .requestState(id: older.id, "superseded"))
    }
  }

  @Test func `what is not one's own, not open or elsewhere is not superseded, and nothing is made`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let maker = vault.caller(Fixture.runner)
    let (open, ticket) = try vault.request(by: maker)
    let (active, activeTicket) = try vault.grant(by: maker)
    let (ended, endedTicket) = try vault.request(by: maker)
    _ = vault.run(maker, .cancelRequest(ended.id, ticket: endedTicket))
    let (elsewhere, _) = try vault.request(by: maker, environment: "development")
    func tried(_ caller: Caller, _ id: Int64, _ ticket: SecretBuffer? = nil) throws -> Refusal? {
      vault.run(
        caller, try vault.makes("production", supersedes: .init(request: id, ticket: ticket))
      ).refusal
    }
    let thief = vault.caller(Fixture.runner)
    #expect(try tried(thief, open.id) == .ticketRequired(id: open.id))
    #expect(
      try tried(thief, open.id, activeTicket) == .ticketRequired(id: open.id))
    #expect(
      try tried(vault.caller(2000), open.id, ticket) == .requestUnknown(open.id))
    #expect(try tried(maker, active) == .requestState(id: active, "active"))
    #expect(
      try tried(maker, ended.id, endedTicket)
        == .requestState(id: ended.id, "cancelled"))
    #expect(try tried(maker, elsewhere.id) == .requestUnknown(elsewhere.id))
    #expect(try tried(maker, 999) == .requestUnknown(999))
    #expect(try vault.state(open.id) == "waiting")
    #expect(try vault.audit().filter { $0.event == .requestCreated }.count == 4)
    // A newer one that is refused for itself ends nothing either.
    #expect(
      vault.run(
        maker,
        try vault.makes(
          "production", secrets: ["NOWHERE"], supersedes: .init(request: open.id, ticket: nil))
      ).refusal == .secretUnknown(environment: "production", name: "NOWHERE"))
    #expect(try vault.state(open.id) == "waiting")
  }

  @Test func `two that would supersede one in one batch: the first does`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (older, ticket) = try vault.request(by: maker)
    let make = try vault.makes(
      "production", supersedes: .init(request: older.id, ticket: ticket))
    let replies = vault.batch([(vault.caller(Fixture.runner), make), (maker, make)])
    #expect(replies[0].request?.state == .waiting)
    #expect(replies[1].refusal == .requestState(id: older.id, "superseded"))
  }

  // MARK: Revoking

  @Test func `a reviewer or an admin takes an approval or a grant back, nobody else`() throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    for revoker in [Fixture.carol, Fixture.admin] {
      let (approved, _) = try vault.approvedRequest(by: maker)
      let (active, ticket) = try vault.grant(by: maker, hold: .ticket)
      for id in [approved.id, active] {
        for uid in [Fixture.runner, 5] {
          #expect(vault.run(vault.caller(uid), .revokeRequest(id)).isAccessDenied, "uid \(uid)")
        }
        #expect(vault.run(vault.caller(4242), .revokeRequest(id)).refusal == .requestUnknown(id))
        #expect(vault.run(vault.caller(revoker), .revokeRequest(id)).state == "revoked")
        #expect(
          vault.run(vault.caller(revoker), .revokeRequest(id)).refusal
            == .requestState(id: id, "revoked"))
      }
      #expect(
        vault.run(maker, .readGrant(request: active, ticket: ticket, after: nil)).refusal
          == .requestState(id: active, "revoked"))
      #expect(
        vault.run(maker, .activate(request: approved.id, ticket: nil)).refusal
          == .ticketRequired(id: approved.id))
    }
    let records = try vault.audit().filter { $0.event == .requestRevoked }
    #expect(records.map(\.uid) == [Fixture.carol, Fixture.carol, Fixture.admin, Fixture.admin])
    #expect(
      records.compactMap { $0.details.first?.value } == [
        "approved", "active", "approved", "active",
      ])
  }

  @Test func `what only waits is not revoked: it is rejected or cancelled`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    #expect(
      vault.run(vault.caller(Fixture.bob), .revokeRequest(request.id)).refusal
        == .requestState(id: request.id, "waiting"))
  }

  @Test func `all at once: of one environment, of one requester, or all that one may`() throws {
    let vault = try Fixture()
    let requesters = Requesters.principals([.uid(Fixture.runner), .uid(2000)])
    for (name, reviewer) in [("one", Fixture.bob), ("two", Fixture.bob), ("three", 1004)] {
      try vault.create(
        name,
        Gate(
          protection: .reviewers([ReviewerRule(reviewers: [.uid(reviewer)], required: 1)]),
          requesters: requesters))
    }
    var ids: [String: Int64] = [:]
    for name in ["one", "two", "three"] {
      for uid in [Fixture.runner, 2000] {
        let maker = vault.caller(uid)
        let (request, _) = try vault.request(by: maker, environment: name)
        _ = try vault.request(by: maker, environment: name)
        let reviewer = name == "three" ? 1004 : Fixture.bob
        _ = vault.run(
          vault.caller(reviewer),
          .approve(request: request.id, digest: request.digest, comment: ""))
        if uid == 2000 { _ = vault.run(maker, .activate(request: request.id, ticket: nil)) }
        ids["\(name) \(uid)"] = request.id
      }
    }
    func revoke(
      _ uid: UInt32, _ environment: String? = nil, _ requester: PrincipalName? = nil
    ) throws -> Set<String> {
      let reply = vault.run(
        vault.caller(uid),
        .revokeAll(
          environment: try environment.map { try EnvironmentName($0) }, requester: requester))
      let revoked = try #require(reply.revoked)
      return Set(ids.filter { revoked.contains($0.value) }.keys)
    }
    #expect(
      vault.run(
        vault.caller(Fixture.bob),
        .revokeAll(environment: try EnvironmentName("three"), requester: nil)
      ).refusal == .environmentUnknown("three"))
    #expect(
      vault.run(
        vault.caller(Fixture.runner), .revokeAll(environment: nil, requester: nil)
      ).isAccessDenied)
    #expect(try revoke(Fixture.admin, "one", .uid(2000)) == ["one 2000"])
    #expect(try revoke(Fixture.admin, nil, .user("user2000")) == ["two 2000", "three 2000"])
    // A reviewer takes back where they review, and that alone.
    #expect(try revoke(Fixture.bob) == ["one 1001", "two 1001"])
    #expect(try revoke(Fixture.admin) == ["three 1001"])
    #expect(try revoke(Fixture.admin) == [])
    // What waited still waits.
    let waiting = vault.run(
      vault.caller(Fixture.admin), .listRequests(RequestList(state: "waiting", limit: 50)))
    guard case .requests(let answers, _) = waiting else {
      Issue.record("\(waiting)")
      return
    }
    #expect(answers.count == 6)
  }

  @Test func `all at once is bounded, and says that there is more`() throws {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 1_000, perRequester: 1_000)
    try vault.restart()
    vault.engine.lasting.mostRevoked = 200
    try vault.create(
      "open", Gate(protection: .unprotected, requesters: .any, exclusive: true))
    let make = try vault.makes("open")
    let made = vault.batch((0..<450).map { _ in (vault.caller(Fixture.runner), make) })
    #expect(made.allSatisfy { $0.request?.state.text == "approved" })
    var rounds: [(Int, Bool)] = []
    for _ in 0..<4 {
      guard
        case .revoked(let view) = vault.run(
          vault.caller(Fixture.admin), .revokeAll(environment: nil, requester: nil))
      else { throw Unexpected("not revoked") }
      rounds.append((view.revoked.count, view.more))
    }
    #expect(rounds.map(\.0) == [200, 200, 50, 0])
    #expect(rounds.map(\.1) == [true, true, false, false])
  }

  @Test func `a close is of a grant: what waits, is approved or has ended stays as it is`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.request(by: maker)
    func closes() -> Set<String> {
      Set(
        [nil, ticket].map { shown in
          let close = Action.closeGrant(request: request.id, ticket: shown, outcome: .success)
          guard case .requestState(_, let state) = vault.run(maker, close).refusal else {
            return "not refused"
          }
          return state
        })
    }
    #expect(closes() == ["waiting"])
    let approve = Action.approve(request: request.id, digest: request.digest, comment: "")
    _ = vault.run(vault.caller(Fixture.bob), approve)
    #expect(closes() == ["approved"])
    _ = vault.run(vault.caller(Fixture.admin), .revokeRequest(request.id))
    let close = Action.closeGrant(request: request.id, ticket: ticket, outcome: .success)
    #expect(vault.run(maker, close).refusal == .requestState(id: request.id, "revoked"))
    #expect(try vault.state(request.id) == "revoked")
  }
}
