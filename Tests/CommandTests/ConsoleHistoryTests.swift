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
      Self.lines {
        RequestView(request: request, unmet: [], byServiceAccount: false).add(
          toHistory: &$0, now: Self.now)
      } == [
        "42\t2026-01-31 11:34:56Z\tproduction\trunner (uid 998)\t"
          + "AZURE_CREDENTIALS@3 DB_PASSWORD@1\talice (uid 1000)\t2026-01-31 11:34:57Z\t"
          + "closed (failure)"
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
      var table = HistoryTable.empty(isOfOne: isOfOne)
      RequestView(request: request, unmet: [], byServiceAccount: false)
        .add(toHistory: &table, now: Self.now)
      lines[isOfOne] = table.lines(aligned: true, colours: false, width: width)
    }
    let expected = [
      80: [
        true: [
          "REQUEST  MADE    REQUESTER         SECRETS   APPROVED BY       RELEASED  END",
          "     42  1h ago  runner (uid 998)  AZURE_C…  alice (uid 1000)  30m ago   failure",
        ],
        false: [
          "REQUEST  MADE    ENVIRO…  REQUESTER     SECRETS  APPROVED BY   RELEASED  END",
          "     42  1h ago  produc…  runner (uid…  AZURE_…  alice (uid …  30m ago   failure",
        ],
      ],
      60: [
        true: [
          "REQUEST  MADE    REQUESTER    SECRETS  APPROVED BY  RELEASED",
          "     42  1h ago  runner (ui…  AZURE_…  alice (uid…  30m ago",
        ],
        false: [
          "REQUEST  MADE    ENVIRO…  REQUESTER     SECRETS  APPROVED BY",
          "     42  1h ago  produc…  runner (uid…  AZURE_…  alice (uid…",
        ],
      ],
    ]
    #expect(lines == expected[width])
  }

  @Test func `who rejected a request did not approve it, and nothing was released`() throws {
    let request = try ConsoleRequestScreenTests.request(
      state: .rejected, reviews: [ConsoleRequestScreenTests.review(.rejected, "no")])
    let line = Self.lines {
      RequestView(request: request, unmet: [], byServiceAccount: false).add(
        toHistory: &$0, now: Self.now)
    }.first
    #expect(line?.hasSuffix("\t-\t-\trejected") == true)
  }

  @Test func `a grant that only its lifeline keeps has not ended`() throws {
    let request = try ConsoleRequestScreenTests.request(state: .active)
    let line = Self.lines {
      RequestView(request: request, unmet: [], byServiceAccount: false, isUnattended: true)
        .add(toHistory: &$0, now: Self.now)
    }.first
    #expect(line?.hasSuffix("\tunattended") == true)
  }

  @Test(
    arguments: [(1, "read once in all"), (3, "read 3 times in all")] as [(Int64, String)])
  func `an account that has read stands in the same columns, without a request`(
    count: Int64, words: String
  ) {
    let reader = ReaderView(
      version: 2, uid: 7, account: nil, first: Self.now - 60_000, last: Self.now, count: count)
    #expect(
      Self.lines { reader.add(toHistory: &$0, of: "A", in: "development", now: Self.now) } == [
        "-\t2026-01-31 12:33:56Z\tdevelopment\tuid 7\tA@2\t-\t2026-01-31 12:34:56Z\t\(words)"
      ])
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

  private static func lines(_ add: (inout Table) -> Void) -> [String] {
    var table = HistoryTable.empty(isOfOne: true)
    add(&table)
    return table.lines(aligned: false, colours: false)
  }
}
