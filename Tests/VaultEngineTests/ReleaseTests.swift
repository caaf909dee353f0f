import CFaultVFS
import Promises
import Testing
import VaultCore
@testable import VaultEngine
import VaultStore

/// `audit-before-release` and `acknowledged-is-durable`, through the engine, on disks that fail.
@Suite(.serialized) struct ReleaseTests {
  @Test(.promise(.recordOfEachRelease))
  func `every release has its record, with secret, version, uid and request`() throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    _ = vault.run(maker, try vault.getAction("development"))
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    _ = vault.run(maker, .readGrant(request: request.id, ticket: nil, after: nil))
    let records = try vault.audit()
    let releases = records.filter { $0.event == .secretReleased }
    #expect(releases.map(\.environment) == ["development", "production"])
    #expect(releases.map(\.request) == [nil, request.id])
    #expect(releases.allSatisfy { $0.uid == Fixture.runner })
    #expect(releases.flatMap(\.secrets).map(\.version) == [1, 1])
    #expect(records.map(\.sequence) == Array(1...Int64(records.count)))
    #expect(
      records.map(\.event) == [
        .vaultCreated, .environmentCreated, .secretSet, .environmentCreated, .secretSet,
        .secretReleased, .requestCreated, .requestApproved, .grantActivated, .secretReleased,
      ])
  }

  @Test
  func `audit-before-release: releases alone are on disk, with records, when the first opens`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    // Another connection sees only what was committed.
    var recorded: [Int] = []
    vault.engine.keys.onOpening = {
      recorded.append((try? vault.audit().filter { $0.event == .secretReleased }.count) ?? -1)
    }
    let read = try vault.getAction("development")
    let replies = vault.batch((0..<3).map { _ in (vault.caller(Fixture.runner), read) })
    vault.engine.keys.onOpening = nil
    #expect(replies.allSatisfy { $0.released == ["value of development"] })
    #expect(recorded == [3, 3, 3])
  }

  @Test(.promise(.recordOfEachRelease))
  func `one audit row a commit, however many releases`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let before = try vault.auditRows()
    let read = try vault.getAction("development")
    let replies = vault.batch((0..<50).map { _ in (vault.caller(Fixture.runner), read) })
    #expect(replies.allSatisfy { $0.released == ["value of development"] })
    #expect(try vault.auditRows() == before + 1)
  }

  @Test(.promise(.refusalsAreRecorded))
  func `refusals are on the record: the first at once, repetitions counted each minute`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let stranger = vault.caller(4242)
    for _ in 0..<10 { _ = vault.run(stranger, try vault.getAction("development")) }
    #expect(try vault.audit().filter { $0.event == .refused }.count == 1)
    vault.advance(60_000)
    _ = vault.run(stranger, .tick)
    let refused = try vault.audit().filter { $0.event == .refused }
    #expect(refused.count == 2)
    #expect(refused.last?.details.last?.value == "9")
    #expect(refused.allSatisfy { $0.uid == 4242 })
  }

  @Test
  func `a list of records holds what its filter looks for, up to the last record that is wanted`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let all = try vault.audit()
    let reader = try vault.reader()
    let half = Int64(all.count / 2)
    #expect(
      try reader.list(after: 1, through: half, limit: 500).records.map(\.record.sequence)
        == Array(2...half))
    #expect(try reader.list(after: 0, through: half, limit: 500).next == nil)
    let filters = [
      AuditFilter(event: .secretSet), AuditFilter(environment: try EnvironmentName("development")),
      AuditFilter(who: .uid(try #require(all.compactMap(\.uid).first))),
      AuditFilter(who: .user("nobody-of-that-name")), AuditFilter(until: all[0].time - 1),
      AuditFilter(since: all[0].time, until: try #require(all.last).time),
    ]
    for filter in filters {
      let found = try reader.list(after: 0, filter: filter, limit: 500).records.map(\.record)
      #expect(found == all.filter(filter.matches))
    }
    #expect(all.contains { AuditFilter(event: .secretSet).matches($0) })
  }

  @Test(.promise(.brokenChainIsFound))
  func `a tampered audit chain is told, with the first bad record`() throws {
    let vault = try Fixture()
    try vault.furnish()
    _ = vault.run(vault.caller(1), .tick)
    #expect(try vault.verification().isVerified)
    for attack in [
      "UPDATE audit SET records = (SELECT records FROM audit WHERE first = 3) WHERE first = 2",
      "DELETE FROM audit WHERE first = 3",
      "UPDATE audit SET records = CAST(records || x'00' AS BLOB) WHERE first = 4",
      "UPDATE signature SET sequence = sequence - 1",
      "UPDATE signature SET time = time + 1",
    ] {
      let vault = try Fixture()
      try vault.furnish()
      _ = vault.run(vault.caller(1), .tick)
      try SQLiteShell.run(vault.database, attack)
      let verification = try vault.verification()
      let reader = try vault.reader()
      var round = try reader.beginVerifying()
      var found: AuditReader.Verification?
      while found == nil { found = try reader.goOn(&round, most: 2) }
      #expect(found?.fault == verification.fault && found?.firstBad == verification.firstBad)
      #expect(!verification.isVerified, "\(attack)")
      #expect(verification.fault != nil)
    }
  }
}

extension Fixture {
  func reader() throws -> AuditReader { try engine.place.auditReader() }

  func audit() throws -> [AuditRecord] {
    try reader().list(after: 0, limit: 500).records.map(\.record)
  }

  func verification() throws -> AuditReader.Verification { try reader().verify() }

  func auditRows() throws -> Int {
    var rows = 0
    let reader = try StoreReader(engine.place.location)
    try reader.beginSnapshot()
    try reader.forEachAudit(from: 1) { _ in
      rows += 1
      return true
    }
    reader.endSnapshot()
    return rows
  }
}
