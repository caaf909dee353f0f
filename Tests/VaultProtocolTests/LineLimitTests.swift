import SecretMemory
import Testing
import VaultCore

@testable import VaultProtocol

/// No answer is longer than a line.
@Suite struct LineLimitTests {
  let limits = ProtocolLimits()

  /// 64 KiB each, of what grows most on its way into JSON.
  enum Hostile: CaseIterable {
    case controlCharacters, quotes, backslashes, noUTF8, plainText, everyByte

    var bytes: [UInt8] {
      (0..<65_536).map { index in
        switch self {
        case .controlCharacters: 1
        case .quotes: 0x22
        case .backslashes: 0x5C
        case .noUTF8: 0xFF
        case .plainText: 0x61
        case .everyByte: UInt8(index & 255)
        }
      }
    }
  }

  @Test(arguments: Hostile.allCases)
  func `the largest value fits a line in both directions`(_ what: Hostile) throws {
    let bytes = what.bytes
    let environment = try EnvironmentName(String(repeating: "e", count: 255))
    let name = try Samples.secretName(String(repeating: "N", count: 255))
    let value = try Wire.secret(bytes)
    let released = ReleasedSecret(name: name, version: .max >> 10, value: value)
    let reply = Wire.reply(SecretValueView(environment: environment, secret: released))
    #expect(reply.count <= limits.line)
    let read = try Wire.read(reply, as: SecretValueView.self)
    #expect(Wire.bytes(read.secret.value) == bytes)

    let page = Wire.reply(GrantPageView(environment: environment, items: [released], next: name))
    #expect(page.count <= limits.line)

    let line = Wire.line(
      .secretSet(SecretSet(environment: environment, name: name, value: value, cas: 1)),
      id: .string(String(repeating: "\u{1}", count: 64)))
    #expect(line.utf8.count < limits.line)
    guard case .call(_, .secretSet(let set)) = Wire.incoming(line) else {
      Issue.record("\(what) was not read back")
      return
    }
    #expect(Wire.bytes(set.value) == bytes)
  }

  @Test func `the largest request fits a line`() throws {
    let secrets = try (0..<AccessRequest.mostSecrets).map { index in
      let number = String(index)
      return PinnedSecret(
        name: try Samples.secretName(
          String(repeating: "S", count: 255 - number.count) + number),
        version: 9_007_199_254_740_991)
    }
    let text = String(repeating: "\\", count: 4_096)
    var context = RequestContext(reason: text, ref: text, commit: text, runURL: text)
    while context.wireSize < ProtocolLimits.longestContext - 8 { context.command.append("\u{1}") }
    // Any line that asks for this can be answered with it.
    #expect(context.wireSize <= ProtocolLimits.longestContext)
    let reviewers = (0..<500).map { number in
      Principal.user(name: Self.account(number), uid: UInt32(number))
    }
    let reviews = (0..<AccessRequest.mostReviews).map { _ in
      Samples.review(
        comment: String(repeating: "\"", count: 4_096), principals: Array(reviewers.prefix(50)),
        name: Self.account(0))
    }
    let unmet = (0..<10).map { rule in
      Unmet.approvals(
        rule: rule + 1, missing: 20, required: 20,
        from: Array(reviewers[rule * 50..<rule * 50 + 50]))
    }
    let grant = Grant(
      activated: Samples.moment.reading, expires: Deadline(after: 1, from: Samples.moment),
      counted: Array(reviews.indices), released: Samples.time,
      reads: Array(repeating: Gate.mostReads, count: secrets.count))
    let request = try Samples.request(
      state: .active, context: context, secrets: secrets, reviews: reviews, grant: grant,
      account: Self.account(1))
    let view = RequestView(
      request: request, unmet: unmet, byServiceAccount: true, origin: Samples.origin,
      likeness: Samples.likeness(account: Self.account(2)), isUnattended: true,
      newNames: UnapprovedNames(secrets: secrets.map(\.name), variables: secrets.map(\.name)))
    let reply = Wire.reply(view)
    #expect(reply.count <= limits.line)
    #expect(try Wire.read(reply, as: RequestView.self) == view)
    let unusable = RequestView(
      request: try Samples.request(
        context: context, secrets: secrets, reviews: reviews, account: Self.account(1)),
      unmet: unmet, byServiceAccount: true, origin: Samples.origin,
      likeness: Samples.likeness(account: Self.account(2)),
      newNames: UnapprovedNames(secrets: secrets.map(\.name), variables: secrets.map(\.name)),
      unusable: secrets.map { UnusableSecret(name: $0.name, state: .destroyed) })
    #expect(Wire.reply(unusable).count <= limits.line)
  }

  /// As long as a host lets the name of an account be: useradd(8) takes 32 bytes.
  static func account(_ number: Int) -> String {
    String(repeating: "a", count: 28) + String(1_000 + number)
  }

  @Test func `the largest gate fits a line`() throws {
    let principals = (0..<1_400).map { number in
      Principal.user(name: Self.account(number), uid: UInt32(number))
    }
    func gate(rulesFrom first: Int) -> Gate {
      Gate(
        protection: .reviewers(
          (0..<ReviewerRule.mostRules).map {
            let start = first + $0 * ReviewerRule.mostReviewers
            return ReviewerRule(
              reviewers: Array(principals[start..<start + ReviewerRule.mostReviewers]),
              required: ReviewerRule.mostRequired)
          }), requesters: .principals(Array(principals[..<200])),
        writers: Array(principals[200..<400]), exclusive: true, inOrder: true,
        maxReads: Gate.mostReads)
    }
    let now = gate(rulesFrom: 400)
    let environment = Environment(
      id: .max >> 10, name: try EnvironmentName(String(repeating: "e", count: 255)),
      revision: .max >> 10, gate: now, created: Samples.time, creator: .max)
    let view = EnvironmentView(environment: environment, roles: [.admin, .reviewer])
    let reply = Wire.reply(view)
    #expect(reply.count <= limits.line)
    #expect(try Wire.read(reply, as: EnvironmentView.self) == view)

    // An edit of all rules says them three times: as they are, and in words before and after.
    let changed = EnvironmentChangedView(
      environment: view, changes: now.differences(from: gate(rulesFrom: 900)),
      reset: VaultLimits.waitingPerEnvironment,
      madeByWriters: try (0..<200).map {
        try Samples.secretName(String(repeating: "S", count: 250) + "\($0)")
      })
    #expect(changed.moreByWriters > 0)
    #expect(Wire.reply(changed).count <= limits.line)
  }

  @Test func `a list is cut to its line and goes on where it was cut`() throws {
    let records = (1...500).map { number in
      AuditRecordView(
        record: AuditRecord(
          sequence: Int64(number), time: Samples.time, boot: 9_007_199_254_740_991,
          event: .requestApproved,
          details: [.init("comment", String(repeating: "c", count: 4_000))]), hash: Samples.digest)
    }
    var seen: [Int64] = []
    var rest = records[...]
    while let first = rest.first {
      #expect(seen.last ?? 0 == first.sequence - 1)
      let reply = Wire.reply(
        ListView(items: Array(rest), next: nil as Int64?), limits: limits)
      #expect(reply.count <= limits.line)
      let page = try Wire.read(reply, as: ListView<AuditRecordView>.self)
      #expect(!page.items.isEmpty)
      seen += page.items.map(\.sequence)
      #expect(page.next == (seen.count < 500 ? page.items.last?.sequence : nil))
      rest = rest.filter { $0.sequence > page.next ?? .max }[...]
    }
    #expect(seen == Array(1...500))
  }

  @Test func `a list that fits keeps the end it was given`() throws {
    let view = ListView<AuditRecordView>(items: [], next: 7)
    let again = try Wire.roundTrip(view)
    #expect(again.items.isEmpty && again.next == 7)
  }

  @Test func `an answer too long for its line is replaced by an error to the same call`() throws {
    let value = try Wire.secret(Array(repeating: 0x61, count: 2_000))
    let secret = ReleasedSecret(name: try Samples.secretName("A"), version: 1, value: value)
    let view = SecretValueView(environment: try EnvironmentName("p"), secret: secret)
    let reply = Wire.reply(view, limits: ProtocolLimits(line: 1_024))
    #expect(reply.count <= 1_024)
    #expect(throws: WireError.replyLimit(1_024)) {
      try Wire.read(reply, as: SecretValueView.self)
    }
    #expect(!Wire.text(reply).contains("aaaa"))
  }

  @Test func `what was encoded is gone when the next answer begins`() throws {
    var encoder = ReplyEncoder(limits: limits)
    let value = try Wire.secret(Array("hunter2-hunter2-hunter2".utf8))
    let secret = ReleasedSecret(name: try Samples.secretName("A"), version: 1, value: value)
    encoder.encode(
      .integer(1), result: SecretValueView(environment: try EnvironmentName("p"), secret: secret))
    #expect(encoder.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.contains("hunter2"))
    encoder.wipe()
    #expect(encoder.count == 0)
    encoder.encode(.integer(2), error: .busy)
    #expect(!encoder.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.contains("hunter2"))
  }
}
