import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// Settings that are no secrets: in the clear, and sealed all the same, since they decide where a job goes.
@Suite struct VariableTests {
  private func furnished() throws -> Fixture {
    let vault = try Fixture()
    try vault.create("production", vault.reviewed())
    return vault
  }

  private func list(
    _ vault: Fixture, by caller: Caller? = nil, after: String? = nil, limit: Int = 500
  ) throws -> (values: [String: String], next: String?) {
    let reply = vault.run(
      caller ?? vault.caller(Fixture.runner),
      .listVariables(
        environment: try EnvironmentName("production"), after: try after.map { try SecretName($0) },
        limit: limit))
    guard case .variables(let variables, let next) = reply else { throw Unexpected("\(reply)") }
    let pairs = variables.map { ($0.name.text, $0.value) }
    return (Dictionary(uniqueKeysWithValues: pairs), next?.text)
  }

  private func delete(_ vault: Fixture, _ name: String) throws -> CommandReply {
    vault.run(
      vault.caller(Fixture.admin),
      .deleteVariable(environment: try EnvironmentName("production"), name: try SecretName(name)))
  }

  @Test func `a variable is set, changed, read by who may see the environment, and deleted`() throws
  {
    let vault = try furnished()
    guard case .variable(let first) = try vault.setVariable("production", "REGION", "north") else {
      Issue.record("not set")
      return
    }
    #expect((first.name.text, first.value, first.revision) == ("REGION", "north", 1))
    guard case .variable(let second) = try vault.setVariable("production", "REGION", "süd") else {
      Issue.record("not set again")
      return
    }
    #expect(second.revision == 2)
    try vault.setVariable("production", "EMPTY", "")
    #expect(try list(vault).values == ["REGION": "süd", "EMPTY": ""])
    try vault.restart()
    #expect(try list(vault, by: vault.caller(Fixture.bob)).values.count == 2)
    #expect(throws: Unexpected.self) { try list(vault, by: vault.caller(4242)) }
    #expect(try delete(vault, "REGION").refusal == nil)
    #expect(
      try delete(vault, "REGION").refusal
        == .variableUnknown(environment: "production", name: "REGION"))
    #expect(try list(vault).values == ["EMPTY": ""])
    let events = try vault.audit().map(\.event)
    #expect(
      events.filter { $0 == .variableSet || $0 == .variableDeleted }
        == [.variableSet, .variableSet, .variableSet, .variableDeleted])
    try vault.restart()
    #expect(try list(vault).values == ["EMPTY": ""])
  }

  @Test func `a variable's value stands in no record`() throws {
    let vault = try furnished()
    try vault.setVariable("production", "REGION", "a value to look for")
    for record in try vault.audit() {
      #expect(!record.details.contains { $0.value.contains("to look for") })
    }
  }

  @Test func `one name is a secret or a variable, never both`() throws {
    let vault = try furnished()
    try vault.setVariable("production", "REGION", "north")
    let admin = vault.caller(Fixture.admin)
    #expect(
      try vault.setVariable("production", "TOKEN", "x").refusal
        == .nameTaken(environment: "production", name: "TOKEN", by: "secret"))
    #expect(
      vault.run(admin, try vault.setAction("production", "REGION", "x")).refusal
        == .nameTaken(environment: "production", name: "REGION", by: "variable"))
    // A name that is free again is free for either, in one batch too.
    let production = try EnvironmentName("production")
    let token = try SecretName("TOKEN")
    let replies = vault.batch([
      (admin, .deleteSecret(environment: production, name: token)),
      (admin, .setVariable(environment: production, name: token, value: "now a variable")),
      (admin, try vault.setAction("production", "TOKEN", "x")),
      (admin, .deleteVariable(environment: production, name: token)),
      (admin, try vault.setAction("production", "TOKEN", "x")),
    ])
    #expect(
      replies.map { $0.refusal } == [
        nil, nil, .nameTaken(environment: "production", name: "TOKEN", by: "variable"), nil, nil,
      ])
    #expect(replies[4].set?.version == 2)
  }

  @Test func `limits: a hundred variables, of a bounded length, without NUL`() throws {
    let vault = try furnished()
    let long = String(repeating: "x", count: VaultLimits.variableBytes)
    #expect(try vault.setVariable("production", "LONG", long).refusal == nil)
    for value in [long + "x", "a\0b", "\0"] {
      guard case .variableInvalid? = try vault.setVariable("production", "BAD", value).refusal
      else {
        Issue.record("\(value.utf8.count) bytes were taken")
        continue
      }
    }
    for index in 1..<VaultLimits.variablesPerEnvironment {
      #expect(try vault.setVariable("production", "V_\(index)", "v").refusal == nil)
    }
    #expect(try vault.setVariable("production", "ONE_MORE", "v").refusal == .variableLimit)
    #expect(try vault.setVariable("production", "V_1", "changed").refusal == nil)
    #expect(try delete(vault, "V_2").refusal == nil)
    #expect(try vault.setVariable("production", "ONE_MORE", "v").refusal == nil)
  }

  @Test func `a list goes on where it ended`() throws {
    let vault = try furnished()
    for index in 1...5 { try vault.setVariable("production", "V_\(index)", "\(index)") }
    var met: [String] = []
    var after: String?
    repeat {
      let page = try list(vault, after: after, limit: 2)
      met += page.values.keys.sorted()
      after = page.next
    } while after != nil
    #expect(met == ["V_1", "V_2", "V_3", "V_4", "V_5"])
  }

  @Test(.promise(.editedVariable))
  func `a variable changed in the database closes the vault, running or not`() throws {
    for isRunning in [true, false] {
      let vault = try furnished()
      try vault.setVariable("production", "REGION", "north")
      try vault.setVariable("production", "OTHER", "south")
      if !isRunning { vault.engine.close() }
      try SQLiteShell.run(
        vault.database,
        """
        UPDATE variable SET content = (SELECT content FROM variable WHERE name = 'OTHER'),
        seal = (SELECT seal FROM variable WHERE name = 'OTHER') WHERE name = 'REGION'
        """)
      if isRunning {
        let reply = vault.run(
          vault.caller(Fixture.runner),
          .listVariables(
            environment: try EnvironmentName("production"), after: nil, limit: 10))
        #expect(reply.refusal == .storageTampered)
      } else {
        #expect(throws: EngineFault.self) { try vault.restart() }
      }
    }
  }

  @Test func `an older value under its own older seal is refused`() throws {
    let vault = try furnished()
    try vault.setVariable("production", "REGION", "north")
    let attach = "ATTACH '\(vault.directory)/copy' AS c; "
    try SQLiteShell.run(
      vault.database, attach + "CREATE TABLE c.variable AS SELECT * FROM variable")
    try vault.restart()
    try vault.setVariable("production", "REGION", "south")
    vault.engine.close()
    try SQLiteShell.run(
      vault.database, attach + "REPLACE INTO main.variable SELECT * FROM c.variable")
    #expect(throws: EngineFault.self) { try vault.restart() }
  }
}
