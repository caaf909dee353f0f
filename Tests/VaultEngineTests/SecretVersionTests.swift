import Promises
import Testing
import VaultCalls
import VaultCore
import VaultEngine

/// The life of a secret's versions: what is set, kept, taken back and gone.
@Suite struct SecretVersionTests {
  private func furnished() throws -> Fixture {
    let vault = try Fixture()
    try vault.create("open", Gate(protection: .unprotected, requesters: .any))
    try vault.create("production", vault.reviewed())
    return vault
  }

  private func read(_ vault: Fixture, _ name: String = "TOKEN") throws -> CommandReply {
    vault.run(vault.caller(Fixture.runner), try vault.getAction("open", name))
  }

  // MARK: Setting

  @Test func `cas: none always, 0 only a new secret, a number only the current version`() throws {
    let vault = try furnished()
    for cas: Int64? in [nil, 2] { try vault.set("open", "TOKEN", "x", cas: cas) }
    for cas: Int64 in [0, 1, 2, 4, -1] {
      let reply = vault.run(
        vault.caller(Fixture.admin), try vault.setAction("open", "TOKEN", "y", cas: cas))
      #expect(reply.refusal == .casMismatch(current: 3))
    }
    #expect(
      vault.run(
        vault.caller(Fixture.admin), try vault.setAction("open", "NEW", "y", cas: 1)
      ).refusal == .casMismatch(current: 0))
    #expect(try vault.set("open", "NEW", "y", cas: 0) == 1)
    #expect(try read(vault).released == ["x"])
  }

  @Test func `the newest ten versions are kept, and older ones are said to be gone`() throws {
    let vault = try furnished()
    for version in Int64(2)...13 {
      let reply = vault.run(
        vault.caller(Fixture.admin), try vault.setAction("open", "TOKEN", "value \(version)"))
      #expect(reply.set?.version == version)
      #expect(reply.set?.pruned == (version > 10 ? [version - 10] : []))
    }
    #expect(
      try vault.versions("open", "TOKEN").map(\.version) == Array(4...13))
    #expect(try vault.versions("open", "TOKEN").filter(\.isCurrent).map(\.version) == [13])
    for version: Int64 in [3, 14, 0, -1] {
      #expect(
        try vault.rollback("open", "TOKEN", to: version).refusal
          == .versionUnknown(name: "TOKEN", version: version))
    }
    try vault.restart()
    #expect(try read(vault).released == ["value 13"])
  }

  @Test
  func `a version that a request is pinned to outlives the ten, and goes after it at the next set`()
    throws
  {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (waiting, waitingTicket) = try vault.request(by: maker)
    let (id, ticket) = try vault.grant(by: maker, hold: .ticket)
    for version in 2...15 { try vault.set("production", "TOKEN", "value \(version)") }
    #expect(
      try vault.versions("production", "TOKEN").map(\.version) == [1] + Array(6...15))
    #expect(
      try vault.versions("production", "TOKEN").map(\.pinned) == [2]
        + Array(repeating: 0, count: 10))
    // The pins are known again after a restart.
    try vault.restart()
    try vault.set("production", "TOKEN", "value 16")
    #expect(try vault.versions("production", "TOKEN").first?.pinned == 2)
    let later = vault.caller(Fixture.runner)
    #expect(
      vault.run(later, .readGrant(request: id, ticket: ticket, after: nil)).released
        == ["TOKEN of production"])
    #expect(
      vault.run(later, .closeGrant(request: id, ticket: ticket, outcome: .success)).state
        == "closed")
    try vault.set("production", "TOKEN", "value 17")
    #expect(try vault.versions("production", "TOKEN").first?.pinned == 1)
    #expect(
      vault.run(later, .cancelRequest(waiting.id, ticket: waitingTicket)).state == "cancelled")
    // Nothing goes but by a set.
    #expect(try vault.versions("production", "TOKEN").first?.version == 1)
    let reply = vault.run(
      vault.caller(Fixture.admin), try vault.setAction("production", "TOKEN", "value 18"))
    #expect(reply.set?.pruned == [1, 8])
  }

  // MARK: Disabling

  @Test func `a disabled version is read, pinned and activated by nobody until it is enabled`()
    throws
  {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (approved, _) = try vault.approvedRequest(by: maker)
    let (id, _) = try vault.grant(by: maker)
    let unavailable = Refusal.versionUnavailable(name: "TOKEN", version: 1)
    let readGrant = Action.readGrant(request: id, ticket: nil, after: nil)
    let activate = Action.activate(request: approved.id, ticket: nil)
    for environment in ["open", "production"] {
      #expect(try vault.change(environment, "TOKEN", 1, .disabled).refusal == nil)
    }
    #expect(try read(vault).refusal == unavailable)
    #expect(vault.run(maker, readGrant).refusal == unavailable)
    #expect(vault.run(maker, try vault.get("production", "TOKEN", of: id)).refusal == unavailable)
    #expect(vault.run(maker, activate).refusal == unavailable)
    #expect(vault.run(maker, try vault.makes("production")).refusal == unavailable)
    for environment in ["open", "production"] {
      #expect(try vault.change(environment, "TOKEN", 1, .enabled).refusal == nil)
    }
    #expect(try read(vault).released == ["TOKEN of open"])
    #expect(vault.run(maker, readGrant).released == ["TOKEN of production"])
    #expect(vault.run(maker, activate).state == "active")
  }

  @Test func `in one batch a read before the disabling is released, one after it is not`() throws {
    let vault = try furnished()
    let runner = vault.caller(Fixture.runner)
    let admin = vault.caller(Fixture.admin)
    let get = try vault.getAction("open", "TOKEN")
    for state in [SecretVersion.State.disabled, .destroyed] {
      let replies = vault.batch([
        (runner, get), (admin, try vault.versionAction("open", "TOKEN", 1, state)), (runner, get),
      ])
      #expect(replies[0].released == ["TOKEN of open"])
      #expect(replies[2].refusal == .versionUnavailable(name: "TOKEN", version: 1))
      if state == .disabled { try vault.change("open", "TOKEN", 1, .enabled) }
    }
  }

  @Test func `what is destroyed stays destroyed, and is said so twice without a second record`()
    throws
  {
    let vault = try furnished()
    #expect(try vault.change("open", "TOKEN", 1, .destroyed).isErased == true)
    let records = try vault.audit().count
    #expect(try vault.change("open", "TOKEN", 1, .destroyed).isErased == true)
    #expect(try vault.audit().count == records)
    let state = Refusal.versionState(name: "TOKEN", version: 1, .destroyed)
    for next in [SecretVersion.State.enabled, .disabled] {
      #expect(try vault.change("open", "TOKEN", 1, next).refusal == state)
    }
    #expect(try vault.rollback("open", "TOKEN", to: 1).refusal == state)
    try vault.restart()
    let version = try #require(try vault.sealedVersions("open", "TOKEN").first)
    #expect(version.state == .destroyed)
    #expect(version.fingerprint.isEmpty && version.recordDigest.isEmpty)
    #expect(try read(vault).refusal == .versionUnavailable(name: "TOKEN", version: 1))
    #expect(try vault.set("open", "TOKEN", "again") == 2)
    #expect(try read(vault).released == ["again"])
  }

  // MARK: Rolling back

  @Test func `a rollback seals the old value anew: another ciphertext, the same value`() throws {
    let vault = try furnished()
    try vault.set("open", "TOKEN", "the mistake")
    let reply = try vault.rollback("open", "TOKEN", to: 1, cas: 2)
    #expect(reply.set?.version == 3)
    #expect(try read(vault).released == ["TOKEN of open"])
    let id = try vault.environment("open").id
    let records = try (Int64(1)...3).map { try #require(try vault.ciphertext(id, "TOKEN", $0)) }
    #expect(Set(records).count == 3)
    #expect(records[0].count == records[2].count)
    // Not even the part behind the header is the same.
    #expect(!Array(records[0].suffix(24)).stands(in: records[2]))
    let prints = try vault.sealedVersions("open", "TOKEN").map(\.fingerprint)
    #expect(prints[0] == prints[2] && prints[0] != prints[1])
    #expect(try vault.rollback("open", "TOKEN", to: 1, cas: 2).refusal == .casMismatch(current: 3))
    let record = try #require(try vault.audit().last { $0.event == .secretRolledBack })
    #expect(record.secrets.map(\.version) == [3])
    #expect(record.details.first { $0.name == "to" }?.value == "1")
  }

  @Test func `only what is enabled can be rolled back to, and a rollback drops what is too old`()
    throws
  {
    let vault = try furnished()
    try vault.set("open", "TOKEN", "2")
    try vault.change("open", "TOKEN", 1, .disabled)
    #expect(
      try vault.rollback("open", "TOKEN", to: 1).refusal
        == .versionState(name: "TOKEN", version: 1, .disabled))
    try vault.change("open", "TOKEN", 1, .enabled)
    for _ in 3...10 { #expect(try vault.rollback("open", "TOKEN", to: 2).set?.pruned == []) }
    // The one that it goes back to may be the one that goes.
    #expect(try vault.rollback("open", "TOKEN", to: 1).set?.pruned == [1])
    #expect(try read(vault).released == ["TOKEN of open"])
  }

  // MARK: Deleting

  @Test func `a deleted secret is gone from every list and every read`() throws {
    let vault = try furnished()
    try vault.set("open", "OTHER", "o")
    try vault.set("open", "TOKEN", "2")
    let unknown = Refusal.secretUnknown(environment: "open", name: "TOKEN")
    guard
      case .secretDeleted(let deletion) = try vault.deleteSecret("open", "TOKEN")
    else {
      Issue.record("not deleted")
      return
    }
    #expect(deletion.versions == 2)
    for _ in 1...2 {
      #expect(try read(vault).refusal == unknown)
      #expect(try vault.deleteSecret("open", "TOKEN").refusal == unknown)
      #expect(try vault.change("open", "TOKEN", 1, .enabled).refusal == unknown)
      #expect(try vault.rollback("open", "TOKEN", to: 1).refusal == unknown)
      #expect(
        vault.run(
          vault.caller(Fixture.runner), try vault.makes("open", secrets: ["TOKEN"])
        ).refusal == unknown)
      let listed = vault.run(
        vault.caller(Fixture.admin),
        .listSecrets(environment: try EnvironmentName("open"), after: nil, limit: 10))
      guard case .secrets(let secrets, nil) = listed else {
        Issue.record("\(listed)")
        return
      }
      #expect(secrets.map(\.name) == ["OTHER"])
      let made = vault.run(vault.caller(Fixture.runner), try vault.makes("open"))
      #expect(made.request?.secrets.map(\.name.text) == ["OTHER"])
      try vault.restart()
    }
  }

  @Test(.promise(.versionsGoOnCounting))
  func `versions go on counting after a deletion, so that no pinned request reads a new value`()
    throws
  {
    let vault = try furnished()
    let maker = vault.caller(Fixture.runner)
    let (approved, ticket) = try vault.approvedRequest(by: maker)
    let (id, _) = try vault.grant(by: maker)
    _ = try vault.deleteSecret("production", "TOKEN")
    #expect(try vault.set("production", "TOKEN", "re-created", cas: 0) == 2)
    let unavailable = Refusal.versionUnavailable(name: "TOKEN", version: 1)
    #expect(
      vault.run(maker, .readGrant(request: id, ticket: nil, after: nil)).refusal == unavailable)
    #expect(vault.run(maker, try vault.get("production", "TOKEN", of: id)).refusal == unavailable)
    #expect(
      vault.run(maker, .activate(request: approved.id, ticket: ticket)).refusal
        == .requestState(id: approved.id, "cancelled"))
    #expect(try vault.versions("production", "TOKEN").map(\.version) == [2])
    _ = try vault.deleteSecret("production", "TOKEN")
    try vault.restart()
    #expect(try vault.set("production", "TOKEN", "again") == 3)
  }

  @Test func `limits: a hundred secrets at once, a thousand names for ever`() throws {
    let vault = try furnished()
    let admin = vault.caller(Fixture.admin)
    for round in 0..<10 {
      let names = (0..<100).map { "S_\(round)_\($0)" }
      let first = round == 0 ? ["TOKEN"] + names.dropLast() : names
      let made = vault.batch(
        try first.filter { $0 != "TOKEN" }.map { (admin, try vault.setAction("open", $0, "x")) })
      #expect(made.allSatisfy { $0.set?.version == 1 })
      #expect(
        vault.run(admin, try vault.setAction("open", "ONE_MORE", "x")).refusal == .secretLimit)
      let deleted = vault.batch(
        try first.map {
          (
            admin,
            .deleteSecret(environment: try EnvironmentName("open"), name: try SecretName($0))
          )
        })
      #expect(deleted.allSatisfy { $0.isErased == true })
    }
    // A thousand names have been there: one of them may come back, another may not come.
    #expect(vault.run(admin, try vault.setAction("open", "ONE_MORE", "x")).refusal == .secretLimit)
    #expect(try vault.set("open", "S_4_4", "back") == 2)
  }

  // MARK: Who may

  @Test func `a writer and an admin set, disable, roll back and delete; nobody else does`() throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.create("production", vault.reviewed())
    try vault.edit("production") { $0.writers.add = [.uid(3000)] }
    try vault.set("production", "TOKEN", "2")
    let name = try EnvironmentName("production")
    let token = try SecretName("TOKEN")
    let actions: [Action] = [
      try vault.setAction("production", "TOKEN", "3"),
      .changeVersion(environment: name, name: token, version: 1, to: .disabled),
      .changeVersion(environment: name, name: token, version: 1, to: .enabled),
      .rollbackSecret(environment: name, name: token, to: 1, cas: nil),
      .changeVersion(environment: name, name: token, version: 1, to: .destroyed),
      .setVariable(environment: name, name: try SecretName("REGION"), value: "north"),
      .deleteVariable(environment: name, name: try SecretName("REGION")),
      .deleteSecret(environment: name, name: token),
    ]
    for action in actions {
      for uid in [Fixture.runner, Fixture.bob, 5] {
        #expect(vault.run(vault.caller(uid), action).isAccessDenied, "uid \(uid): \(action)")
      }
      #expect(
        vault.run(vault.caller(4242), action).refusal == .environmentUnknown("production"))
    }
    // A new name is an admin's to make.
    try vault.setVariable("production", "REGION", "south")
    for action in actions {
      #expect(vault.run(vault.caller(3000), action).refusal == nil, "\(action)")
    }
    // And a writer reads nothing.
    #expect(
      vault.run(vault.caller(3000), try vault.getAction("production", "TOKEN")).isAccessDenied)
  }
}
