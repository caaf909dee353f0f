import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// Lists of requests, and events about them: what one may see, from new to old, a bounded piece at a time.
@Suite struct RequestListTests {
  private func list(
    _ vault: Fixture, by caller: Caller, _ filter: RequestList
  ) throws -> (ids: [Int64], pages: Int) {
    var filter = filter
    var ids: [Int64] = []
    var pages = 0
    while pages < 200 {
      let reply = vault.run(caller, .listRequests(filter))
      guard case .requests(let answers, let next) = reply else { throw Unexpected("\(reply)") }
      #expect(answers.count <= filter.limit)
      ids += answers.map(\.request.id)
      pages += 1
      guard let next else { break }
      #expect(next < filter.after ?? .max)
      filter = RequestList(
        environment: filter.environment, state: filter.state, secret: filter.secret,
        version: filter.version, since: filter.since, after: next, limit: filter.limit)
    }
    return (ids, pages)
  }

  @Test(.promise(.listsEndByBytes))
  func `a list ends after so many bytes of rows, and goes on where it ended`()
    throws
  {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 1_000, perRequester: 1_000)
    try vault.restart()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let runner = vault.caller(Fixture.runner)
    let other = vault.caller(2000)
    let long = String(repeating: "r", count: RequestContext.longestText)
    var own: [Int64] = []
    var all: [Int64] = []
    for number in 0..<100 {
      let caller = number % 5 == 0 ? runner : other
      let id = try vault.request(by: caller, reason: long).request.id
      all.insert(id, at: 0)
      if number % 5 == 0 { own.insert(id, at: 0) }
    }
    // What is invisible is passed over, and counts like the rest.
    for limit in [500, 7, 1] {
      let seen = try list(vault, by: runner, RequestList(limit: limit))
      #expect(seen.ids == own)
      #expect(seen.pages > 2)
      #expect(
        try list(vault, by: other, RequestList(limit: limit)).ids
          == all.filter { !own.contains($0) })
    }
    // A reviewer of it sees all, and who has no role nothing.
    let production = try EnvironmentName("production")
    let bob = vault.caller(Fixture.bob)
    #expect(try list(vault, by: bob, RequestList(environment: production, limit: 30)).ids == all)
    #expect(try list(vault, by: vault.caller(4242), RequestList(limit: 30)).ids == [])
  }

  @Test func `a list narrows by environment, state, secret, version and time`() throws {
    let vault = try Fixture()
    try vault.create("one", vault.reviewed(), secrets: ["A", "B"])
    try vault.create("two", vault.reviewed(), secrets: ["A"])
    let maker = vault.caller(Fixture.runner)
    func make(_ environment: String, _ secrets: [String]? = nil) throws -> Int64 {
      try #require(vault.run(maker, try vault.makes(environment, secrets: secrets)).request?.id)
    }
    let first = try make("one")
    let second = try make("one", ["B"])
    try vault.set("one", "A", "second")
    vault.advance(10_000)
    let noon = vault.now.wall
    let third = try make("one", ["A"])
    let fourth = try make("two")
    _ = vault.run(vault.caller(Fixture.admin), .cancelRequest(fourth, ticket: nil))
    let one = try EnvironmentName("one")
    let a = try SecretName("A")
    for (filter, expected) in [
      (RequestList(limit: 9), [fourth, third, second, first]),
      (RequestList(environment: one, limit: 9), [third, second, first]),
      (RequestList(state: "cancelled", limit: 9), [fourth]),
      (RequestList(secret: a, limit: 9), [fourth, third, first]),
      (RequestList(environment: one, secret: a, version: 1, limit: 9), [first]),
      (RequestList(secret: a, version: 2, limit: 9), [third]),
      (RequestList(since: noon, limit: 9), [fourth, third]),
      (RequestList(secret: a, since: noon + 1, limit: 9), []),
      (RequestList(after: third, limit: 9), [second, first]),
    ] {
      #expect(try list(vault, by: vault.caller(Fixture.admin), filter).ids == expected)
    }
  }

  @Test func `an event about a request reaches only who may see the request`() throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let (own, _) = try vault.request(by: vault.caller(Fixture.runner))
    let (other, _) = try vault.approvedRequest(by: vault.caller(2000))
    func followed(_ uid: UInt32) throws -> [Int64] {
      let reply = vault.run(
        vault.caller(uid), .follow([own.id, 999, other.id, own.id]))
      guard case .followed(let requests) = reply else { throw Unexpected("\(reply)") }
      #expect(
        requests.allSatisfy { $0.state.text == ($0.id == own.id ? "waiting" : "approved") })
      return requests.map(\.id)
    }
    #expect(try followed(Fixture.runner) == [own.id, own.id])
    #expect(try followed(2000) == [other.id])
    #expect(try followed(4242) == [])
    for uid in [Fixture.bob, Fixture.admin, 5] {
      #expect(try followed(uid) == [own.id, other.id, own.id])
    }
  }
}
