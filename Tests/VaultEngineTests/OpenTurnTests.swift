import SecretMemory
import Testing
import VaultCore

@testable import VaultEngine

/// An exclusive environment in which nobody approves: a place is a matter of standing there.
@Suite struct OpenTurnTests {
  private struct Job {
    let caller: Caller
    let id: Int64
    let ticket: SecretBuffer
  }

  private let vault: Fixture

  init() throws {
    vault = try Fixture()
    try vault.create(
      "open",
      Gate(
        protection: .unprotected, requesters: .principals([.uid(Fixture.runner)]), exclusive: true))
  }

  private func job(attended: Bool = false) throws -> Job {
    let caller = vault.caller(Fixture.runner)
    let made = try vault.request(by: caller, attended: attended, environment: "open")
    return Job(caller: caller, id: made.request.id, ticket: made.ticket)
  }

  private func stand(_ job: Job, by caller: Caller? = nil) -> CommandReply {
    vault.run(
      caller ?? job.caller, .activate(request: job.id, ticket: job.ticket, waits: true))
  }

  @Test func `turns: requests that were hoarded go behind whoever stands there already`() throws {
    let hoard = try (0..<10).map { _ in try job() }
    let holder = try job()
    #expect(stand(holder).state == "active")
    let honest = try job(attended: true)
    #expect(stand(honest).queued?.before == 0)
    for (index, job) in hoard.reversed().enumerated() {
      let tried = vault.run(job.caller, .activate(request: job.id, ticket: nil))
      guard case .grantBusy(_, let turn, nil)? = tried.refusal else { throw Unexpected("\(tried)") }
      #expect(turn.before == index + 1)
      #expect(stand(job).queued?.before == index + 1)
    }
    // Whoever goes and comes back has kept nothing.
    _ = vault.run(honest.caller, .connectionEnded)
    #expect(stand(honest, by: vault.caller(Fixture.runner)).queued?.before == 10)
    _ = vault.run(
      holder.caller, .closeGrant(request: holder.id, ticket: nil, outcome: .success))
    #expect(stand(hoard[0]).queued != nil)
    #expect(stand(hoard[9]).state == "active")
  }

  @Test func `turns: after a restart those who come back are first, by their requests`()
    throws
  {
    let holder = try job(attended: true)
    #expect(stand(holder).state == "active")
    let jobs = try (0..<3).map { _ in try job(attended: true) }
    let hoarded = try job()
    for job in jobs.reversed() { #expect(stand(job).queued != nil) }
    try vault.restart()
    #expect(stand(hoarded, by: vault.caller(Fixture.runner)).queued?.before == 3)
    #expect(stand(jobs[1], by: vault.caller(Fixture.runner)).queued?.before == 1)
    // The others have not come: they hold up nobody after a minute, and then come last.
    vault.advance(60_000)
    _ = vault.run(vault.caller(0), .tick)
    _ = vault.run(
      vault.caller(Fixture.admin), .revokeRequest(holder.id))
    #expect(stand(jobs[0], by: vault.caller(Fixture.runner)).refusal != nil)
    #expect(stand(hoarded, by: vault.caller(Fixture.runner)).queued?.before == 1)
    #expect(stand(jobs[1], by: vault.caller(Fixture.runner)).state == "active")
  }
}
