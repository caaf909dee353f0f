import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// Refusals are on the record, and nobody fills the record by being refused.
@Suite struct RefusalRecordTests {
  private func refusals(_ vault: Fixture) throws -> [AuditRecord] {
    try vault.audit().filter { $0.event == .refused }
  }

  private func counted(_ vault: Fixture) throws -> Int {
    try refusals(vault).reduce(0) { $0 + (Int($1.details.last?.value ?? "") ?? 0) }
  }

  @Test(.promise(.recordedRefusalsAreBounded))
  func `one account has so many kinds a minute on the record, the rest is counted as one`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let stranger = vault.caller(4242)
    let calls = (0..<300).map { index in
      RefusedCalls(
        subject: stranger.subject, isNobody: false, method: "method.\(index)",
        reason: "limit.rate", count: 2)
    }
    _ = vault.run(stranger, .noteRefusals(calls))
    #expect(try refusals(vault).count == 16)
    vault.advance(60_000)
    _ = vault.run(stranger, .tick)
    #expect(try refusals(vault).count == 17)
    // Not one of them is lost.
    #expect(try counted(vault) == 600)
    // And another account's first is told at once all the same.
    _ = vault.run(vault.caller(4243), try vault.getAction("development"))
    #expect(try refusals(vault).last?.uid == 4243)
  }

  @Test(.promise(.recordedRefusalsAreBounded))
  func `all whom the account database does not know have one account's part`() throws {
    let vault = try Fixture()
    try vault.furnish()
    for uid in UInt32(100_000)..<100_200 {
      let nobody = Caller(
        uid: uid, kernelGroups: [], isOverflow: false, connection: UInt64(uid), account: .nobody)
      guard vault.run(nobody, try vault.getAction("development")).refusal != nil else {
        Issue.record("nobody was served")
        return
      }
    }
    #expect(try refusals(vault).count == 16)
    vault.advance(60_000)
    _ = vault.run(vault.caller(4242), .tick)
    #expect(try counted(vault) == 200)
  }

  @Test(.promise(.recordedRefusalsAreBounded))
  func `however many accounts are refused, a minute has a bounded number of records`() throws {
    let vault = try Fixture()
    try vault.furnish()
    for uid in UInt32(10_000)..<11_000 {
      _ = vault.run(vault.caller(uid), try vault.getAction("development"))
    }
    #expect(try refusals(vault).count == 256)
    vault.advance(60_000)
    _ = vault.run(vault.caller(4242), .tick)
    #expect(try counted(vault) == 1_000)
  }

  @Test func `a call that is refused before its principals are looked up is recorded as that call`()
    throws
  {
    let vault = try Fixture()
    let stranger = vault.caller(4242)
    let methods = Method.allCases.filter { [.named, .recorded, .copied].contains($0.traits.way) }
    #expect(methods.count == 8)
    for method in methods { #expect(vault.run(stranger, .authorize(method)).isAccessDenied) }
    #expect(
      try refusals(vault).map { $0.details.map(\.value) }
        == methods.map { [$0.rawValue, "access.denied", "1"] })
  }

  @Test func `what a limit refuses is on the record`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let runner = vault.caller(Fixture.runner)
    for _ in 0..<52 { _ = try? vault.request(by: runner) }
    #expect(
      try refusals(vault).last?.details.map(\.value) == ["request.create", "limit.requests", "1"])
  }
}
