import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// Environments as they are made and seen: a gate is judged before it is written, and a list shows only
/// where somebody has a role.
@Suite struct EnvironmentListTests {
  private func list(_ vault: Fixture, by uid: UInt32, limit: Int) throws -> [String] {
    var names: [String] = []
    var after: Int64 = 0
    for _ in 0..<20 {
      let reply = vault.run(vault.caller(uid), .listEnvironments(after: after, limit: limit))
      guard case .environments(let answers, let next) = reply else { throw Unexpected("\(reply)") }
      #expect(answers.count <= limit)
      #expect(answers.allSatisfy { !$0.roles.isEmpty })
      names += answers.map(\.environment.name.text)
      guard let next else { return names }
      #expect(next > after)
      after = next
    }
    throw Unexpected("the list has no end")
  }

  @Test(arguments: [1, 2, 10])
  func `a list shows the environments in which somebody has a role, and no other`(limit: Int) throws
  {
    let vault = try Fixture(auditors: [.uid(5)])
    let runner = Requesters.principals([.uid(Fixture.runner)])
    let other = Requesters.principals([.uid(2000)])
    try vault.create("one", Gate(protection: .unprotected, requesters: other))
    try vault.create("two", Gate(protection: .unprotected, requesters: runner))
    try vault.create("three", vault.reviewed(by: [Fixture.bob]))
    try vault.create(
      "four", Gate(protection: .unprotected, requesters: other, writers: [.uid(3000)]))
    let all = ["one", "two", "three", "four"]
    for (uid, expected) in [
      (Fixture.admin, all), (5, all), (Fixture.runner, ["two", "three"]), (Fixture.bob, ["three"]),
      (2000, ["one", "four"]), (3000, ["four"]), (4242, []),
    ] {
      #expect(try list(vault, by: uid, limit: limit) == expected, "uid \(uid)")
    }
  }

  @Test func `a gate that could never be met is not created, nor one of a name that is taken`()
    throws
  {
    let vault = try Fixture()
    let admin = vault.caller(Fixture.admin)
    let name = try EnvironmentName("production")
    for gate in [
      vault.reviewed(by: [Fixture.bob], required: 2), vault.reviewed(by: []),
      Gate(protection: .unprotected, requesters: .principals([])),
    ] {
      let records = try vault.audit().count
      guard case .gateInvalid? = vault.run(admin, .createEnvironment(name, gate)).refusal else {
        Issue.record("created with \(gate)")
        continue
      }
      #expect(vault.run(admin, .getEnvironment(name)).refusal == .environmentUnknown("production"))
      // The refusal itself, once.
      #expect(try vault.audit().dropFirst(records).allSatisfy { $0.event == .refused })
    }
    try vault.create("production", vault.reviewed())
    #expect(
      vault.run(admin, .createEnvironment(try EnvironmentName("Production"), vault.reviewed()))
        .refusal == .environmentExists("Production"))
  }
}
