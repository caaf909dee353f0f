import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// What requests say of themselves, and what the vault makes of it: nothing but that they say it.
@Suite struct ClaimTests {
  private static let honest = RequestContext(
    reason: "nightly deploy of 4f2c9e1", ref: "refs/heads/main", commit: "4f2c9e1",
    runURL: "https://ci/runs/7", command: ["./deploy.sh", "eu"], delivery: "env", key: "nightly")

  @discardableResult
  private static func make(
    _ vault: Fixture, _ context: RequestContext = honest, by caller: Caller,
    _ environment: String = "production", secrets: [SecretName]? = nil
  ) throws -> Int64 {
    let reply = vault.run(
      caller,
      .createRequest(
        RequestCreate(
          environment: try EnvironmentName(environment), secrets: secrets, context: context,
          attended: false)))
    guard let id = reply.request?.id else { throw Unexpected("\(reply)") }
    return id
  }

  private static func stage() throws -> Fixture {
    let vault = try Fixture()
    vault.configuration.waiting = (perEnvironment: 2_000, perRequester: 2_000)
    try vault.restart()
    try vault.furnish(requesters: .principals([.uid(Fixture.runner), .uid(2000)]))
    return vault
  }

  private static func answer(
    _ vault: Fixture, _ id: Int64, to uid: UInt32 = Fixture.bob
  ) throws -> RequestAnswer {
    let reply = vault.run(vault.caller(uid), .getRequest(id))
    guard case .request(let answer) = reply else { throw Unexpected("\(reply)") }
    return answer
  }

  private static func twins(_ vault: Fixture, _ id: Int64) throws -> [Int64] {
    try answer(vault, id).likeness.twins.map(\.id)
  }

  @Test(.promise(.claimsStayClaims))
  func `a claim is never a fact: a copy and its model are named beside each other`()
    throws
  {
    let vault = try Self.stage()
    let first = try Self.make(vault, by: vault.caller(Fixture.runner))
    vault.advance(1_000)
    let second = try Self.make(vault, by: vault.caller(Fixture.runner))
    let (one, two) = (try Self.answer(vault, first), try Self.answer(vault, second))
    #expect(one.likeness.sameKey == .init(older: nil, newer: second, count: 1))
    #expect(two.likeness.sameKey == .init(older: first, newer: nil, count: 1))
    #expect(one.likeness.twins.map(\.id) == [second] && two.likeness.twins.map(\.id) == [first])
    let twin = try #require(one.likeness.twins.first)
    #expect(twin.origin == two.origin && twin.origin != one.origin && two.origin != nil)
    #expect(twin.created == one.request.created.wall + 1_000 && twin.hasSameSecrets)
    #expect(twin.requester == .account(Fixture.runner) && twin.account == "user1001")
  }

  /// What a copy may change without being told from the first by a reader, and what makes it another one.
  @Test(.promise(.claimsStayClaims))
  func `a copy is a twin however it varies what nobody recognises a job by`() throws {
    let vault = try Self.stage()
    let first = try Self.make(vault, by: vault.caller(Fixture.runner))
    var copies: [(String, RequestContext)] = []
    func vary(_ what: String, _ change: (inout RequestContext) -> Void) {
      var context = Self.honest
      change(&context)
      copies.append((what, context))
    }
    vary("key") { $0.key = nil }
    vary("delivery") { $0.delivery = "file" }
    vary("blanks and case") { $0.reason = " Nightly  deploy of 4F2C9E1." }
    vary("a zero") { $0.reason = "nightly dep1oy 0f 4f2c9e1" }
    vary("a Cyrillic letter") { $0.reason = "nightly d\u{435}ploy of 4f2c9e1" }
    vary("a full-width letter") { $0.ref = "refs/heads/\u{FF4D}ain" }
    vary("a mark") { $0.commit = "4f2c9e1\u{301}" }
    vary("other blanks") { $0.reason = "nightly\u{2002}deploy\u{3000}of\u{A0}4f2c9e1" }
    vary("other signs") { $0.ref = "refs\u{2215}heads\u{2044}main" }
    vary("a roman numeral") { $0.commit = "4f2\u{217D}9e1" }
    vary("mathematical letters") { $0.commit = "\u{1D7FA}f2c9e1" }
    vary("an Armenian letter") { $0.runURL = "https://ci/runs/7\u{589}" }
    vary("a letter of which nothing is known") { $0.command = ["./dep\u{A4E1}oy.sh", "eu"] }
    vary("the cuts of the command") { $0.command = ["./deploy.sh eu"] }
    for (what, context) in copies {
      let id = try Self.make(vault, context, by: vault.caller(Fixture.runner))
      #expect(try Self.twins(vault, id).first == first, "\(what)")
      _ = vault.run(vault.caller(Fixture.admin), .cancelRequest(id, ticket: nil))
    }
    copies = []
    vary("reason") { $0.reason = "nightly deploy of 4f2c9e2" }
    vary("no reason") { $0.reason = nil }
    vary("ref") { $0.ref = "refs/heads/next" }
    vary("commit") { $0.commit = "4f2c9e" }
    vary("run") { $0.runURL = "https://ci/runs/8" }
    vary("command") { $0.command = ["./deploy.sh", "us"] }
    vary("a claim as another") { ($0.ref, $0.commit) = ($0.commit, $0.ref) }
    for (what, context) in copies {
      let id = try Self.make(vault, context, by: vault.caller(Fixture.runner))
      #expect(try Self.twins(vault, id) == [], "\(what)")
    }
  }

  @Test(.promise(.claimsStayClaims))
  func `letters that may be others are compared with few, and hide no twin in a flood`()
    throws
  {
    let vault = try Self.stage()
    let first = try Self.make(vault, by: vault.caller(Fixture.runner))
    var copy = Self.honest
    copy.reason = "nightly dep\u{A4E1}oy of 4f2c9e1"
    let second = try Self.make(vault, copy, by: vault.caller(Fixture.runner))
    var other = Self.honest
    other.reason = "nightly dep\u{A4E1}oy of 4f2c9e2"
    let third = try Self.make(vault, other, by: vault.caller(Fixture.runner))
    #expect(try Self.twins(vault, first) == [second] && Self.twins(vault, second) == [first])
    #expect(try Self.twins(vault, third) == [])
    let flood = vault.caller(Fixture.runner)
    for number in 100..<100 + LikeRequests.mostCompared {
      other.reason = "nightly dep\u{A4E1}oy of 4f2c\(number)"
      try Self.make(vault, other, by: flood)
    }
    let likeness = try Self.answer(vault, first).likeness
    #expect(likeness.twins.first?.id == second && likeness.moreTwins > 0)
    #expect(try Self.twins(vault, second).first == first)
  }

  @Test func `twins are of one environment and of several connections, whoever made them`() throws {
    let vault = try Self.stage()
    let maker = vault.caller(Fixture.runner)
    let first = try Self.make(vault, by: maker)
    try Self.make(vault, by: maker)
    try Self.make(vault, by: vault.caller(Fixture.runner), "development")
    #expect(try Self.twins(vault, first) == [])
    let stranger = try Self.make(vault, by: vault.caller(2000))
    #expect(try Self.twins(vault, first) == [stranger])
    #expect(try Self.answer(vault, first).likeness.twins.first?.requester == .account(2000))
    // Another account's key is another job's.
    #expect(try Self.answer(vault, stranger).likeness.sameKey == nil)
  }

  @Test func `a twin says whether it asks for the same versions of the same secrets`() throws {
    let vault = try Self.stage()
    try vault.set("production", "OTHER", "x")
    let name = try SecretName("AZURE_CREDENTIALS")
    let one = try Self.make(vault, by: vault.caller(Fixture.runner), secrets: [name])
    let same = try Self.make(vault, by: vault.caller(Fixture.runner), secrets: [name])
    let more = try Self.make(vault, by: vault.caller(Fixture.runner))
    try vault.set("production", name.text, "newer")
    let newer = try Self.make(vault, by: vault.caller(Fixture.runner), secrets: [name])
    let twins = try Self.answer(vault, one).likeness.twins
    #expect(twins.map(\.id) == [same, more, newer])
    #expect(twins.map(\.hasSameSecrets) == [true, false, false])
  }

  @Test func `a twin that was approved or is used stands beside what still waits`() throws {
    let vault = try Self.stage()
    let (approved, _) = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    let (waiting, _) = try vault.request(by: vault.caller(Fixture.runner))
    func states() throws -> [String] {
      try Self.answer(vault, waiting.id).likeness.twins.map(\.state)
    }
    #expect(try states() == ["approved"])
    let (active, _) = try vault.grant(by: vault.caller(Fixture.runner))
    let (shown, _) = try vault.request(by: vault.caller(Fixture.runner))
    #expect(try Self.answer(vault, active).likeness.twins == [], "nothing is left to decide")
    _ = vault.run(vault.caller(Fixture.admin), .revokeRequest(approved.id))
    #expect(try Self.twins(vault, shown.id).contains(waiting.id))
    #expect(try !Self.twins(vault, shown.id).contains(approved.id))
  }

  @Test(.promise(.claimsStayClaims))
  func `a thousand copies on one connection are counted, and hide no honest request`() throws {
    let vault = try Self.stage()
    let flood = vault.caller(Fixture.runner)
    let before = try (0..<500).map { _ in try Self.make(vault, by: flood) }
    let honest = try Self.make(vault, by: vault.caller(Fixture.runner))
    let after = try (0..<499).map { _ in try Self.make(vault, by: flood) }
    #expect(after.last == before[0] + 999)
    for clone in [before[0], before[499], after[0], after[498]] {
      let likeness = try Self.answer(vault, clone).likeness
      #expect(likeness.twins.map(\.id) == [honest] && likeness.moreTwins == 0)
      #expect(likeness.sameKey?.count == 999)
    }
    let likeness = try Self.answer(vault, honest).likeness
    #expect(likeness.twins.map(\.id) == [before[0]] && likeness.moreTwins == 998)
    for id in [before[0], before[1]] {
      _ = vault.run(vault.caller(Fixture.admin), .cancelRequest(id, ticket: nil))
    }
    #expect(try Self.twins(vault, honest) == [before[2]])
    #expect(try Self.answer(vault, honest).likeness.moreTwins == 996)
  }

  @Test func `of copies on a thousand connections three are named and the rest is counted`()
    throws
  {
    let vault = try Self.stage()
    let ids = try (0..<1_000).map { _ in try Self.make(vault, by: vault.caller(Fixture.runner)) }
    for (place, named) in [
      (0, [1, 2, 999]), (1, [0, 2, 999]), (500, [0, 1, 999]), (999, [0, 1, 998]),
    ] {
      let likeness = try Self.answer(vault, ids[place]).likeness
      #expect(likeness.twins.map(\.id) == named.map { ids[$0] })
      #expect(likeness.moreTwins == 996)
    }
    let entry = try #require(vault.engine.live[ids[500]])
    #expect(entry.origin != nil)
  }

  @Test func `after a restart the origin is unknown until the job returns with the ticket`() throws
  {
    let vault = try Self.stage()
    let maker = vault.caller(Fixture.runner)
    let (first, ticket) = try vault.request(by: maker)
    let (second, _) = try vault.request(by: maker)
    #expect(try Self.twins(vault, first.id) == [])
    try vault.restart()
    #expect(try Self.twins(vault, first.id) == [second.id])
    #expect(try Self.answer(vault, first.id).origin == nil)
    let onlooker = vault.caller(Fixture.runner)
    _ = vault.run(onlooker, .observeRequest(first.id))
    #expect(try Self.answer(vault, first.id).origin == nil, "who only looks on is no origin")
    let returned = vault.caller(Fixture.runner)
    _ = vault.run(returned, .observeRequest(first.id, ticket: ticket))
    #expect(try Self.answer(vault, first.id).origin == returned.origin)
    #expect(try Self.answer(vault, second.id).likeness.twins.first?.origin == returned.origin)
  }

  @Test func `keys point from both sides, over a restart, while both live`() throws {
    let vault = try Self.stage()
    let maker = vault.caller(Fixture.runner)
    func make(_ key: String?, by caller: Caller, _ environment: String = "production") throws
      -> Int64
    {
      try #require(vault.run(caller, try vault.makes(environment, key: key)).request?.id)
    }
    func pair(_ id: Int64) throws -> [Int64?] {
      let sameKey = try Self.answer(vault, id, to: Fixture.admin).likeness.sameKey
      return [sameKey?.older, sameKey?.newer]
    }
    let first = try make("deploy", by: maker)
    let others = [
      try make("test", by: maker), try make(nil, by: maker),
      try make("deploy", by: vault.caller(2000)), try make("deploy", by: maker, "development"),
    ]
    #expect(try pair(first) == [nil, nil])
    let second = try make("deploy", by: maker)
    let third = try make("deploy", by: maker)
    let expected = [[nil, third], [first, third], [first, nil]]
    #expect(try [first, second, third].map(pair) == expected)
    #expect(try others.allSatisfy { try pair($0) == [nil, nil] })
    try vault.restart()
    #expect(try [first, second, third].map(pair) == expected)
    _ = vault.run(vault.caller(Fixture.admin), .cancelRequest(third, ticket: nil))
    #expect(try [first, second, third].map(pair) == [[nil, second], [first, nil], [nil, nil]])
  }
}
