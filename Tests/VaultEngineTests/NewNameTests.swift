import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// A name that is new in a protected environment is an admin's to make, however it is made.
@Suite struct `A new name` {
  static let writer: UInt32 = 2005
  static let production = "production"

  private func furnished(
    isProtected: Bool = true, allowed: [String] = [], admins: [Principal] = [.uid(Fixture.admin)]
  ) throws -> Fixture {
    let vault = try Fixture(admins: admins)
    var gate =
      isProtected
      ? vault.reviewed()
      : Gate(protection: .unprotected, requesters: .principals([.uid(Fixture.runner)]))
    gate.writers = [.uid(Self.writer)]
    gate.allowedNames = try allowed.map { try SecretName($0) }
    try vault.create(Self.production, gate, secrets: [])
    return vault
  }

  private func create(_ name: String) throws -> Action {
    .createSecret(environment: try EnvironmentName(Self.production), name: try SecretName(name))
  }

  private func variable(_ name: String, _ value: String = "v") throws -> Action {
    .setVariable(
      environment: try EnvironmentName(Self.production), name: try SecretName(name), value: value)
  }

  private func delete(_ name: String, isVariable: Bool = false) throws -> Action {
    let (environment, name) = (try EnvironmentName(Self.production), try SecretName(name))
    return isVariable
      ? .deleteVariable(environment: environment, name: name)
      : .deleteSecret(environment: environment, name: name)
  }

  private func new(_ names: String...) -> Refusal {
    .namesNew(environment: Self.production, names: names)
  }

  @Test(.promise(.writersMakeNoNames))
  func `closed-by-default: a writer makes none in a protected environment, an admin does`()
    throws
  {
    let vault = try furnished()
    let (admin, writer) = (vault.caller(Fixture.admin), vault.caller(Self.writer))
    let set = try vault.setAction(Self.production, "A", "1")
    #expect(vault.run(writer, set).refusal == new("A"))
    #expect(vault.run(writer, try variable("V")).refusal == new("V"))
    #expect(vault.run(writer, try create("A")).isAccessDenied)
    #expect(vault.run(admin, set).set?.version == 1)
    #expect(vault.run(admin, try variable("V")).refusal == nil)
    // What exists is the writer's to set, to rotate, and to take away.
    #expect(vault.run(writer, set).set?.version == 2)
    #expect(vault.run(writer, try variable("V", "w")).refusal == nil)
    #expect(
      vault.run(
        writer,
        .rollbackSecret(
          environment: try EnvironmentName(Self.production), name: try SecretName("A"), to: 1,
          cas: nil)
      ).set?.version == 3)
    #expect(vault.run(writer, try delete("A")).refusal == nil)
    #expect(vault.run(writer, try delete("V", isVariable: true)).refusal == nil)
    // Deleted, it is new again, and a secret does not become a variable, nor back.
    #expect(vault.run(writer, set).refusal == new("A"))
    #expect(vault.run(writer, try variable("A")).refusal == new("A"))
    #expect(vault.run(writer, try vault.setAction(Self.production, "V", "x")).refusal == new("V"))
    #expect(vault.run(writer, try variable("V")).refusal == new("V"))
    #expect(vault.run(admin, set).set?.version == 4)
  }

  @Test(.promise(.writersMakeNoNames))
  func `closed-by-default: the gate as it is in the commit decides, in one batch too`() throws {
    let vault = try furnished()
    let (admin, writer) = (vault.caller(Fixture.admin), vault.caller(Self.writer))
    let set = { (name: String) in try vault.setAction(Self.production, name, "x") }
    let open = try vault.editAction(Self.production, allowWeaken: true) {
      $0.protection = .unprotected
    }
    let close = try vault.editAction(Self.production) {
      $0.protection = vault.reviewed().protection
    }
    let replies = vault.batch([
      (writer, try set("A")), (admin, try create("A")), (writer, try set("A")),
      (admin, open), (writer, try set("B")), (writer, try variable("V")), (admin, close),
      (writer, try set("C")), (writer, try set("B")), (writer, try delete("B")),
      (writer, try set("B")),
    ])
    #expect(
      replies.map(\.refusal) == [
        new("A"), nil, nil, nil, nil, nil, nil, new("C"), nil, nil, new("B"),
      ])
    guard case .environmentChanged(let answer, _, _) = replies[6] else {
      Issue.record("\(replies[6])")
      return
    }
    #expect(answer.madeByWriters.map(\.text) == ["B", "V"])
  }

  @Test(.promise(.writersMakeNoNames))
  func `an import with a new name is refused whole, and all its new names are told`() throws {
    let vault = try furnished()
    let (admin, writer) = (vault.caller(Fixture.admin), vault.caller(Self.writer))
    try vault.set(Self.production, "A", "1")
    func open() throws -> Action { try vault.opens(Self.production, ["A", "B", "C"]) }
    #expect(vault.run(writer, try open()).refusal == new("B", "C"))
    #expect(vault.run(admin, try create("B")).refusal == nil)
    #expect(vault.run(writer, try open()).refusal == new("C"))
    #expect(vault.run(admin, try create("C")).refusal == nil)
    #expect(vault.run(writer, try open()).refusal == nil)
    for name in ["A", "B", "C"] {
      #expect(vault.run(writer, try vault.puts(Self.production, name, "imported")).refusal == nil)
    }
    // Half way through, two of them are deleted; the commit goes by the names as they then are.
    #expect(vault.run(admin, try delete("B")).refusal == nil)
    #expect(vault.run(admin, try delete("C")).refusal == nil)
    let commit = try vault.commits(Self.production)
    #expect(vault.run(writer, commit).refusal == new("B", "C"))
    #expect(vault.run(writer, try vault.setAction(Self.production, "C", "x")).refusal == new("C"))
    // A name that a variable has is refused for all of them, too.
    #expect(vault.run(admin, try create("B")).refusal == nil)
    #expect(vault.run(admin, try variable("C")).refusal == nil)
    #expect(
      vault.run(writer, commit).refusal
        == .nameTaken(environment: Self.production, name: "C", by: "variable"))
    #expect(try vault.versions(Self.production, "A").count == 1)
  }

  @Test func `an import beyond the limit of an environment sets nothing`() throws {
    let vault = try furnished(isProtected: false)
    let most = VaultLimits.secretsPerEnvironment
    let all = (1...most).map { "S_\($0)" }
    try vault.set(Self.production, "A", "1")
    let admin = vault.caller(Fixture.admin)
    #expect(vault.run(admin, try vault.opens(Self.production, all)).refusal == .secretLimit)
    let fitting = Array(all.dropLast())
    #expect(vault.run(admin, try vault.opens(Self.production, fitting)).refusal == nil)
    for name in fitting {
      #expect(vault.run(admin, try vault.puts(Self.production, name, "x")).refusal == nil)
    }
    // Somebody else takes the last room meanwhile.
    try vault.set(Self.production, "B", "1")
    #expect(vault.run(admin, try vault.commits(Self.production)).refusal == .secretLimit)
    #expect(try vault.secretNames(Self.production) == ["A", "B"])
  }

  @Test func `a name without a version: left out of all, refused by name, set by a writer`() throws
  {
    let vault = try furnished()
    let (admin, writer) = (vault.caller(Fixture.admin), vault.caller(Self.writer))
    let runner = vault.caller(Fixture.runner)
    #expect(vault.run(admin, try create("LATER")).refusal == nil)
    let all = try vault.makes(Self.production)
    #expect(vault.run(runner, all).refusal == .secretsNone(environment: Self.production))
    try vault.set(Self.production, "NOW", "1")
    guard case .requestCreated(let made, _) = vault.run(runner, all) else {
      Issue.record("not made")
      return
    }
    #expect(made.request.secrets.map(\.name.text) == ["NOW"])
    #expect(made.leftOut.map(\.text) == ["LATER"])
    let empty = Refusal.secretEmpty(environment: Self.production, name: "LATER")
    #expect(
      vault.run(runner, try vault.makes(Self.production, secrets: ["LATER"])).refusal == empty)
    #expect(
      vault.run(admin, try create("LATER")).refusal
        == .secretExists(environment: Self.production, name: "LATER"))
    #expect(
      vault.run(admin, try variable("LATER")).refusal
        == .nameTaken(environment: Self.production, name: "LATER", by: "secret"))
    #expect(try vault.versions(Self.production, "LATER").isEmpty)
    try vault.restart()
    #expect(
      vault.run(writer, try vault.setAction(Self.production, "LATER", "x", cas: 0)).set?.version
        == 1)
    #expect(vault.run(admin, try delete("LATER")).refusal == nil)
    #expect(vault.run(admin, try create("LATER")).refusal == nil)
    // It goes on counting, so that no old pin gets a new value.
    #expect(vault.run(writer, try vault.setAction(Self.production, "LATER", "y")).set?.version == 2)
    let events = try vault.audit().filter { $0.event == .secretCreated }
    #expect(events.count == 2 && events[0].details.map(\.value) == ["LATER"])
  }

  @Test func `a name without a version is not read, where nobody reviews either`() throws {
    let vault = try furnished(isProtected: false)
    #expect(vault.run(vault.caller(Fixture.admin), try create("LATER")).refusal == nil)
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.getAction(Self.production, "LATER")).refusal
        == .secretEmpty(environment: Self.production, name: "LATER"))
    guard
      case .secrets(let listed, _) = vault.run(
        vault.caller(Fixture.runner),
        .listSecrets(environment: try EnvironmentName(Self.production), after: nil, limit: 10))
    else {
      Issue.record("not listed")
      return
    }
    #expect(listed.map(\.state) == ["empty"])
  }

  @Test func `a reserved name is refused as it is made, unless the gate allows it; then it stays`()
    throws
  {
    let vault = try furnished(allowed: ["GIT_TOKEN"])
    let (admin, writer) = (vault.caller(Fixture.admin), vault.caller(Self.writer))
    for action in [
      try vault.setAction(Self.production, "GIT_DIR", "x"), try create("GIT_DIR"),
      try variable("GIT_DIR"), try variable("PATH"), try create("COMPOSE"),
    ] {
      guard case .nameReserved? = vault.run(admin, action).refusal else {
        Issue.record("\(action) was let")
        continue
      }
    }
    #expect(vault.run(admin, try create("GIT_TOKEN")).refusal == nil)
    // Allowed no longer, the stored one is set, listed as reserved, and deleted; and then not made again.
    let token = try SecretName("GIT_TOKEN")
    let edited = try vault.edit(Self.production) {
      $0.terms.edit(\.allowedNames, remove: [token])
    }
    #expect(edited.refusal == nil)
    let set = try vault.setAction(Self.production, "GIT_TOKEN", "x")
    #expect(vault.run(writer, set).set?.version == 1)
    guard
      case .secrets(let listed, _) = vault.run(
        admin,
        .listSecrets(environment: try EnvironmentName(Self.production), after: nil, limit: 10))
    else {
      Issue.record("not listed")
      return
    }
    #expect(listed.map(\.reserved) == ["allowable"])
    let made = vault.run(vault.caller(Fixture.runner), try vault.makes(Self.production)).request
    #expect(made?.secrets.map(\.name.text) == ["GIT_TOKEN"])
    #expect(vault.run(writer, try delete("GIT_TOKEN")).refusal == nil)
    guard case .nameReserved? = vault.run(admin, set).refusal else {
      Issue.record("made again")
      return
    }
    #expect(
      try vault.edit(Self.production) {
        $0.terms.edit(\.allowedNames, add: [token])
      }.refusal
        == .gateWeaker(
          environment: Self.production, [.allowedNames("the reserved name GIT_TOKEN is allowed")]))
  }

  @Test func `an admin by group is one once the account database says so, and not before`() throws {
    let vault = try furnished(admins: [.uid(Fixture.admin), .group(name: "ops", gid: 50)])
    let set = try vault.setAction(Self.production, "A", "1")
    func writer(_ account: AccountAnswer?) -> Caller {
      Caller(
        uid: Self.writer, kernelGroups: [Self.writer, 50], isOverflow: false, connection: 9,
        account: account)
    }
    let known = Account(uid: Self.writer, name: "w", groups: [Account.Group(gid: 50, name: "ops")])
    #expect(vault.run(writer(nil), set).refusal == .accountNeeded([Self.writer]))
    #expect(vault.run(writer(.unavailable), set).refusal == .accountUnavailable)
    #expect(
      vault.run(writer(.known(Account(uid: Self.writer, name: "w", groups: []))), set).refusal
        == new("A"))
    #expect(vault.run(writer(.known(known)), set).set?.version == 1)
  }
}
