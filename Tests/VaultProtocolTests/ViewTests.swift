import SecretMemory
import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

@Suite struct ViewTests {
  @Test func `status reads as it was written, roles unknown included`() throws {
    for roles in [Roles([.admin, .auditor]), [], nil] {
      let view = StatusView(
        version: "0.1.0", vault: Array(0..<16),
        you: StatusView.You(uid: 4_294_967_294, account: roles == nil ? nil : "root", roles: roles),
        memoryLocked: true, audit: 12)
      let again = try Wire.roundTrip(view)
      #expect(again == view)
      #expect(again.vault == "000102030405060708090a0b0c0d0e0f")
      #expect(again.you.roles == roles?.texts)
    }
  }

  @Test func `an environment reads as it was written`() throws {
    for (protection, requesters) in [
      (Gate.Protection.unprotected, Requesters.any),
      (
        .reviewers([
          ReviewerRule(
            reviewers: [.user(name: "a", uid: 1), .group(name: "g", gid: 2)], required: 2),
          ReviewerRule(reviewers: [.uid(9)], required: 1),
        ]), .principals([.user(name: "ci", uid: 5)])
      ),
    ] {
      let view = EnvironmentView(
        environment: try Samples.environment(protection, requesters), roles: [.requester])
      let again = try Wire.roundTrip(view)
      #expect(again == view)
      #expect(again.requestTTL == 86_400)
      #expect(!again.explanation.isEmpty)
      #expect(again.preventSelfReview)
    }
  }

  static let states: [RequestState] = [
    .waiting, .approved(until: Deadline(after: 1_000, from: Samples.moment), place: 70), .active,
    .closed(.success), .closed(.failure), .closed(.abandoned), .closed(.ended), .rejected, .expired,
    .cancelled,
  ]

  @Test(arguments: states)
  func `a request reads as it was written, in every state`(_ state: RequestState) throws {
    let pinned = PinnedSecret(name: try Samples.secretName("A"), version: 3)
    let grant = Grant(
      activated: Samples.moment.reading, expires: Deadline(after: 60_000, from: Samples.moment),
      counted: [0], released: state == .active ? nil : Samples.time)
    for request in [
      try Samples.request(state: state, account: nil),
      try Samples.request(
        state: state, context: Samples.context, secrets: [pinned, pinned],
        reviews: [Samples.review(), Samples.review(.rejected, name: nil)], grant: grant),
    ] {
      let view = RequestView(
        request: request,
        unmet: [.approvals(rule: 1, missing: 1, required: 2, from: [.uid(7), .gid(8)])],
        byServiceAccount: true, turn: Turn(holder: 5, since: Samples.time, before: 2),
        outdatedBy: 43,
        unusable: [UnusableSecret(name: pinned.name, state: state == .waiting ? .disabled : nil)])
      let again = try Wire.roundTrip(view)
      #expect(again == view)
      #expect(again.turn?.holder == 5 && again.turn?.before == 2 && again.outdatedBy == 43)
      #expect(
        again.secrets.allSatisfy { $0.state == (state == .waiting ? "disabled" : "deleted") })
      #expect(again.claimed == request.context)
      #expect(again.state == state.text)
      #expect((again.approvedUntil != nil) == (state.text == "approved"))
      #expect((again.outcome != nil) == (state.text == "closed"))
    }
  }

  @Test func `a service account's request says that its author is unknown`() throws {
    let request = try Samples.request()
    let note =
      "asked by the account runner; envgate cannot tell who started this job, so its author may be among the reviewers"
    #expect(RequestView(request: request, unmet: [], byServiceAccount: true).notes == [note])
    #expect(RequestView(request: request, unmet: [], byServiceAccount: false).notes == [])
  }

  @Test func `long reviews lose their text, the oldest first, and a note says so`() throws {
    let comment = String(repeating: "\"", count: 3_000)
    let reviews = (0..<3).map { _ in Samples.review(comment: comment) }
    let view = RequestView(
      request: try Samples.request(reviews: reviews), unmet: [], byServiceAccount: false)
    #expect(view.reviews.map(\.comment) == ["", "", comment])
    #expect(view.reviews.map(\.decision) == ["approved", "approved", "approved"])
    #expect(view.notes == ["2 older reviews are shown without their comments"])
  }

  @Test func `what request create answers reads as it was written`() throws {
    let ticket = try Wire.secret("egr1_abc".utf8)
    let view = RequestCreatedView(
      request: try Samples.request(secrets: [
        PinnedSecret(name: Samples.secretName("AZURE_CREDENTIALS"), version: 3)
      ]), ticket: ticket,
      unmet: [.approvals(rule: 1, missing: 1, required: 1, from: [.uid(7)])])
    let again = try Wire.roundTrip(view)
    #expect(Wire.bytes(again.ticket) == Wire.bytes(ticket))
    #expect(again.id == 42 && again.state == "waiting" && again.environment == "production")
    #expect(again.digest == view.digest && again.unmet == view.unmet)
    #expect(again.secrets == view.secrets && view.secrets?.isEmpty == false)
    #expect(Wire.text(Wire.reply(view)).contains(#""ticket":"egr1_abc""#))
  }

  @Test func `secrets and their versions read as they were written`() throws {
    let name = try Samples.secretName("AZURE_CREDENTIALS")
    let set = SecretSetView(environment: "production", name: name, version: 3)
    #expect(try Wire.roundTrip(set) == set)
    let secret = Secret(
      environment: 3, name: name, revision: 1, current: 4, updated: Samples.time, updater: 1_000)
    let view = SecretView(environment: "production", secret: secret, state: .disabled)
    #expect(try Wire.roundTrip(view) == view && view.due == nil)
    let due = SecretView(
      environment: "production", secret: secret, state: .enabled, rotationPeriod: 86_400_000)
    #expect(try Wire.roundTrip(due) == due && due.due == Samples.time + 86_400_000)
    let empty = SecretView(
      environment: "production", secret: secret, state: nil, rotationPeriod: 86_400_000)
    #expect(empty.due == nil)
    #expect(view.cursor == "AZURE_CREDENTIALS")
  }

  static let values: [[UInt8]] = [
    [], Array("plain".utf8), Array("{\"a\":\"b\\n\"}".utf8), [0, 1, 255], Array("\u{0}\u{1}".utf8),
    Array("zwölf 🗝".utf8), Array(0...255), [0xC3], [0xED, 0xA0, 0x80],
  ]

  @Test(arguments: values)
  func `a released value arrives byte for byte`(_ bytes: [UInt8]) throws {
    let name = try Samples.secretName("A")
    let secret = ReleasedSecret(name: name, version: 2, value: try Wire.secret(bytes))
    let environment = try EnvironmentName("production")
    let one = try Wire.roundTrip(SecretValueView(environment: environment, secret: secret))
    #expect(one.environment == "production" && one.secret.name == "A" && one.secret.version == 2)
    #expect(Wire.bytes(one.secret.value) == bytes)
    let page = try Wire.roundTrip(
      GrantPageView(environment: environment, items: [secret, secret], next: name))
    #expect(page.items.map { Wire.bytes($0.value) } == [bytes, bytes])
    #expect(page.next == "A")
  }

  @Test func `audit records read as they were written`() throws {
    let plain = AuditRecord(sequence: 1, time: Samples.time, boot: 5, event: .vaultCreated)
    let full = AuditRecord(
      sequence: 2, time: Samples.time, boot: 9_007_199_254_740_991, event: .secretReleased,
      subject: .account(7), account: "bob",
      environment: "production", request: 42,
      secrets: [PinnedSecret(name: try Samples.secretName("A"), version: 1)],
      details: [.init("outcome", "success"), .init("outcome", "again"), .init("a\"b", "\n")])
    for record in [plain, full] {
      let view = AuditRecordView(record: record, hash: Samples.digest)
      #expect(try Wire.roundTrip(view) == view)
    }
    let line = Wire.text(Wire.reply(AuditRecordView(record: plain, hash: Samples.digest)))
    for absent in ["uid", "account", "environment", "request", "secrets", "details"] {
      #expect(!line.contains("\"\(absent)\""))
    }
    let full2 = AuditRecordView(record: full, hash: Samples.digest)
    #expect(full2.details.map(\.name) == ["outcome", "outcome#2", "a\"b"])
  }

  @Test func `what audit verify found reads as it was written`() throws {
    for view in [
      AuditVerificationView(verified: true, records: 9, head: Samples.digest, signedThrough: 9),
      AuditVerificationView(
        verified: false, records: 9, head: Samples.digest, signedThrough: 5,
        fault: "record 6 does not hold", firstBad: 6),
    ] { #expect(try Wire.roundTrip(view) == view) }
  }

  @Test func `a reader passes over members that it does not know`() throws {
    let line =
      #"{"jsonrpc":"2.0","id":1,"result":{"environment":"p","name":"A","version":1,"warning":["x"]}}"#
      + "\n"
    #expect(try Wire.read(Array(line.utf8), as: SecretSetView.self).version == 1)
  }

  @Test func `an answer that lacks a member is no answer`() {
    let line = #"{"jsonrpc":"2.0","id":1,"result":{"environment":"p","name":"A"}}"# + "\n"
    #expect(throws: JSONFault.self) { try Wire.read(Array(line.utf8), as: SecretSetView.self) }
  }

  @Test(arguments: ["sha256:", "", "sha512:00", "sha256:" + String(repeating: "0A", count: 32)])
  func `a digest has one spelling`(_ text: String) {
    #expect(Digest(text) == nil)
    #expect(Digest(Digest(Samples.digest).text)?.bytes == Samples.digest)
  }
}
