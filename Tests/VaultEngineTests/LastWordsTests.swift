import Promises
import Testing
import VaultCore
@testable import VaultEngine

/// What a connection said last and its end may come in one batch: a job that is killed at that moment
/// leaves nothing that nobody holds.
@Suite struct `A connection that ends in the batch of its last words` {
  private func furnished() throws -> Fixture {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed(exclusive: true))
    return vault
  }

  @Test(.promise(.lastWordsAreUndone))
  func `holds no grant that it activated`() throws {
    let vault = try furnished()
    let (request, ticket) = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    let job = vault.caller(Fixture.runner)
    let replies = vault.batch([
      (job, .activate(request: request.id, ticket: ticket)), (job, .connectionEnded),
    ])
    #expect(replies[0].state == "active")
    #expect(try vault.seen(request.id).state == .closed(.abandoned))
    _ = try vault.grant(by: vault.caller(Fixture.runner))
  }

  @Test func `nor one that it resumed`() throws {
    let vault = try furnished()
    let (id, ticket) = try vault.grant(by: vault.caller(Fixture.runner))
    try vault.restart()
    let job = vault.caller(Fixture.runner)
    _ = vault.batch([(job, .resumeGrant(request: id, ticket: ticket)), (job, .connectionEnded)])
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }

  @Test func `keeps no environment taken as a lifeline`() throws {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: maker)
    let lifeline = vault.caller(Fixture.runner)
    _ = vault.batch([
      (lifeline, .holdGrant(request: id, ticket: ticket)), (lifeline, .connectionEnded),
    ])
    _ = vault.run(maker, .connectionEnded)
    #expect(try vault.seen(id).state == .closed(.abandoned))
  }

  @Test(.promise(.lastWordsAreUndone))
  func `attends nothing that it asked for or waited on`() throws {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let create = try vault.makes("production", attended: true)
    let made = vault.batch([(maker, create), (maker, .connectionEnded)])
    let id = try #require(made[0].request?.id)
    vault.advance(VaultEngine.attendedGrace - 1)
    let onlooker = vault.caller(Fixture.runner)
    _ = vault.batch([(onlooker, .observeRequest(id)), (onlooker, .connectionEnded)])
    vault.advance(VaultEngine.attendedGrace)
    _ = vault.run(maker, .tick)
    #expect(try vault.state(id) == "cancelled")
  }

  @Test func `closes its grant as it said, and not as abandoned`() throws {
    let vault = try furnished()
    let job = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: job)
    _ = vault.batch([
      (job, .closeGrant(request: id, ticket: nil, outcome: .success)), (job, .connectionEnded),
    ])
    #expect(try vault.seen(id).state == .closed(.success))
  }
}
