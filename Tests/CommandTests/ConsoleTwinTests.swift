import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// Requests that say the same of themselves, as a reviewer sees them.
@Suite struct ConsoleTwinTests {
  static func twin(
    _ id: Int64, later milliseconds: Int64 = 3_000, by uid: UInt32 = 998,
    origin: RequestOrigin? = RequestOrigin(connection: 13, process: 4_712), same: Bool = true,
    state: String = "waiting"
  ) -> RequestLikeness.Twin {
    RequestLikeness.Twin(
      id: id, state: state, requester: .account(uid), account: uid == 998 ? "runner" : nil,
      created: ConsoleRequestScreenTests.start.wall + milliseconds, origin: origin,
      hasSameSecrets: same)
  }

  static func view(
    _ likeness: RequestLikeness, id: Int64 = 42, state: RequestState = .waiting,
    revision: Int64 = 2, reason: String? = "nightly"
  ) throws -> RequestView {
    let request = try ConsoleRequestScreenTests.request(
      context: RequestContext(reason: reason, key: "night"), state: state)
    return RequestView(
      request: AccessRequest(
        id: id, environment: 1, environmentName: request.environmentName, gateRevision: 5,
        revision: revision, requester: request.requester, secrets: request.secrets,
        context: request.context, attended: true, ticketHash: [], created: request.created,
        expires: request.expires, digest: request.digest, state: state),
      unmet: [], byServiceAccount: false, origin: RequestOrigin(connection: 12, process: 4_711),
      likeness: likeness)
  }

  private static let claims = [
    "Claimed by the requester, not verified:", "  reason    \"nightly\"",
    "  key       \"night\"",
  ]

  @Test(.promise(.claimsStayClaims))
  func `no claim is shown as a fact, and a twin is named before all else`() throws {
    let view = try Self.view(
      RequestLikeness(
        sameKey: .init(older: nil, newer: 43, count: 1), twins: [Self.twin(43)]))
    let lines = view.lines(now: ConsoleRequestScreenTests.now)
    #expect(
      Array(lines.prefix(5)) == [
        "Request 42 for production: waiting, expires in 23h",
        "  twins      request 43 makes the same claims as this one",
        "             approve 42 only if the log of the job that you expect shows request 42",
        "             request 43 was made 3s later on connection 13, opened by process 4712",
        "  requester  runner (uid 998)",
      ])
    #expect(lines.contains("  made on    connection 12, opened by process 4711"))
    #expect(
      Array(lines.suffix(4)) == Self.claims + [
        "  same job  claims to be the same job as request 43 (made later)"
      ])
    let title = try #require(lines.firstIndex(of: Self.claims[0]))
    #expect(!lines[..<title].contains { $0.contains("newer") || $0.contains("same job") })
  }

  @Test func `what the vault knows of a twin says how it differs, and a flood is counted`() throws {
    let view = try Self.view(
      RequestLikeness(
        sameKey: .init(older: 3, newer: 999, count: 998),
        twins: [
          Self.twin(3, later: -7_200_000, by: 2_000, origin: nil, same: false, state: "active"),
          Self.twin(4, later: 10, origin: RequestOrigin(connection: 5, process: nil)),
          Self.twin(999),
        ], moreTwins: 996))
    let lines = view.lines(now: ConsoleRequestScreenTests.now)
    #expect(
      lines[1...5] == [
        "  twins      requests 3, 4, 999 and 996 more make the same claims as this one",
        "             approve 42 only if the log of the job that you expect shows request 42",
        "             request 3 was made 2h earlier by uid 2000 on an unknown connection, because the "
          + "daemon was restarted; it asks for other secrets or versions; it is active",
        "             request 4 was made within the same second on connection 5",
        "             request 999 was made 3s later on connection 13, opened by process 4712",
      ])
    #expect(
      lines.last
        == "  same job  claims to be the same job as request 3 (made earlier) and request 999 (made "
        + "later) and 996 more")
    let row = RequestListCommand.table([(nil, [view, try Self.view(RequestLikeness(), id: 43)])])
    let rows = row.lines(aligned: true, colours: false)
    #expect(rows[0].hasSuffix("SECRETS                        SAME CLAIMS AS"))
    #expect(rows[1].hasSuffix("  3, 4, 999 and 996 more") && rows[2].hasSuffix("  -"))
  }

  @Test func `a list without twins has no column for them`() throws {
    let table = RequestListCommand.table([(nil, [try Self.view(RequestLikeness())])])
    #expect(table.lines(aligned: true, colours: false)[0].hasSuffix("MADE      SECRETS"))
  }

  @Test func `another job's request of the account is shown in part, in every list`() throws {
    let part = RequestView(partOf: try ConsoleRequestScreenTests.request())
    #expect(
      part.lines(now: ConsoleRequestScreenTests.now) == [
        "Request 42 for production: waiting",
        "  requester  runner (uid 998)",
        "  note       another job of this account made it; to see the rest, add its "
          + "--ticket-file, or ask a reviewer",
      ])
    #expect(
      RequestListCommand.table([(nil, [part])]).lines(aligned: false, colours: false) == [
        "42\twaiting\tproduction\trunner (uid 998)\t-\t-"
      ])
    let history = HistoryTable([part], [], isOfOne: false, now: ConsoleRequestScreenTests.now)
    #expect(
      history.table.lines(aligned: false, colours: false) == [
        "42\t-\tproduction\trunner (uid 998)\t-\t-\t-\twaiting\t-"
      ])
    var model = WatchModel()
    _ = model.take(.listed([WatchScreenTests.entry(part)], sequence: 1), from: nil)
    let lines = WatchScreenTests.lines(&model)
    #expect(lines[2].contains("runner (uid 998)  -     -"), "\(lines[2])")
  }
}
