import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// `asker-alone`: what the other jobs of an account may see of a request, and that none of them keeps it alive.
@Suite struct SightTests {
  private func sight(_ reply: CommandReply) -> RequestSight? {
    if case .request(let answer) = reply { answer.sight } else { nil }
  }

  private func listed(
    _ vault: Fixture, by caller: Caller, _ filter: RequestList = RequestList(limit: 10)
  ) throws -> [Int64: RequestSight] {
    guard case .requests(let answers, _) = vault.run(caller, .listRequests(filter)) else {
      throw Unexpected("no list")
    }
    return Dictionary(uniqueKeysWithValues: answers.map { ($0.request.id, $0.sight) })
  }

  @Test(.promise(.othersSeeLittle))
  func `asker-alone: a request is whole for its connection, ticket and roles, else in part`()
    throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.request(by: maker)
    let id = request.id
    let neighbour = vault.caller(Fixture.runner)
    for (caller, shown, expected) in [
      (maker, nil, .own), (neighbour, nil, .number), (neighbour, ticket, .own),
      (vault.caller(Fixture.bob), nil, .whole), (vault.caller(5), nil, .whole),
      (vault.caller(Fixture.admin), nil, .whole),
    ] as [(Caller, SecretBuffer?, RequestSight)] {
      #expect(sight(vault.run(caller, .getRequest(id, ticket: shown))) == expected)
      #expect(sight(vault.run(caller, .observeRequest(id, ticket: shown))) == expected)
      if shown == nil { #expect(try listed(vault, by: caller) == [id: expected]) }
    }
    let (_, foreign) = try vault.request(by: neighbour)
    for caller in [maker, neighbour] {
      for action in [
        Action.getRequest(id, ticket: foreign), .observeRequest(id, ticket: foreign),
      ] {
        #expect(vault.run(caller, action).refusal == .ticketRequired(id: id))
      }
    }
    #expect(
      vault.run(vault.caller(4242), .getRequest(id, ticket: ticket)).refusal == .requestUnknown(id))
  }

  @Test func `who made a request sees it whole after its end, no other job of the account does`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.request(by: maker)
    _ = vault.run(
      vault.caller(Fixture.bob), .reject(request: request.id, digest: nil, comment: "not tonight"))
    let neighbour = vault.caller(Fixture.runner)
    #expect(sight(vault.run(maker, .observeRequest(request.id))) == .own)
    #expect(sight(vault.run(neighbour, .observeRequest(request.id))) == .number)
    #expect(sight(vault.run(neighbour, .observeRequest(request.id, ticket: ticket))) == .own)
    _ = vault.run(maker, .connectionEnded)
    let late = vault.caller(Fixture.runner, connection: maker.connection)
    #expect(sight(vault.run(late, .getRequest(request.id))) == .number)
  }

  @Test(.promise(.othersSeeLittle))
  func `a list finds nothing by what it does not show`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    let neighbour = vault.caller(Fixture.runner)
    let production = try EnvironmentName("production")
    for (filter, isTold) in [
      (RequestList(environment: production, limit: 9), true),
      (RequestList(state: "waiting", limit: 9), true),
      (RequestList(secret: try SecretName("AZURE_CREDENTIALS"), limit: 9), false),
      (RequestList(secret: try SecretName("AZURE_CREDENTIALS"), version: 1, limit: 9), false),
      (RequestList(since: vault.now.wall - 1_000, limit: 9), false),
    ] {
      #expect(try listed(vault, by: neighbour, filter).keys.contains(request.id) == isTold)
      #expect(try listed(vault, by: maker, filter)[request.id] == .own)
    }
  }

  @Test(.promise(.othersSeeLittle))
  func `who may not review is not told what is like a request, and so cannot guess claims`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    _ = try vault.request(by: vault.caller(Fixture.runner))
    for (caller, count) in [(maker, 0), (vault.caller(Fixture.bob), 1)] {
      guard case .request(let answer) = vault.run(caller, .getRequest(request.id)) else {
        Issue.record("no answer")
        continue
      }
      #expect(answer.likeness.twins.count == count)
    }
  }

  /// By a number, which is certain without the account database, and by a name, which is not.
  @Test(
    arguments: [.uid(Fixture.runner), .user(name: "user1001", uid: Fixture.runner)] as [Principal])
  func `an account database without an answer shows a neighbour's request in part`(
    requester: Principal
  ) throws {
    let vault = try Fixture()
    let reviewers: [Principal] = [
      .user(name: "user1001", uid: Fixture.runner), .uid(Fixture.bob),
    ]
    try vault.furnish(
      rules: [ReviewerRule(reviewers: reviewers, required: 1)],
      requesters: .principals([requester]), allowSelfReview: true)
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let silent = vault.caller(Fixture.runner).with(account: .unavailable)
    #expect(sight(vault.run(silent, .getRequest(request.id))) == .number)
    let asked = vault.caller(Fixture.runner).with(account: nil)
    #expect(
      vault.run(asked, .getRequest(request.id)).refusal == .accountNeeded([Fixture.runner]))
    #expect(sight(vault.run(vault.caller(Fixture.runner), .getRequest(request.id))) == .whole)
  }

  // MARK: Who keeps a request alive

  /// Ways of another connection, and whether one of them keeps the request.
  enum Way: String, CaseIterable {
    case get, wait, list, follow, supersede, cancel, activate, hold, resume
    case waitWithTicket, waitAsReviewer, copy, leave

    var keeps: Bool { self == .waitWithTicket }
  }

  @Test(.promise(.nobodyElseKeepsAlive), arguments: Way.allCases)
  func `asker-alone: its connection or its ticket keeps an attended request alive, no other`(
    way: Way
  )
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.request(by: maker, attended: true)
    let id = request.id
    let other = vault.caller(Fixture.runner)
    func act() throws {
      switch way {
      case .get: _ = vault.run(other, .getRequest(id))
      case .wait: #expect(vault.run(other, .observeRequest(id)).state == "waiting")
      case .list: _ = try listed(vault, by: other)
      case .follow: _ = vault.run(other, .follow([id]))
      case .supersede:
        #expect(
          vault.run(
            other,
            try vault.makes("production", supersedes: .init(request: id, ticket: nil))
          ).refusal == .ticketRequired(id: id))
      case .cancel:
        #expect(
          vault.run(other, .cancelRequest(id, ticket: nil)).refusal == .ticketRequired(id: id))
      case .activate:
        #expect(
          vault.run(other, .activate(request: id, ticket: nil)).refusal == .ticketRequired(id: id))
      case .hold:
        #expect(
          vault.run(other, .holdGrant(request: id, ticket: nil)).refusal == .ticketRequired(id: id))
      case .resume:
        let wrong = try vault.value("egr1_" + String(repeating: "A", count: 49))
        #expect(
          vault.run(other, .resumeGrant(request: id, ticket: wrong)).refusal
            == .ticketRequired(id: id))
      case .waitWithTicket:
        #expect(vault.run(other, .observeRequest(id, ticket: ticket)).state == "waiting")
      case .waitAsReviewer:
        #expect(vault.run(vault.caller(Fixture.bob), .observeRequest(id)).state == "waiting")
      case .copy: _ = try vault.request(by: other, attended: true)
      // Another connection that ends takes nothing with it.
      case .leave:
        _ = vault.run(other, .observeRequest(id))
        _ = vault.run(other, .connectionEnded)
        vault.advance(120_000)
        _ = vault.run(other, .tick)
        #expect(try vault.state(id) == "waiting")
      }
    }
    try act()
    #expect(try vault.state(id) == "waiting", "and none ends it")
    _ = vault.run(maker, .connectionEnded)
    vault.advance(59_000)
    if way != .leave { try act() }
    vault.advance(1_000)
    _ = vault.run(maker, .tick)
    #expect(try vault.state(id) == (way.keeps ? "waiting" : "cancelled"))
  }

  @Test(.promise(.nobodyElseKeepsAlive))
  func `asker-alone: after a restart only the ticket keeps an attended request alive`() throws {
    let vault = try Fixture()
    try vault.furnish()
    for isShown in [false, true] {
      let (request, ticket) = try vault.request(by: vault.caller(Fixture.runner), attended: true)
      try vault.restart()
      let other = vault.caller(Fixture.runner)
      _ = vault.run(other, .observeRequest(request.id, ticket: isShown ? ticket : nil))
      vault.advance(60_000)
      _ = vault.run(other, .tick)
      #expect(try vault.state(request.id) == (isShown ? "waiting" : "cancelled"))
      if isShown {
        _ = vault.run(other, .connectionEnded)
        vault.advance(60_000)
        _ = vault.run(vault.caller(Fixture.runner), .tick)
        #expect(try vault.state(request.id) == "cancelled")
      }
    }
  }

  @Test(.promise(.nobodyElseKeepsAlive))
  func `asker-alone: of two connections that wait on a request either keeps it alive`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.request(by: maker, attended: true)
    let second = vault.caller(Fixture.runner)
    _ = vault.run(second, .observeRequest(request.id, ticket: ticket))
    _ = vault.run(maker, .connectionEnded)
    vault.advance(120_000)
    _ = vault.run(second, .tick)
    #expect(try vault.state(request.id) == "waiting")
    _ = vault.run(second, .connectionEnded)
    vault.advance(59_999)
    _ = vault.run(second, .tick)
    #expect(try vault.state(request.id) == "waiting")
    vault.advance(1)
    _ = vault.run(second, .tick)
    #expect(try vault.state(request.id) == "cancelled")
  }
}
