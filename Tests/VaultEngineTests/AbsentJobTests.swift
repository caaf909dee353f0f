import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// What a reviewer should know of a request before they answer: whether anybody waits for it, and whether its versions
/// are still the current ones.
@Suite struct AbsentJobTests {
  private func answer(_ id: Int64, in vault: Fixture) throws -> RequestAnswer {
    guard case .request(let answer) = vault.run(vault.caller(Fixture.bob), .getRequest(id)) else {
      throw Unexpected("no request")
    }
    return answer
  }

  @Test func `a request whose job is gone says since when nobody waits and when that ends it`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.request(by: maker, attended: true)
    #expect(try answer(request.id, in: vault).absence == nil)
    let left = vault.now.wall
    _ = vault.run(maker, .connectionEnded)
    vault.advance(20_000)
    #expect(
      try answer(request.id, in: vault).absence == AbsenceView(since: left, ends: left + 60_000))
    guard
      case .requests(let listed, _) = vault.run(
        vault.caller(Fixture.bob), .listRequests(RequestList(limit: 10)))
    else { throw Unexpected("no list") }
    #expect(listed.map { $0.absence?.since } == [left])
    // Its job comes back with the ticket, and somebody waits again.
    _ = vault.run(vault.caller(Fixture.runner), .observeRequest(request.id, ticket: ticket))
    #expect(try answer(request.id, in: vault).absence == nil)
  }

  @Test
  func `an approved request whose job is gone says so too, one that nobody need wait for does not`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker, attended: true)
    _ = vault.run(
      vault.caller(Fixture.bob),
      .approve(request: request.id, digest: request.digest, comment: ""))
    #expect(try vault.state(request.id) == "approved")
    let detached = try #require(
      vault.run(maker, try vault.makes("production", attended: false)).request)
    _ = vault.run(maker, .connectionEnded)
    #expect(try answer(request.id, in: vault).absence != nil)
    #expect(try answer(detached.id, in: vault).absence == nil)
  }

  @Test func `a request names the current version of a secret that is pinned to another one`()
    throws
  {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(), secrets: ["TOKEN", "OTHER"])
    let maker = vault.caller(Fixture.runner)
    let request = try #require(
      vault.run(maker, try vault.makes("production", secrets: ["OTHER", "TOKEN"])).request)
    #expect(try answer(request.id, in: vault).current == [:])
    _ = try vault.set("production", "TOKEN", "new")
    #expect(try answer(request.id, in: vault).current == [try SecretName("TOKEN"): 2])
    _ = try vault.deleteSecret("production", "OTHER")
    #expect(try answer(request.id, in: vault).current == [:])
  }
}
