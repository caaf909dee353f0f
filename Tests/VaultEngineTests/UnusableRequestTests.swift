import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// Requests whose pinned versions are disabled, destroyed or deleted before a job could read them.
@Suite struct UnusableRequestTests {
  private func vault(slice: Int = 16) throws -> Fixture {
    let vault = try Fixture()
    vault.slice = slice
    try vault.create("production", vault.reviewed(), secrets: ["TOKEN", "OTHER"])
    return vault
  }

  private func makes(_ secrets: [String], in vault: Fixture, by maker: Caller) throws
    -> AccessRequest
  {
    let reply = vault.run(maker, try vault.makes("production", secrets: secrets))
    guard let request = reply.request else { throw Unexpected("\(reply)") }
    return request
  }

  private func approve(_ request: AccessRequest, in vault: Fixture) -> CommandReply {
    vault.run(
      vault.caller(Fixture.bob),
      .approve(request: request.id, digest: request.digest, comment: ""))
  }

  private func unusable(_ request: AccessRequest, in vault: Fixture) throws -> [String] {
    let reply = vault.run(vault.caller(Fixture.bob), .getRequest(request.id))
    guard case .request(let answer) = reply else { throw Unexpected("\(reply)") }
    return answer.unusable.map { "\($0.name.text) \($0.text)" }
  }

  @Test(.promise(.unusableRequests))
  func `a request for a disabled version says so, is not approved, and is once it is enabled`()
    throws
  {
    let vault = try vault()
    let maker = vault.caller(Fixture.runner)
    let request = try makes(["OTHER", "TOKEN"], in: vault, by: maker)
    #expect(try unusable(request, in: vault) == [])
    try vault.change("production", "TOKEN", 1, .disabled)
    #expect(try unusable(request, in: vault) == ["TOKEN disabled"])
    let refusal = Refusal.versionUnavailable(name: "TOKEN", version: 1)
    #expect(approve(request, in: vault).refusal == refusal)
    guard
      case .requests(let listed, _) = vault.run(
        vault.caller(Fixture.bob), .listRequests(RequestList(limit: 10)))
    else { throw Unexpected("no list") }
    #expect(listed.map { $0.unusable.map(\.text) } == [["disabled"]])
    try vault.restart()
    #expect(try unusable(request, in: vault) == ["TOKEN disabled"])
    try vault.change("production", "TOKEN", 1, .enabled)
    #expect(try unusable(request, in: vault) == [])
    #expect(approve(request, in: vault).state == "approved")
    // Disabled again behind the approval: it stays, and says so.
    try vault.change("production", "TOKEN", 1, .disabled)
    #expect(try unusable(request, in: vault) == ["TOKEN disabled"])
    #expect(try vault.state(request.id) == "approved")
  }

  @Test(.promise(.unusableRequests), arguments: [1, 3, 16], [true, false])
  func `destroying or deleting a secret ends the requests that are pinned to it, and tells why`(
    slice: Int, isDeleted: Bool
  ) throws {
    let vault = try vault(slice: slice)
    let maker = vault.caller(Fixture.runner)
    let active = try makes(["TOKEN"], in: vault, by: maker)
    _ = approve(active, in: vault)
    #expect(vault.run(maker, .activate(request: active.id, ticket: nil)).state == "active")
    let pinned = try (0..<7).map { _ in try makes(["OTHER", "TOKEN"], in: vault, by: maker) }
    for request in pinned.prefix(3) { #expect(approve(request, in: vault).state == "approved") }
    let other = try makes(["OTHER"], in: vault, by: maker)
    try vault.set("production", "TOKEN", "newer")
    let newer = try makes(["TOKEN"], in: vault, by: maker)
    let action =
      isDeleted
      ? Action.deleteSecret(
        environment: try EnvironmentName("production"), name: try SecretName("TOKEN"))
      : try vault.versionAction("production", "TOKEN", 1, .destroyed)
    let before = vault.engine.rows.set.writes
    _ = vault.engine.commit(
      [Command(caller: vault.caller(Fixture.admin), action: action)], now: vault.now)
    #expect(vault.engine.rows.set.writes - before <= slice + 3)
    let gone = (pinned + (isDeleted ? [newer] : [])).map(\.id)
    // A crash at this moment takes none of it back.
    let next = try Fixture(killing: vault)
    for vault in [vault, next] {
      #expect(approve(pinned[6], in: vault).refusal == .requestState(id: gone[6], "cancelled"))
      #expect(try gone.allSatisfy { try vault.state($0) == "cancelled" })
      vault.drain()
      let ended = try vault.audit().filter { $0.event == .requestCancelled }
      #expect(ended.compactMap(\.request).sorted() == gone)
      #expect(ended.allSatisfy { $0.uid == Fixture.admin })
      let why = isDeleted ? "secret.deleted" : "secret.destroyed"
      #expect(
        ended.allSatisfy { $0.details == [.init("why", why), .init("secret", "TOKEN")] })
      #expect(
        try unusable(pinned[0], in: vault) == [isDeleted ? "TOKEN deleted" : "TOKEN destroyed"])
      #expect(try vault.state(other.id) == "waiting")
      #expect(try vault.state(newer.id) == (isDeleted ? "cancelled" : "waiting"))
      #expect(approve(other, in: vault).state == "approved")
      #expect(try vault.verification().isVerified)
    }
    #expect(try vault.state(active.id) == "active")
  }

  @Test func `what was sent back and then ended is ended in each slice, and never waits again`()
    throws
  {
    let vault = try vault(slice: 1)
    let maker = vault.caller(Fixture.runner)
    try vault.edit("production", allowWeaken: true) {
      $0.protection = .reviewers([
        ReviewerRule(
          reviewers: [.user(name: "user1002", uid: Fixture.bob), .uid(Fixture.carol)], required: 1)
      ])
    }
    let requests = try (0..<5).map { _ in try makes(["TOKEN"], in: vault, by: maker) }
    for request in requests { #expect(approve(request, in: vault).state == "approved") }
    let query = PrincipalQuery(
      name: .user("user1002"), current: .user(name: "user1002", uid: Fixture.bob))
    let admin = vault.caller(Fixture.admin)
    let replies = vault.engine.commit(
      [
        Command(caller: admin, action: .removePrincipal(query)),
        Command(
          caller: admin, action: try vault.versionAction("production", "TOKEN", 1, .destroyed)),
      ], now: vault.now
    ).replies
    guard case .principalRemoved(let removal) = replies[0] else { throw Unexpected("\(replies)") }
    #expect(removal.reset == 5)
    var commits = 0
    repeat {
      for request in requests { #expect(try vault.state(request.id) == "cancelled", "\(commits)") }
      _ = vault.engine.commit([], now: vault.now)
      commits += 1
    } while vault.engine.hasBacklog && commits < 100
    let events = try vault.audit().filter { requests.map(\.id).contains($0.request ?? 0) }
    #expect(events.count { $0.event == .requestCancelled } == 5)
    #expect(try vault.verification().isVerified)
  }

  @Test func `what is revoked stays revoked where its secret is destroyed before its row's turn`()
    throws
  {
    let vault = try vault(slice: 1)
    let maker = vault.caller(Fixture.runner)
    let requests = try (0..<4).map { _ in try makes(["TOKEN"], in: vault, by: maker) }
    for request in requests { #expect(approve(request, in: vault).state == "approved") }
    let admin = vault.caller(Fixture.admin)
    _ = vault.engine.commit(
      [
        Command(caller: admin, action: .revokeAll(environment: nil, requester: nil)),
        Command(
          caller: admin, action: try vault.versionAction("production", "TOKEN", 1, .destroyed)),
      ], now: vault.now)
    #expect(try requests.allSatisfy { try vault.state($0.id) == "revoked" })
    vault.drain()
    #expect(try requests.allSatisfy { try vault.state($0.id) == "revoked" })
    let events = try vault.audit().map(\.event)
    #expect(events.count { $0 == .requestRevoked } == 4)
    #expect(!events.contains(.requestCancelled))
  }

  @Test func `the secret that ended a request is named, and not another that is only disabled`()
    throws
  {
    let vault = try vault()
    let request = try makes(["OTHER", "TOKEN"], in: vault, by: vault.caller(Fixture.runner))
    try vault.change("production", "OTHER", 1, .disabled)
    try vault.change("production", "TOKEN", 1, .destroyed)
    let ended = try #require(try vault.audit().first { $0.event == .requestCancelled })
    #expect(ended.request == request.id)
    #expect(
      ended.details == [.init("why", "secret.destroyed"), .init("secret", "TOKEN")])
  }

  @Test func `of long versions a slice removes fewer`() throws {
    let vault = try vault()
    let value = String(repeating: "v", count: 60_000)
    for _ in 0..<16 { try vault.set("production", "TOKEN", value) }
    let environment = try vault.environment("production").id
    func left() throws -> Int {
      try vault.engine.store.versionCount(environment: environment, name: "TOKEN", after: 0)
    }
    let before = try left()
    let delete = Action.deleteSecret(
      environment: try EnvironmentName("production"), name: try SecretName("TOKEN"))
    _ = vault.engine.commit(
      [Command(caller: vault.caller(Fixture.admin), action: delete)], now: vault.now)
    #expect(before - (try left()) <= 7, "each costs a row and one for each 16 KiB")
    vault.drain()
    #expect(try left() == 0)
  }
}
