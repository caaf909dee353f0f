import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
@testable import VaultStore

/// An environment that goes takes its secrets and its key with it and leaves its history; one of its name
/// that comes later has nothing of it.
@Suite struct EnvironmentDeletionTests {
  private func deletion(_ reply: CommandReply) throws -> EnvironmentDeletedView {
    guard case .environmentDeleted(let deletion) = reply else { throw Unexpected("\(reply)") }
    return deletion
  }

  @Test func `an environment with active grants is not deleted, and nothing of it is`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (waiting, _) = try vault.request(by: maker)
    let (id, ticket) = try vault.grant(by: maker, hold: .ticket)
    let records = try vault.audit().count
    #expect(
      try vault.delete("production").refusal == .environmentInUse("production", grants: 1))
    #expect(try vault.audit().count == records)
    #expect(try vault.state(waiting.id) == "waiting")
    let read = Action.readGrant(request: id, ticket: ticket, after: nil)
    #expect(vault.run(maker, read).released == ["value of production"])
    // A grant that is closed in the same batch holds nothing up.
    let replies = vault.batch([
      (maker, .closeGrant(request: id, ticket: ticket, outcome: .success)),
      (vault.caller(Fixture.admin), .deleteEnvironment(try EnvironmentName("production"))),
    ])
    #expect(try deletion(replies[1]).cancelled == 1)
    #expect(vault.run(maker, read).refusal == .gateChanged(id: id))
  }

  @Test func `what waits or is approved is cancelled, and what went is counted`() throws {
    let vault = try Fixture()
    try vault.furnish()
    try vault.set("production", "SECOND", "s")
    try vault.set("production", "GONE", "g")
    _ = try vault.deleteSecret("production", "GONE")
    try vault.setVariable("production", "REGION", "north")
    let maker = vault.caller(Fixture.runner)
    let (waiting, _) = try vault.request(by: maker)
    let (approved, ticket) = try vault.approvedRequest(by: maker)
    let went = try deletion(try vault.delete("production"))
    #expect((went.secrets, went.variables, went.cancelled) == (2, 1, 2))
    #expect(went.isErased)
    for id in [waiting.id, approved.id] { #expect(try vault.state(id) == "cancelled") }
    #expect(
      vault.run(maker, .activate(request: approved.id, ticket: ticket)).refusal
        == .gateChanged(id: approved.id))
    #expect(
      vault.run(maker, try vault.getAction("production")).refusal
        == .environmentUnknown("production"))
    #expect(try vault.delete("production").refusal == .environmentUnknown("production"))
    try vault.restart()
    #expect(try vault.verification().isVerified)
  }

  @Test func `history stays with the requester, the admin and the auditor, and with nobody else`()
    throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = try vault.delete("production")
    func seen(_ uid: UInt32) -> [Int64] {
      let reply = vault.run(vault.caller(uid), .listRequests(RequestList(limit: 10)))
      guard case .requests(let answers, _) = reply else { return [-1] }
      return answers.map(\.request.id)
    }
    for uid in [Fixture.runner, Fixture.admin, 5] {
      #expect(vault.run(vault.caller(uid), .getRequest(request.id)).state == "cancelled")
      #expect(seen(uid) == [request.id])
    }
    for uid in [Fixture.bob, 2000, 4242] {
      #expect(
        vault.run(vault.caller(uid), .getRequest(request.id)).refusal
          == .requestUnknown(request.id))
      #expect(seen(uid) == [])
    }
  }

  @Test(.promise(.remadeEnvironment), .enabled(if: Fixture.usualSlice >= 16))
  func `an environment of the same name is another one, and old requests never reach it`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let old = try vault.environment("production")
    let maker = vault.caller(Fixture.runner)
    let bob = vault.caller(Fixture.bob)
    let (waiting, _) = try vault.request(by: maker)
    let (approved, ticket) = try vault.approvedRequest(by: maker)
    let (closed, _) = try vault.grant(by: maker)
    _ = vault.run(maker, .closeGrant(request: closed, ticket: nil, outcome: .success))
    let replies = vault.batch([
      (vault.caller(Fixture.admin), .deleteEnvironment(old.name)),
      (vault.caller(Fixture.admin), .createEnvironment(old.name, old.gate)),
    ])
    guard case .environment(let made) = replies[1] else {
      Issue.record("\(replies[1])")
      return
    }
    #expect(made.environment.id > old.id)
    #expect(made.environment.revision == old.revision)
    try vault.set("production", "AZURE_CREDENTIALS", "of the new one")
    for id in [waiting.id, approved.id, closed] {
      for ticket in [nil, ticket] {
        #expect(vault.run(maker, .activate(request: id, ticket: ticket)).refusal != nil)
        #expect(
          vault.run(maker, .readGrant(request: id, ticket: ticket, after: nil)).refusal != nil)
        #expect(
          vault.run(
            maker, try vault.get("production", "AZURE_CREDENTIALS", of: id, ticket: ticket)
          ).refusal != nil)
      }
    }
    #expect(
      vault.run(
        bob, .approve(request: waiting.id, digest: waiting.digest, comment: "")
      ).refusal == .requestUnknown(waiting.id))
    guard
      case .requests(let listed, _) = vault.run(
        maker, .listRequests(RequestList(environment: old.name, limit: 10)))
    else {
      Issue.record("no list")
      return
    }
    #expect(listed.isEmpty)
    #expect(try vault.versions("production", "AZURE_CREDENTIALS").map(\.version) == [1])
  }

  @Test(.promise(.remadeEnvironment))
  func `a ciphertext of the deleted one, put into the new one, opens nothing`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let old = try vault.environment("development")
    let record = try #require(try vault.ciphertext(old.id, "AZURE_CREDENTIALS", 1))
    let wrap = try #require(
      try vault.engine.store.wraps(kind: 1, id: old.id, generation: 1).first)
    _ = try vault.delete("development")
    #expect(try !vault.engine.store.wraps().contains { $0.place.key == wrap.place.key })
    let new = try vault.create("development", old.gate, secrets: ["AZURE_CREDENTIALS"])
    vault.engine.close()
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    // The ciphertext alone, then its environment's key with it.
    for sql in [
      "UPDATE version SET record = x'\(hex(record))' WHERE environment = \(new.id)",
      "UPDATE wrap SET record = x'\(hex(wrap.record))' WHERE kind = 1 AND id = \(new.id) AND under = 1",
    ] {
      try SQLiteShell.run(vault.database, sql)
      try vault.restart()
      #expect(
        vault.run(
          vault.caller(Fixture.runner), try vault.getAction("development")
        ).refusal == .storageTampered)
      vault.engine.close()
    }
  }

  @Test func `a read before the deletion in one batch is released, one after it is not`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let runner = vault.caller(Fixture.runner)
    let read = try vault.getAction("development")
    let replies = vault.batch([
      (runner, read),
      (vault.caller(Fixture.admin), .deleteEnvironment(try EnvironmentName("development"))),
      (runner, read),
    ])
    #expect(replies[0].released == ["value of development"])
    #expect(try deletion(replies[1]).secrets == 1)
    #expect(replies[2].refusal == .environmentUnknown("development"))
  }

  @Test func `acknowledged-is-durable: what cannot be removed is not answered as erased`() throws {
    let vault = try Fixture()
    try vault.furnish()
    try vault.setVariable("development", "REGION", "north")
    let store = vault.engine.store
    let id = try vault.environment("development").id
    let row = try #require(try store.variables(environment: id, limit: 1).first)
    try store.begin()
    try store.put(
      SealedRow(
        row.table, row.columns, revision: row.revision, content: row.content,
        seal: row.seal.reversed()))
    try store.commit()
    let went = try deletion(try vault.delete("development"))
    #expect(!went.isErased)
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.getAction("development")).refusal
        == .environmentUnknown("development"))
  }
}
