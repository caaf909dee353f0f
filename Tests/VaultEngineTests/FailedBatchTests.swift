import CFaultVFS
import SecretMemory
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// What a batch leaves that did not become durable: nothing, in the database or in memory.
@Suite struct FailedBatchTests {
  private static let faults: [(kind: fault_kind, name: String)] = [
    (FAULT_FULL, "full"), (FAULT_IO, "io"), (FAULT_SYNC, "sync"), (FAULT_TORN, "torn"),
  ]

  /// A vault with something of everything, and a batch that changes all of it.
  private struct Everything {
    let vault: Fixture
    let batch: [(Caller, Action)]
    let environments = ["production", "gone", "named"]
    let importers: [UInt64]

    init(options: StoreOptions) throws {
      vault = try Fixture(options: options)
      try vault.create("production", vault.reviewed(maxReads: 5), secrets: ["TOKEN", "OTHER"])
      try vault.create("gone", vault.reviewed())
      try vault.create("named", vault.reviewed(by: [Fixture.bob, Fixture.carol, 1004]))
      for version in 2...10 { try vault.set("production", "OTHER", "\(version)") }
      try vault.setVariable("production", "REGION", "north")
      let admin = vault.caller(Fixture.admin)
      let maker = vault.caller(Fixture.runner)
      let other = vault.caller(Fixture.runner)
      let (waiting, _) = try vault.request(by: maker)
      let (approved, approvedTicket) = try vault.approvedRequest(by: maker)
      let (doomed, doomedTicket) = try vault.request(by: maker)
      let (active, ticket) = try vault.grant(by: maker)
      let (revocable, _) = try vault.grant(by: other, hold: .ticket)
      _ = try vault.request(by: maker, environment: "gone")
      let named = try vault.request(by: maker, environment: "named").request
      _ = vault.run(
        vault.caller(1004), .approve(request: named.id, digest: named.digest, comment: ""))
      #expect(
        vault.run(maker, .readGrant(request: active, ticket: nil, after: nil)).released?.count == 2)
      // Half of an import is staged, and as much of another one that the batch drops.
      let gone = vault.caller(Fixture.admin)
      try vault.staged([("FIRST", "1")], in: "production", by: gone)
      _ = vault.run(admin, try vault.opens("production", ["TOKEN", "THIRD"]))
      _ = vault.run(admin, try vault.puts("production", "TOKEN", "imported"))
      importers = [admin.connection, gone.connection]
      batch = [
        (maker, .readGrant(request: active, ticket: nil, after: nil)),
        (other, .holdGrant(request: active, ticket: ticket)),
        (other, .observeRequest(waiting.id)),
        (gone, .connectionEnded),
        (admin, try vault.puts("production", "THIRD", "imported")),
        (admin, try vault.commits("production")),
        (admin, try vault.setAction("production", "OTHER", "eleventh")),
        (admin, try vault.versionAction("production", "OTHER", 5, .destroyed)),
        (admin, try vault.versionAction("production", "OTHER", 6, .disabled)),
        (
          admin,
          .rollbackSecret(
            environment: try EnvironmentName("production"), name: try SecretName("OTHER"), to: 7,
            cas: nil)
        ),
        (maker, .cancelRequest(doomed.id, ticket: doomedTicket)),
        (
          vault.caller(Fixture.carol),
          .approve(request: waiting.id, digest: waiting.digest, comment: "")
        ),
        (other, .activate(request: approved.id, ticket: approvedTicket)),
        (admin, .revokeRequest(revocable)),
        (
          admin,
          .setVariable(
            environment: try EnvironmentName("production"), name: try SecretName("REGION"),
            value: "south")
        ),
        (maker, try vault.makes("production", key: "job")),
        (admin, .deleteEnvironment(try EnvironmentName("gone"))),
        (
          admin,
          .createEnvironment(
            try EnvironmentName("gone"), Gate(protection: .unprotected, requesters: .any))
        ),
        (admin, try vault.setAction("gone", "TOKEN", "anew")),
        (admin, .removePrincipal(PrincipalQuery(name: .uid(1004), current: .uid(1004)))),
        (admin, try vault.editAction("production") { $0.terms[\.clocks.grant] = 60_000 }),
        (admin, .reconfigure(EngineConfiguration(standing: Standing(admins: [], auditors: [])))),
      ]
    }

    /// All that anybody could see, and what the engine knows beside it.
    func state() throws -> [String] {
      let engine = vault.engine
      var lines = ["\(engine.trail.sequence) \(engine.trail.head) \(engine.rows.set.sum)"]
      lines.append(
        "\(engine.configuration.standing) \(engine.rows.set.revisions.values.sorted { $0.key < $1.key })"
      )
      lines += importers.map { connection in
        let values = engine.imports[connection]?.values.sorted { $0.key < $1.key }
        return "\(String(describing: values)) \(engine.backlog.dropped)"
      }
      for name in environments {
        let environment = try vault.environment(name)
        lines.append("\(environment)")
        for secret in try engine.rows.secrets(environment.id, after: nil, limit: 100) {
          lines.append("\(secret) \(try vault.storedVersions(name, secret.name.text))")
          if !secret.isLive { continue }
          lines += try vault.versions(name, secret.name.text).map { "\($0)" }
          lines += try vault.sealedVersions(name, secret.name.text).map { "\($0)" }
        }
        lines += try engine.rows.variables(environment.id, after: nil, limit: 100).map { "\($0)" }
      }
      guard
        case .requests(let answers, _) = vault.run(
          vault.caller(Fixture.admin), .listRequests(RequestList(limit: 500)))
      else { throw Unexpected("no list") }
      lines += answers.map { "\($0)" }
      lines += engine.live.entries.values.sorted { $0.id < $1.id }.map { entry in
        var plain = entry
        plain.attendants = []
        return "\(plain) \(entry.attendants.sorted())"
      }
      return lines
    }
  }

  // The batch deletes an environment and creates it anew, which takes what one commit can do.
  @Test(.enabled(if: Fixture.usualSlice >= 16), arguments: 0..<faults.count)
  func `a batch that fails at any operation leaves everything as it was`(index: Int) throws {
    let fault = Self.faults[index]
    let name = "engine-batch-\(fault.name)"
    let vfs = try #require(fault_vfs_create(name))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = name
    let everything = try Everything(options: options)
    let vault = everything.vault
    defer { vault.engine.close() }
    let before = try everything.state()
    var failed = 0
    for operation in UInt64(1)... {
      fault_vfs_reset_counts(vfs)
      fault_vfs_arm(vfs, fault.kind, operation, fault.kind == FAULT_IO ? 5 : 100, operation)
      let replies = vault.batch(everything.batch)
      fault_vfs_disarm(vfs)
      if replies[0].released != nil {
        // The commit had fewer operations, and did all that it was asked.
        for (index, reply) in replies.enumerated() {
          #expect(reply.refusal == nil, "command \(index): \(reply)")
        }
        break
      }
      failed += 1
      #expect(replies.allSatisfy { $0.refusal != nil })
      let after = try everything.state()
      #expect(after == before, "\(fault.name) at \(operation)")
      if after != before { return }
    }
    #expect(failed > (fault.kind == FAULT_SYNC ? 0 : 5))
    #expect(try everything.vault.verification().isVerified)
  }

  @Test(.enabled(if: Fixture.usualSlice >= 16))
  func `a batch that succeeds after a failed one is as good as the first`() throws {
    let vfs = try #require(fault_vfs_create("engine-batch-again"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-batch-again"
    let everything = try Everything(options: options)
    let vault = everything.vault
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, FAULT_FULL, 3, 0, 7)
    #expect(vault.batch(everything.batch).allSatisfy { $0.refusal != nil })
    fault_vfs_disarm(vfs)
    let replies = vault.batch(everything.batch)
    for (index, reply) in replies.enumerated() {
      #expect(reply.refusal == nil, "command \(index): \(reply)")
    }
    // What is in memory is what a start would read.
    let live = vault.engine.live.ids()
    let accumulator = "\(vault.engine.rows.set.sum)"
    let sequence = vault.engine.trail.sequence
    try vault.restart(options: options)
    defer { vault.engine.close() }
    #expect(vault.engine.live.ids() == live)
    #expect("\(vault.engine.rows.set.sum)" == accumulator)
    #expect(vault.engine.trail.sequence == sequence)
    #expect(try vault.verification().isVerified)
  }
}
