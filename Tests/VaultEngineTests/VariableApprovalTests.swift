import Promises
import Testing
import VaultCore
@testable import VaultEngine

/// A variable steers a job that holds secrets, and whoever sets one need not be who may read them: an
/// approval is of the variables too.
@Suite struct `A variable that changes` {
  private func furnished() throws -> Fixture {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed())
    try vault.setVariable("production", "DATABASE_SERVER", "db.internal")
    return vault
  }

  private func delete(_ vault: Fixture) throws -> CommandReply {
    vault.run(
      vault.caller(Fixture.admin),
      .deleteVariable(
        environment: try EnvironmentName("production"), name: try SecretName("DATABASE_SERVER")))
  }

  @Test(.promise(.variablesAreApproved))
  func `sends approvals back, under another digest`() throws {
    for isDeleted in [false, true] {
      let vault = try furnished()
      let maker = vault.caller(Fixture.runner)
      let (approved, _) = try vault.approvedRequest(by: maker)
      let reply =
        isDeleted
        ? try delete(vault) : try vault.setVariable("production", "DATABASE_SERVER", "evil")
      #expect(reply.refusal == nil)
      let seen = try vault.seen(approved.id)
      #expect(seen.state == .waiting && seen.reviews.isEmpty && seen.digest != approved.digest)
      #expect(vault.run(maker, .activate(request: approved.id, ticket: nil)).isGateWaiting)
      let bob = vault.caller(Fixture.bob)
      #expect(
        vault.run(bob, .approve(request: seen.id, digest: approved.digest, comment: "")).refusal
          == .digestMismatch(id: seen.id))
    }
  }

  @Test(.promise(.variablesAreApproved))
  func `ends the reading of a grant, so that a job has both as approved or neither`() throws {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: maker)
    let read = Action.readGrant(request: id, ticket: nil, after: nil)
    #expect(vault.run(maker, read).released != nil)
    try vault.setVariable("production", "NEW_ONE", "evil")
    #expect(vault.run(maker, read).refusal == .gateChanged(id: id))
  }

  @Test func `is none where the value is the same`() throws {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (approved, _) = try vault.approvedRequest(by: maker)
    let sequence = vault.engine.trail.sequence
    try vault.setVariable("production", "DATABASE_SERVER", "db.internal")
    #expect(vault.engine.trail.sequence == sequence)
    #expect(vault.run(maker, .activate(request: approved.id, ticket: nil)).state == "active")
  }
}
