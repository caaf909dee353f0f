import Testing
import VaultCore
import VaultProtocol

@testable import envgate

@Suite struct ConsoleEnvironmentScreenTests {
  private static func terms(maxReads: Int) -> GateTerms {
    var terms = GateTerms()
    terms.exclusive = true
    terms.maxReads = maxReads
    return terms
  }

  @Test func `a list shows what protects each environment, who writes, and what shapes its grants`()
    throws
  {
    let guarded = try Self.environment(
      "production",
      VaultCore.Gate(
        protection: .reviewers([
          ReviewerRule(
            reviewers: [.user(name: "bob", uid: 1_001), .group(name: "ops", gid: 50)], required: 2)
        ]),
        requesters: .principals([.user(name: "ci", uid: 998)]),
        writers: [.user(name: "carol", uid: 1_002), .uid(7)], terms: Self.terms(maxReads: 1)))
    let open = try Self.environment(
      "development", VaultCore.Gate(protection: .unprotected, requesters: .any))
    let table = EnvironmentView.table(of: [
      EnvironmentView(environment: guarded, roles: [.admin, .writer]),
      EnvironmentView(environment: open, roles: []),
    ])
    #expect(
      table.lines(aligned: false, colours: false) == [
        "production\t2 of user:bob, group:ops\tuser:ci\tadmin, writer\t4\tuser:carol, uid:7\t"
          + "one at a time, 1 read a secret",
        "development\tunprotected\tany\t-\t4\t-\t-",
      ])
  }

  @Test func `what shapes a gate is told in words`() throws {
    let environment = try Self.environment(
      "production",
      VaultCore.Gate(
        protection: .unprotected, requesters: .any, writers: [.user(name: "carol", uid: 1_002)],
        terms: Self.terms(maxReads: 3)))
    let lines = EnvironmentView(environment: environment, roles: [.admin]).lines()
    for line in [
      "One grant at a time: waiting jobs take turns in the order in which their requests "
        + "were made.",
      "Under one grant each secret can be read at most 3 times.",
      "user:carol and admins may set its secrets. Only admins may edit its gate.",
    ] { #expect(lines.contains(line)) }
  }

  @Test(
    arguments: [
      (0, "no approved request was affected"), (1, "1 approved request went back to waiting"),
      (3, "3 approved requests went back to waiting"),
    ] as [(Int, String)])
  func `an edit shows the difference, then what it did to requests`(
    reset: Int, sentence: String
  ) throws {
    let view = EnvironmentChangedView(
      environment: EnvironmentView(environment: try Self.environment(), roles: []),
      changes: ["user:dan may approve, too", "a grant is readable for 10m, not 1h\u{1B}"],
      reset: reset)
    #expect(
      view.lines() == [
        "production is now at revision 4:", "  user:dan may approve, too",
        "  a grant is readable for 10m, not 1h\\u{1B}", sentence,
      ])
  }

  @Test func `an edit that changes nothing says so`() throws {
    let view = EnvironmentChangedView(
      environment: EnvironmentView(environment: try Self.environment(), roles: []), changes: [],
      reset: 0)
    #expect(view.lines() == ["nothing changed in production"])
  }

  @Test(
    arguments: [
      (2, 1, 1, "2 secrets and 1 variable; 1 request was cancelled"),
      (1, 0, 0, "1 secret and 0 variables; 0 requests were cancelled"),
    ] as [(Int64, Int64, Int64, String)])
  func `a deletion says how much went`(
    secrets: Int64, variables: Int64, cancelled: Int64, words: String
  ) {
    let view = EnvironmentDeletedView(
      name: "production", secrets: secrets, variables: variables, cancelled: cancelled,
      isErased: true)
    #expect(
      view.lines() == [
        "deleted production with \(words)",
        "the ciphertext is removed from the live database and its log; backups and storage media are not "
          + "erased",
      ])
  }

  @Test func `a deletion that is not erased yet says what that means`() {
    let view = EnvironmentDeletedView(
      name: "production", secrets: 1, variables: 0, cancelled: 0, isErased: false)
    #expect(
      view.lines().last
        == "the value can no longer be read, but its ciphertext may still be in the database or its "
        + "log; the daemon keeps trying to remove it")
  }

  @Test func `somebody's places are told one a row, a stale one as such`() {
    let table = PrincipalPlaceView.table(of: [
      .init(
        cursor: 0, environment: nil, roles: ["admin", "auditor"], stored: "user:alice (uid 1000)",
        isStale: false, requests: [], reviews: []),
      .init(
        cursor: 3, environment: "production", roles: ["writer", "reviewer of rule 1"],
        stored: "user:alice (uid 1000)", isStale: true, requests: [41, 42], reviews: [40]),
      .init(
        cursor: 4, environment: "staging", roles: [], stored: "", isStale: false, requests: [7],
        reviews: []),
    ])
    #expect(
      table.lines(aligned: false, colours: false) == [
        "the configuration\tadmin, auditor\tuser:alice (uid 1000)\t-\t-",
        "production\twriter, reviewer of rule 1\tuser:alice (uid 1000): stale\t41 42\t40",
        "staging\t-\t-\t7\t-",
      ])
  }

  @Test func `who was taken out is told, and what the configuration still gives them`() {
    let view = PrincipalRemovedView(
      principal: "user:alice", environments: ["production", "staging"], reset: 0, cancelled: 1,
      revoked: 2, standing: ["admin", "auditor"])
    #expect(
      view.lines() == [
        "removed user:alice from production, staging",
        "1 request cancelled, 2 grants revoked, 0 approved requests back to waiting",
        "the configuration still makes user:alice admin and auditor: edit the configuration, and reload the daemon",
      ])
    let nobody = PrincipalRemovedView(
      principal: "uid:7", environments: [], reset: 0, cancelled: 0, revoked: 0, standing: [])
    #expect(nobody.lines().first == "no gate names uid:7")
    #expect(nobody.lines().count == 2)
  }

  static func environment(
    _ name: String = "production",
    _ gate: VaultCore.Gate = VaultCore.Gate(protection: .unprotected, requesters: .any)
  ) throws -> Environment {
    Environment(
      id: 3, name: try EnvironmentName(name), revision: 4, gate: gate,
      created: 1_769_862_896_789, creator: 0)
  }
}
