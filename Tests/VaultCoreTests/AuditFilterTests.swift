import Testing
import VaultCore

@Suite struct `A filter of audit records` {
  private static func record() throws -> AuditRecord {
    AuditRecord(
      sequence: 7, time: 1_000, boot: 1, event: .secretReleased, subject: .account(998),
      account: "ci", environment: "production",
      secrets: [PinnedSecret(name: try SecretName("TOKEN"), version: 2)],
      details: [.init("variable", "REGION"), .init("reason", "OTHER")])
  }

  @Test func `each member narrows, and an empty filter looks for all`() throws {
    let record = try Self.record()
    let name = { (text: String) in try SecretName(text) }
    let wanted = [
      AuditFilter(), AuditFilter(environment: try EnvironmentName("production")),
      AuditFilter(secret: try name("TOKEN")), AuditFilter(secret: try name("REGION")),
      AuditFilter(who: .uid(998)), AuditFilter(who: .user("ci")),
      AuditFilter(event: .secretReleased), AuditFilter(since: 1_000, until: 1_000),
    ]
    for filter in wanted { #expect(filter.matches(record), "\(filter)") }
    let others = [
      AuditFilter(environment: try EnvironmentName("staging")),
      AuditFilter(secret: try name("OTHER")), AuditFilter(who: .uid(7)),
      AuditFilter(who: .user("root")),
      AuditFilter(event: .secretSet), AuditFilter(since: 1_001), AuditFilter(until: 999),
      AuditFilter(who: .uid(998), event: .secretSet),
    ]
    for filter in others { #expect(!filter.matches(record), "\(filter)") }
  }
}

@Suite struct `Who has done something` {
  @Test(arguments: ["user:ci", "uid:998", "socket:gitlab", "unit:web.service"])
  func `is named by the one text that reads back, and found by it`(text: String) throws {
    let name = try #require(SubjectName(text))
    #expect(name.text == text)
    let subjects: [Subject] = [
      .account(998), .socket(try #require(SocketName("gitlab"))),
      .unit(try #require(UnitName("web.service"))), .account(7),
    ]
    let found = subjects.filter { subject in
      AuditFilter(who: name).matches(
        AuditRecord(
          time: 1, boot: 1, event: .secretReleased, subject: subject,
          account: subject == .account(998) ? "ci" : nil))
    }
    #expect(found == (text == "user:ci" ? [.account(998)] : [try #require(Subject(text: text))]))
  }

  @Test(arguments: [
    "group:ci", "gid:7", "unit:", "unit:web", "unit:web@.service", "web.service", "user:", "uid:x",
    "UNIT:web.service", "",
  ])
  func `is no group, and nothing that names nobody`(text: String) {
    #expect(SubjectName(text) == nil)
  }
}

@Suite struct `A walk over the audit chain` {
  /// A hash that is easy to foresee.
  private static func walk() -> ChainWalk<Int64> {
    ChainWalk(behind: 0, 0) { sequence, previous, record in
      previous + sequence + Int64(record.count)
    }
  }

  private static func bytes(_ sequence: Int64) -> [UInt8] {
    AuditRecord(sequence: sequence, time: 1, boot: 1, event: .serverStarted).canonicalBytes
  }

  @Test func `the first record that does not hold is named, and nothing behind it is taken`() {
    for (second, sentence) in [
      (Array(Self.bytes(2).dropLast()), "record 2 is damaged"),
      (Self.bytes(3), "record 2 does not follow the one before it"),
    ] {
      var walk = Self.walk()
      #expect(walk.take(Self.bytes(1)) != nil)
      #expect(walk.take(second) == nil && walk.take(Self.bytes(2)) == nil)
      #expect(walk.fault?.sentence == sentence && walk.fault?.record == 2 && walk.sequence == 1)
    }
  }

  @Test func `who names another hash, or a record that is missing, is told`() {
    var walk = Self.walk()
    walk.expect(0, after: 1, by: "the head")
    #expect(walk.take(Self.bytes(1)) == nil)
    #expect(walk.fault?.record == 1 && walk.fault?.isContradicted == true)
    walk = Self.walk()
    walk.expect(0, after: 3, by: "the head")
    #expect(walk.take(Self.bytes(1)) != nil)
    walk.finish()
    #expect(walk.fault?.sentence == "records after 1 are missing; the head says 3")
  }
}
