import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

@Suite struct ConsoleRequestScreenTests {
  static let now: Int64 = 1_769_862_896_789
  static let start = Moment(
    wall: now - 3_600_000, boot: 1_000, bootID: BootID(high: 1, low: 2))

  @Test func `a request is shown with its facts first and its claims apart`() throws {
    let request = try Self.request(
      context: RequestContext(
        reason: "deploy 4f2c", ref: "refs/heads/main", runURL: "https://ci/1",
        command: ["./deploy.sh", "--to", "a b\n"], delivery: "env"),
      reviews: [Self.approval])
    let view = RequestView(
      request: request,
      unmet: [
        .approvals(
          rule: 2, missing: 1, required: 1,
          from: [.user(name: "bob", uid: 1_001), .group(name: "ops", gid: 50)])
      ], byServiceAccount: true, origin: RequestOrigin(connection: 12, process: 4_711))
    #expect(
      view.lines(now: Self.now) == [
        "Request 42 for production: waiting, expires in 23h",
        "  requester  runner (uid 998)",
        "  secrets    AZURE_CREDENTIALS version 3",
        "             DB_PASSWORD version 1",
        "  made       2026-01-31 11:34:56Z (1h ago)",
        "  made on    connection 12, opened by process 4711",
        "  attended   ends by itself when its job stops waiting",
        "  gate       revision 5",
        "  digest     sha256:" + String(repeating: "ab", count: 32),
        "  waits      for one of user:bob and group:ops to approve",
        "  review 1   approved by alice (uid 1000) as user:alice at 2026-01-31 12:04:56Z",
        "  note       asked by the account runner; envgate cannot tell who started this job, "
          + "so its author may be among the reviewers",
        "Claimed by the requester, not verified:",
        "  reason    \"deploy 4f2c\"",
        "  ref       \"refs/heads/main\"",
        "  run       \"https://ci/1\"",
        "  delivery  \"env\"",
        "  command   \"./deploy.sh\" \"--to\" \"a b\\u{A}\"",
        "Comments of the reviewers:",
        "  review 1  \"tests green\"",
      ])
  }

  @Test func `no line holds both a fact and what somebody wrote`() throws {
    let request = try Self.request(
      context: RequestContext(reason: "WRITTEN", command: ["WRITTEN"]),
      reviews: [Self.review(.approved, "WRITTEN")])
    let lines = RequestView(request: request, unmet: [], byServiceAccount: false)
      .lines(now: Self.now)
    let written = lines.filter { $0.contains("WRITTEN") }
    #expect(written.count == 3)
    for line in written {
      #expect(line.hasSuffix("\"WRITTEN\""))
      #expect(!line.contains("uid"))
      #expect(!line.contains("approved"))
    }
  }

  @Test(
    arguments: [
      (
        .approved(until: Deadline(after: 28_800_000, from: start), place: 70),
        "approved, to be activated within 7h"
      ),
      (.active, "active"), (.closed(.failure), "closed (failure), reported by its job"),
      (.closed(.abandoned), "closed (abandoned)"), (.closed(.ended), "closed (ended)"),
      (.rejected, "rejected"),
      (.expired, "expired"), (.cancelled, "cancelled"),
    ] as [(RequestState, String)])
  func `the first line says where the request stands`(state: RequestState, words: String) throws {
    let view = RequestView(
      request: try Self.request(state: state), unmet: [], byServiceAccount: false)
    #expect(view.lines(now: Self.now).first == "Request 42 for production: \(words)")
  }

  @Test func `progress says in one line what is missing and from whom`() throws {
    let view = RequestView(
      request: try Self.request(),
      unmet: [
        .approvals(
          rule: 1, missing: 1, required: 1,
          from: [.user(name: "bob", uid: 1_001), .group(name: "ops", gid: 50)]),
        .approvals(
          rule: 2, missing: 2, required: 3,
          from: [.user(name: "eve", uid: 1), .user(name: "mal", uid: 2), .uid(3)]),
      ], byServiceAccount: false)
    #expect(
      view.waitingSentence(now: Self.now)
        == "request 42 waits for one of user:bob and group:ops to approve, "
        + "and for 2 of user:eve, user:mal and uid:3 to approve (expires in 23h)")
  }

  @Test(arguments: [RequestState.active, .rejected, .closed(.success)])
  func `a request that does not wait has no progress`(state: RequestState) throws {
    let view = RequestView(
      request: try Self.request(state: state), unmet: [], byServiceAccount: false)
    #expect(view.waitingSentence(now: Self.now) == nil)
  }

  @Test func `a grant says what was released and until when`() throws {
    var request = try Self.request(state: .active)
    request.grant = Grant(
      activated: Self.start.reading, expires: Deadline(after: 3_600_000, from: Self.start),
      counted: [])
    let before = RequestView(request: request, unmet: [], byServiceAccount: false)
    #expect(
      Array(before.lines(now: Self.now).suffix(3)) == [
        "  grant      activated at 2026-01-31 11:34:56Z, readable until 2026-01-31 12:34:56Z",
        "             nothing released",
        "             held by its connection",
      ])
    request.grant?.released = Self.start.wall + 1_000
    let after = RequestView(request: request, unmet: [], byServiceAccount: false)
    #expect(
      after.lines(now: Self.now).suffix(2).first
        == "             released at 2026-01-31 11:34:57Z")
  }

  @Test func `a grant that is counted says how often each secret was read`() throws {
    var request = try Self.request(state: .active)
    request.grant = Grant(
      activated: Self.start.reading, expires: Deadline(after: 3_600_000, from: Self.start),
      counted: [],
      hold: .ticket, reads: [2, 1])
    let view = RequestView(request: request, unmet: [], byServiceAccount: false)
    #expect(
      Array(view.lines(now: Self.now).suffix(3)) == [
        "             held by its ticket",
        "             AZURE_CREDENTIALS read 2 times",
        "             DB_PASSWORD read once",
      ])
  }

  @Test func `a grant that only its lifeline keeps is unattended, not active`() throws {
    let view = RequestView(
      request: try Self.request(state: .active), unmet: [], byServiceAccount: false,
      isUnattended: true)
    #expect(view.standing == "unattended")
    #expect(
      view.lines(now: Self.now).first
        == "Request 42 for production: unattended: its job is gone, but processes that it left "
        + "keep the environment taken")
  }

  @Test(.promise(.unusableRequests))
  func `a secret that cannot be read says so, and so does the end of its request`() throws {
    func view(_ state: RequestState, _ version: SecretVersion.State?) throws -> RequestView {
      RequestView(
        request: try Self.request(state: state), unmet: [], byServiceAccount: false,
        unusable: [UnusableSecret(name: try SecretName("DB_PASSWORD"), state: version)])
    }
    let lines = try view(.waiting, .disabled).lines(now: Self.now)
    #expect(lines.contains("  secrets    AZURE_CREDENTIALS version 3"))
    #expect(
      lines.contains {
        $0.hasSuffix("DB_PASSWORD version 1: disabled; this request cannot be used")
      })
    #expect(
      try view(.cancelled, nil).ended
        == "request 42 is cancelled; version 1 of DB_PASSWORD was deleted; make a new one")
    #expect(try view(.expired, nil).ended == "request 42 is expired; make a new one")
  }

  static let approval = review(.approved, "tests green")

  static func review(_ decision: Review.Decision, _ comment: String) -> Review {
    Review(
      decision: decision, person: Person(text: "uid:1000"), uid: 1_000, name: "alice",
      principals: [.user(name: "alice", uid: 1_000)], gateRevision: 5,
      digest: [UInt8](repeating: 0xAB, count: 32), comment: comment,
      time: ClockReading(wall: now - 1_800_000, boot: 0, bootID: start.bootID))
  }

  static func request(
    context: RequestContext = RequestContext(), state: RequestState = .waiting,
    reviews: [Review] = [], grant: Grant? = nil
  ) throws -> AccessRequest {
    AccessRequest(
      id: 42, environment: 1, environmentName: try EnvironmentName("production"),
      gateRevision: 5, revision: 2,
      requester: Requester(uid: 998, name: "runner", person: Person(text: "uid:998")),
      secrets: [
        PinnedSecret(name: try SecretName("AZURE_CREDENTIALS"), version: 3),
        PinnedSecret(name: try SecretName("DB_PASSWORD"), version: 1),
      ], context: context, attended: true, ticketHash: [], created: start.reading,
      expires: Deadline(after: 86_400_000, from: start),
      digest: [UInt8](repeating: 0xAB, count: 32), state: state, reviews: reviews,
      grant: grant)
  }
}
