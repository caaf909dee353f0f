import Promises
import Testing
import VaultCore
@testable import VaultEngine

/// The rolling share of the record that reads without a request have.
@Suite struct DirectReadShareTests {
  private static let hour: Int64 = 3_600_000

  @Test(.promise(.recordHasShares))
  func
    `an account reads directly so often a day, others go on, and a restart gives no fresh share`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(Fixture.bob)]))
    vault.configuration.directReadsPerDay = 4
    try vault.restart()
    let (runner, bob) = (vault.caller(Fixture.runner), vault.caller(Fixture.bob))
    let read = try vault.getAction("development")
    #expect(vault.run(runner, read).released != nil)
    vault.advance(2 * Self.hour)
    // A batch sees itself.
    let replies = vault.batch((0..<5).map { _ in (runner, read) })
    #expect(replies.filter { $0.released != nil }.count == 3)
    let end = (vault.now.wall / Self.hour - 2 + 25) * Self.hour
    let refusal = Refusal.recordLimit(limit: 4, until: end, after: end - vault.now.wall)
    #expect(vault.run(runner, read).refusal == refusal)
    #expect(vault.run(bob, read).released != nil)
    try vault.restart()
    #expect(vault.run(runner, read).refusal == refusal)
    // Reads under a grant are bounded by the grant.
    let (request, _) = try vault.approvedRequest(by: runner)
    _ = vault.run(runner, .activate(request: request.id, ticket: nil))
    let page = vault.run(runner, .readGrant(request: request.id, ticket: nil, after: nil))
    #expect(page.refusal == nil)
    // The first read leaves the window, the other three later.
    vault.advance(end - vault.now.wall)
    #expect(vault.run(runner, read).released != nil)
    #expect(vault.run(runner, read).refusal != nil)
    vault.advance(2 * Self.hour)
    #expect(vault.run(runner, read).released != nil)
  }

  @Test func `a clock that was set back neither frees a share nor locks it for longer than a day`()
  {
    var shares = DirectReadShares()
    let now = 1_000 * Self.hour
    shares.add(3, by: .account(7), at: now + 500 * Self.hour)
    #expect(shares.end(of: 3, for: .account(7), besides: 0, at: now) == now + 25 * Self.hour)
    #expect(shares.end(of: 4, for: .account(7), besides: 0, at: now) == nil)
    #expect(shares.end(of: 4, for: .account(7), besides: 1, at: now) != nil)
    shares.add(1, by: .account(7), at: now)
    #expect(shares.end(of: 4, for: .account(7), besides: 0, at: now + 24 * Self.hour) != nil)
    #expect(shares.end(of: 4, for: .account(7), besides: 0, at: now + 25 * Self.hour) == nil)
  }

  @Test func `a commit that fails spends no share`() throws {
    let vault = try Fixture()
    try vault.furnish()
    vault.engine.draft.work.directReads[.account(7)] = 2
    vault.engine.take(.rollBack)
    #expect(vault.engine.draft.work.directReads.isEmpty)
  }
}
