import Promises
import VaultCalls
import VaultCore
import VaultStore
import Testing

@testable import VaultEngine

/// An edit of a gate below which many requests wait: decided at once, written in slices.
@Suite struct GateEditSliceTests {
  private struct Crowd {
    let vault: Fixture
    let maker: Caller
    let approved: [AccessRequest]
    let waiting: [AccessRequest]
    var ids: [Int64] { (approved + waiting).map(\.id) }
  }

  /// Six approved requests and five that wait; two rows a commit.
  private func crowd() throws -> Crowd {
    let vault = try Fixture()
    try vault.furnish()
    vault.slice = 2
    let maker = vault.caller(Fixture.runner)
    return Crowd(
      vault: vault, maker: maker,
      approved: try (0..<6).map { _ in try vault.approvedRequest(by: maker).request },
      waiting: try (0..<5).map { _ in try vault.request(by: maker).request })
  }

  private func lagging(_ crowd: Crowd) throws -> Int {
    try crowd.ids.count { try crowd.vault.engine.rows.request($0)?.gateRevision == 1 }
  }

  private func resets(_ vault: Fixture) throws -> [Int64] {
    try vault.audit().filter { $0.event == .requestReset }.compactMap(\.request)
  }

  @Test(.promise(.revisionDecidesAtOnce))
  func `what-was-approved: an edit counts for every request at once, whose row is still to come`()
    throws
  {
    let crowd = try crowd()
    let vault = crowd.vault
    let active = crowd.approved[0]
    #expect(vault.run(crowd.maker, .activate(request: active.id, ticket: nil)).state == "active")
    #expect(try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 }.edited?.reset == 5)
    #expect(try lagging(crowd) > 5)
    #expect(vault.engine.hasBacklog)
    let last = try #require(crowd.approved.last)
    let waits = try #require(crowd.waiting.last)
    let bob = vault.caller(Fixture.bob)
    // All in one batch, so that none of them finds what an earlier commit has written.
    let replies = vault.batch([
      (crowd.maker, .activate(request: last.id, ticket: nil)),
      (crowd.maker, .readGrant(request: active.id, ticket: nil, after: nil)),
      (bob, .approve(request: waits.id, digest: waits.digest, comment: "")),
    ])
    #expect(replies[0].isGateWaiting)
    #expect(replies[1].refusal == .gateChanged(id: active.id))
    #expect(replies[2].refusal == .digestMismatch(id: waits.id))
    #expect(try lagging(crowd) > 0)
    guard
      case .requests(let listed, _) = vault.run(
        crowd.maker, .listRequests(RequestList(limit: 50)))
    else { throw Unexpected("no list") }
    for answer in listed where answer.request.id != active.id {
      #expect(answer.request.state == .waiting && answer.request.reviews.isEmpty)
      #expect(answer.request.gateRevision == 2)
      // The digest of what is shown is the one that an approval needs.
      let approve = Action.approve(
        request: answer.request.id, digest: answer.request.digest, comment: "")
      #expect(vault.run(bob, approve).state == "approved")
    }
  }

  @Test func `what an edit has decided goes on by empty batches, each row once and on the record`()
    throws
  {
    let crowd = try crowd()
    let vault = crowd.vault
    try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 }
    // A second edit before the first is through.
    try vault.edit("production") { $0.terms[\.clocks.grant] = 50_000 }
    var batches = 0
    while vault.engine.hasBacklog, batches < 20 {
      #expect(vault.engine.commit([], now: vault.now).changedRequests.count <= 2)
      batches += 1
    }
    #expect(!vault.engine.hasBacklog)
    for id in crowd.ids {
      let request = try #require(try vault.engine.rows.request(id))
      #expect(request.gateRevision == 3 && request.state == .waiting && request.reviews.isEmpty)
    }
    let reset = try resets(vault)
    #expect(Set(reset) == Set(crowd.ids))
    #expect(reset.count <= crowd.ids.count + 4)
    try vault.restart()
    #expect(try vault.verification().isVerified)
  }

  @Test(.promise(.revisionDecidesAtOnce))
  func `a restart between two slices goes on where it was`() throws {
    let crowd = try crowd()
    let vault = crowd.vault
    try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 }
    let left = try lagging(crowd)
    #expect(left > 0)
    try vault.restart()
    #expect(vault.engine.hasBacklog)
    let last = try #require(crowd.approved.last)
    let (_, ticket) = try vault.request(by: crowd.maker)
    #expect(
      vault.run(crowd.maker, .activate(request: last.id, ticket: ticket)).refusal
        == .ticketRequired(id: last.id))
    while vault.engine.hasBacklog { _ = vault.engine.commit([], now: vault.now) }
    #expect(try lagging(crowd) == 0)
    #expect(try Set(resets(vault)) == Set(crowd.ids))
    #expect(try vault.verification().isVerified)
  }

  @Test
  func `a request whose clock ran out before its row came is expired, and not given more time`()
    throws
  {
    let crowd = try crowd()
    let vault = crowd.vault
    try vault.edit("production") { $0.terms[\.clocks.request] = 86_400_000 - 1 }
    vault.advance(86_400_001)
    while vault.engine.hasBacklog { _ = vault.engine.commit([], now: vault.now) }
    // Those that were written with the edit end with the next second, as ever.
    _ = vault.run(crowd.maker, .tick)
    for id in crowd.ids { #expect(try vault.engine.rows.request(id)?.state.isLive == false) }
  }
}
