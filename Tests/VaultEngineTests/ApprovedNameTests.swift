import Promises
import SecretMemory
import TestSupport
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// Which names no approved request has held: reviewers see them first.
@Suite struct `What reviewers have approved` {
  static let production = "production"

  private func answer(_ vault: Fixture, _ id: Int64) throws -> RequestAnswer {
    let reply = vault.run(vault.caller(Fixture.bob), .getRequest(id))
    guard case .request(let answer) = reply else { throw Unexpected("\(reply)") }
    return answer
  }

  private func new(_ vault: Fixture, _ id: Int64) throws -> [String] {
    let names = try answer(vault, id).newNames
    return names.secrets.map(\.text) + names.variables.map { "$" + $0.text }
  }

  private func request(_ vault: Fixture, _ secrets: [String]? = nil) throws -> AccessRequest {
    let reply = vault.run(
      vault.caller(Fixture.runner), try vault.makes(Self.production, secrets: secrets))
    guard let request = reply.request else { throw Unexpected("\(reply)") }
    return request
  }

  private func approve(_ vault: Fixture, _ request: AccessRequest, by uid: UInt32 = Fixture.bob)
    throws
  {
    let reply = vault.run(
      vault.caller(uid), .approve(request: request.id, digest: request.digest, comment: ""))
    guard reply.refusal == nil else { throw Unexpected("\(reply)") }
  }

  @Test(.promise(.newNamesAreTyped))
  func `what-was-approved: a name is new until an approved request has held it`() throws {
    let vault = try Fixture()
    try vault.create(Self.production, vault.reviewed(), secrets: ["A", "B"])
    try vault.setVariable(Self.production, "V", "1")
    let one = try request(vault, ["A"])
    let all = try request(vault)
    #expect(try new(vault, one.id) == ["A", "$V"])
    #expect(try new(vault, all.id) == ["A", "B", "$V"])
    try approve(vault, one)
    #expect(try new(vault, one.id).isEmpty)
    #expect(try new(vault, all.id) == ["B"])
    try vault.restart()
    #expect(try new(vault, all.id) == ["B"])
    // Deleted and made again it is new again; another value is no other name.
    try vault.set(Self.production, "A", "another")
    #expect(try new(vault, try request(vault, ["A"]).id).isEmpty)
    #expect(try vault.deleteSecret(Self.production, "A").refusal == nil)
    try vault.set(Self.production, "A", "made again")
    #expect(try new(vault, try request(vault, ["A"]).id) == ["A"])
    // A variable's edit sends requests back, and its name stays known.
    let again = try request(vault)
    try vault.setVariable(Self.production, "V", "2")
    #expect(try new(vault, again.id) == ["A", "B"])
  }

  @Test(.promise(.newNamesAreTyped))
  func `what-was-approved: a name that was made again is not approved by what held it before`()
    throws
  {
    for isCreatedFirst in [false, true] {
      let vault = try Fixture()
      try vault.create(Self.production, vault.reviewed(), secrets: ["A"])
      let before = try request(vault)
      #expect(try vault.deleteSecret(Self.production, "A").refusal == nil)
      if isCreatedFirst {
        let create = Action.createSecret(
          environment: try EnvironmentName(Self.production), name: try SecretName("A"))
        #expect(vault.run(vault.caller(Fixture.admin), create).refusal == nil)
      }
      try vault.set(Self.production, "A", "made again")
      // What was destroyed has ended each request for it.
      #expect(throws: (any Error).self) { try approve(vault, before) }
      #expect(try new(vault, try request(vault).id) == ["A"], "\(isCreatedFirst)")
    }
  }

  @Test(.promise(.newNamesAreTyped))
  func `what-was-approved: a rejection, a first of two approvals and no gate approve no name`()
    throws
  {
    let vault = try Fixture()
    try vault.create(Self.production, vault.reviewed(required: 2), secrets: ["A"])
    let first = try request(vault)
    try approve(vault, first)
    #expect(try new(vault, first.id) == ["A"])
    _ = vault.run(
      vault.caller(Fixture.carol), .reject(request: first.id, digest: nil, comment: "no"))
    let second = try request(vault)
    #expect(try new(vault, second.id) == ["A"])
    #expect(
      try vault.edit(Self.production, allowWeaken: true) { $0.protection = .unprotected }.refusal
        == nil)
    #expect(try request(vault).state.text == "approved")
    #expect(
      try vault.edit(Self.production) { $0.protection = vault.reviewed(required: 2).protection }
        .refusal == nil)
    let third = try request(vault)
    #expect(try new(vault, third.id) == ["A"])
    try approve(vault, third)
    try approve(vault, third, by: Fixture.carol)
    #expect(try new(vault, try request(vault).id).isEmpty)
  }

  /// Names, requests, reviews and edits in any order, against a model that remembers everything.
  @Test(.promise(.newNamesAreTyped), arguments: 1...12)
  func `what-was-approved: new names as a slow model has them, in batches of rivals`(seed: Int)
    throws
  {
    var random = SeededRandom(seed: UInt64(seed))
    let vault = try Fixture()
    try vault.create(Self.production, vault.reviewed(), secrets: ["ALWAYS"])
    var secrets: [String: Bool] = ["ALWAYS": false]
    var first: [String: Int64] = ["ALWAYS": 1]
    var variables: [String: Bool] = [:]
    var waiting: [Int64] = []
    for _ in 0..<120 {
      let name = "N_\(random.below(4))"
      switch random.below(6) {
      case 0 where variables[name] == nil:
        let version = try vault.set(Self.production, name, "x")
        if secrets[name] == nil { (secrets[name], first[name]) = (false, version) }
      case 1 where secrets[name] == nil:
        _ = try vault.setVariable(Self.production, name, "\(random.below(99))")
        variables[name] = variables[name] ?? false
      case 2 where secrets[name] != nil:
        // With it go the requests that hold it.
        waiting = try waiting.filter { id in
          try !vault.seen(id).secrets.contains { $0.name.text == name }
        }
        _ = try vault.deleteSecret(Self.production, name)
        (secrets[name], first[name]) = (nil, nil)
      case 3 where variables[name] != nil:
        _ = vault.run(
          vault.caller(Fixture.admin),
          .deleteVariable(
            environment: try EnvironmentName(Self.production), name: try SecretName(name)))
        variables[name] = nil
      case 4: waiting.append(try request(vault).id)
      default:
        guard let id = random.pick(waiting) else { continue }
        waiting.removeAll { $0 == id }
        let now = try vault.seen(id)
        try approve(vault, now)
        for held in now.secrets where held.version >= first[held.name.text] ?? .max {
          secrets[held.name.text] = true
        }
        for held in variables.keys { variables[held] = true }
      }
      for id in waiting {
        let held = try vault.seen(id).secrets.map(\.name.text)
        let expected =
          held.filter { secrets[$0] == false }.sorted()
          + variables.filter { !$0.value }.keys.sorted().map { "$" + $0 }
        #expect(try new(vault, id) == expected)
      }
    }
  }
}
