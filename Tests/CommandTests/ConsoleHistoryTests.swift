import Testing
import VaultCore
import VaultProtocol

@testable import envgate

@Suite struct ConsoleHistoryTests {
  static let now = ConsoleRequestScreenTests.now

  @Test func `a request's row says who got what by whose approval, and how it ended`() throws {
    let start = ConsoleRequestScreenTests.start
    let request = try ConsoleRequestScreenTests.request(
      context: RequestContext(reason: "WRITTEN"), state: .closed(.failure),
      reviews: [ConsoleRequestScreenTests.approval],
      grant: Grant(
        activated: start.reading, expires: Deadline(after: 3_600_000, from: start), counted: [0],
        released: start.wall + 1_000))
    #expect(
      Self.lines(RequestView(request: request, unmet: [], byServiceAccount: false)) == [
        "42\t2026-01-31 11:34:56Z\tproduction\trunner (uid 998)\t"
          + "AZURE_CREDENTIALS@3 DB_PASSWORD@1\talice (uid 1000)\t2026-01-31 11:34:57Z\t"
          + "closed (failure)\t-"
      ])
  }

  @Test(arguments: [80, 60])
  func `a person reads who and when, however much was asked for`(width: Int) throws {
    let start = ConsoleRequestScreenTests.start
    let request = try ConsoleRequestScreenTests.request(
      state: .closed(.failure), reviews: [ConsoleRequestScreenTests.approval],
      grant: Grant(
        activated: start.reading, expires: Deadline(after: 3_600_000, from: start), counted: [0],
        released: start.wall + 1_800_000))
    var lines = [Bool: [String]]()
    for isOfOne in [true, false] {
      let history = HistoryTable(
        [RequestView(request: request, unmet: [], byServiceAccount: false)], [], isOfOne: isOfOne,
        now: Self.now)
      lines[isOfOne] = history.table.lines(aligned: true, colours: false, width: width)
    }
    let expected = [
      80: [
        true: [
          "REQUEST  MADE    REQUESTER         SECRETS   REVIEWED BY       RELEASED  END",
          "     42  1h ago  runner (uid 998)  AZURE_C…  alice (uid 1000)  30m ago   failure",
        ],
        false: [
          "REQUEST  MADE    ENVIRO…  REQUESTER     SECRETS  REVIEWED BY   RELEASED  END",
          "     42  1h ago  produc…  runner (uid…  AZURE_…  alice (uid …  30m ago   failure",
        ],
      ],
      60: [
        true: [
          "REQUEST  MADE    REQUESTER    SECRETS  REVIEWED BY  RELEASED",
          "     42  1h ago  runner (ui…  AZURE_…  alice (uid…  30m ago",
        ],
        false: [
          "REQUEST  MADE    ENVIRO…  REQUESTER     SECRETS  REVIEWED BY",
          "     42  1h ago  produc…  runner (uid…  AZURE_…  alice (uid…",
        ],
      ],
    ]
    #expect(lines == expected[width])
  }

  @Test func `history says who rejected a request and why, who did not approve it`() throws {
    let request = try ConsoleRequestScreenTests.request(
      state: .rejected,
      reviews: [ConsoleRequestScreenTests.review(.rejected, "not\tbefore\nMonday")])
    let view = RequestView(request: request, unmet: [], byServiceAccount: false)
    #expect(
      Self.lines(view).first?.hasSuffix(
        "\t-\t-\trejected by alice (uid 1000)\t\"not\\u{9}before\\u{A}Monday\"") == true)
    let history = HistoryTable([view], [], isOfOne: true, now: Self.now)
    let row = history.table.lines(aligned: true, colours: false, width: 80)[1]
    #expect(row.contains("alice (uid 1000)") && row.hasSuffix("rejected"))
    #expect(history.more == ["        why: \"not\\u{9}before\\u{A}Monday\""])
  }

  @Test func `a grant that only its lifeline keeps has not ended`() throws {
    let request = try ConsoleRequestScreenTests.request(state: .active)
    let line = Self.lines(
      RequestView(request: request, unmet: [], byServiceAccount: false, isUnattended: true)
    ).first
    #expect(line?.hasSuffix("\tunattended\t-") == true)
  }

  @Test(
    arguments: [(1, "read once in all"), (3, "read 3 times in all")] as [(Int64, String)])
  func `an account that has read stands in the same columns, without a request`(
    count: Int64, words: String
  ) {
    let history = HistoryTable(
      [], [Self.read(first: 60_000, count: count)], isOfOne: true, now: Self.now)
    #expect(
      history.table.lines(aligned: false, colours: false) == [
        "-\t2026-01-31 12:33:56Z\tdevelopment\tuid 7\tA@2\t-\t2026-01-31 12:34:56Z\t\(words)\t-"
      ])
  }

  @Test func `history is one list of requests and reads, the newest first`() throws {
    // The request was made an hour ago.
    let request = RequestView(
      request: try ConsoleRequestScreenTests.request(), unmet: [], byServiceAccount: false)
    let reads = [7_200_000, 0].map { Self.read(first: 9_000_000, last: $0, count: 2) }
    let lines = HistoryTable([request], reads, isOfOne: true, now: Self.now)
      .table.lines(aligned: false, colours: false)
    #expect(lines.map { $0.prefix { $0 != "\t" } } == ["-", "42", "-"])
    #expect(lines[0].contains("12:34:56Z\tread 2") && lines[2].contains("10:34:56Z\tread 2"))
  }

  @Test(arguments: [(1, ["-"]), (2, ["-", "42"]), (3, ["-", "42", "-"]), (9, ["-", "42", "-"])])
  func `history --limit counts requests and reads alike`(most: Int, shown: [String]) throws {
    let request = RequestView(
      request: try ConsoleRequestScreenTests.request(), unmet: [], byServiceAccount: false)
    let reads = [7_200_000, 0].map { Self.read(first: 9_000_000, last: $0, count: 2) }
    let history = HistoryTable([request], reads, isOfOne: true, most: most, now: Self.now)
    let lines = history.table.lines(aligned: false, colours: false)
    #expect(lines.map { String($0.prefix { $0 != "\t" }) } == shown)
    #expect(history.more.count == shown.count && history.isCut == (most < 3))
  }

  @Test(
    arguments: [
      // Made, approved, activated, released: 60, 30, 20 and 10 minutes ago.
      (nil, nil, true), (65, nil, true), (15, nil, true), (5, nil, false), (nil, 65, false),
      (nil, 55, true), (28, 25, false), (32, 28, true), (25, 15, true), (12, 8, true),
    ] as [(Int64?, Int64?, Bool)])
  func `history --since and --until are about when something happened`(
    since: Int64?, until: Int64?, isShown: Bool
  ) throws {
    let grant = Grant(
      activated: ClockReading(
        wall: Self.now - 1_200_000, boot: 0, bootID: ConsoleRequestScreenTests.start.bootID),
      expires: Deadline(after: 3_600_000, from: ConsoleRequestScreenTests.start), counted: [0],
      released: Self.now - 600_000)
    let view = RequestView(
      request: try ConsoleRequestScreenTests.request(
        state: .active, reviews: [ConsoleRequestScreenTests.approval], grant: grant), unmet: [],
      byServiceAccount: false)
    let period = HistoryPeriod(
      since: since.map { Self.now - $0 * 60_000 }, until: until.map { Self.now - $0 * 60_000 })
    #expect(period.includes(anyOf: view) == isShown)
  }

  @Test func `history --requester means an account by name, by number or by its socket`() throws {
    let alice = AccountView(uid: 1_000, account: "alice")
    for (text, isMeant) in [
      ("user:alice", true), ("uid:1000", true), ("user:alic", false), ("uid:1001", false),
      ("socket:alice", false),
    ] {
      #expect(alice.isMeant(by: try #require(SubjectName(text))) == isMeant, "\(text)")
    }
    let job = AccountView(uid: nil, account: "socket:gitlab")
    #expect(job.isMeant(by: try #require(SubjectName("socket:gitlab"))))
    let unit = AccountView(uid: nil, account: "unit:web.service")
    #expect(unit.isMeant(by: try #require(SubjectName("unit:web.service"))))
    #expect(!job.isMeant(by: try #require(SubjectName("unit:web.service"))))
    #expect(!unit.isMeant(by: try #require(SubjectName("socket:web.service"))))
  }

  @Test(
    arguments: [
      ("90m", 1_769_857_496_789), ("7d", 1_769_258_096_789), ("2026-01-31", 1_769_817_600_000),
      ("2026-01-31T12:34", 1_769_862_840_000), ("2026-01-31T12:34:56Z", 1_769_862_896_000),
      ("2026-01-31T12:34:56.789Z", 1_769_862_896_789), ("99999d", 0),
    ] as [(String, Int64)])
  func `since is a span before now, a day or a moment`(text: String, time: Int64) throws {
    #expect(try #require(SinceTime(argument: text)).milliseconds(now: Self.now) == time)
  }

  @Test(arguments: [
    "", "7", "7w", "-7d", "yesterday", "2026", "2026-01", "2026-13-01", "2026-02-30", "2026-1-31",
    "2026-01-31T25:00", "2026-01-31 12:34", "31.01.2026",
  ])
  func `anything else is no time`(text: String) {
    #expect(SinceTime(argument: text) == nil)
  }

  private static func lines(_ request: RequestView) -> [String] {
    HistoryTable([request], [], isOfOne: true, now: now)
      .table.lines(aligned: false, colours: false)
  }

  /// An account's reads of one version; milliseconds before now.
  private static func read(first: Int64, last: Int64 = 0, count: Int64) -> DirectReads.Row {
    DirectReads.Row(
      environment: "development", secret: "A",
      reader: ReaderView(
        version: 2, uid: 7, account: nil, first: now - first, last: now - last, count: count))
  }
}
