import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// What `approve` and `request show` print of a request.
@Suite struct ReviewTextTests {
  private static func screen(_ columns: Int?, charset: Charset = .utf8) -> Screen {
    Screen(isTerminal: columns != nil, columns: columns) {
      $0 == "LC_ALL" && charset == .utf8 ? "C.UTF-8" : nil
    }
  }

  private static func text(_ reason: String) throws -> ReviewText {
    WatchScreenTests.text(
      try WatchScreenTests.view(reason: reason, command: [reason]), variables: [("REGION", reason)])
  }

  /// A whole request, drawn with blanks over rows of a terminal.
  private static let drawn: String = {
    let rows =
      ["nightly"] + Array(repeating: "", count: 25)
      + [
        "Request 7 for p: waiting, expires in 24h", "  requester  deploy-bot (uid 999)",
        "  secrets    HARMLESS version 1", "  digest     sha256:00",
        "Claimed by the requester, not verified:",
      ]
    return rows.map { $0 + String(repeating: " ", count: 100 - $0.count) }.joined()
  }()

  private static let reasons = WatchDeceptionTests.reasons.merging(["a drawn request": drawn]) {
    $1
  }

  @Test(.promise(.approveShowsRows), arguments: reasons.keys.sorted(), [110, 80, 40])
  func `approve: every row of a claim stands behind the mark, and no fact does`(
    name: String, columns: Int
  ) throws {
    let screen = Self.screen(columns)
    let lines = try Self.text(try #require(Self.reasons[name]))
      .lines(on: screen, now: WatchScreenTests.now)
    let honest = try Self.text("x").lines(on: screen, now: WatchScreenTests.now)
    #expect(lines.filter { !$0.hasPrefix("│ ") } == honest.filter { !$0.hasPrefix("│ ") })
    #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy(ForeignText.allows) })
    for line in lines where line.hasPrefix("│ ") { #expect(DisplayWidth.of(line) <= columns) }
  }

  @Test(.promise(.approveShowsRows), arguments: [110, 80, 40])
  func `approve: blanks draw nothing, a run of them is a mark and a count`(columns: Int) throws {
    let lines = try Self.text(Self.drawn)
      .lines(on: Self.screen(columns), now: WatchScreenTests.now)
    let marked = lines.filter { $0.hasPrefix("│ ") }
    #expect(marked.count < 60, "\(marked.count)")
    let text = marked.map { $0.dropFirst(2).drop { $0 == " " } }.joined(separator: " ")
    #expect(text.contains("nightly ␣×2593 Request 7 for p"), "\(text)")
    let ascii = try Self.text(Self.drawn)
      .lines(on: Self.screen(columns, charset: .ascii), now: WatchScreenTests.now)
    #expect(ascii.contains { $0.contains("[2593 blanks]") }, "\(ascii)")
    #expect(ascii.contains { $0.hasPrefix("| reason") })
  }

  @Test func `a program gets a claim as it is, on one line`() throws {
    let lines = try Self.text(Self.drawn).lines(on: Self.screen(nil), now: WatchScreenTests.now)
    #expect(lines.contains { $0.hasPrefix("  reason") && $0.contains("\"\(Self.drawn)\"") })
    #expect(!lines.contains { $0.contains("│") })
  }

  @Test(.promise(.approveShowsRows))
  func `what is approved is named in the question: who asks, for what, and what they get`()
    throws
  {
    #expect(
      try WatchScreenTests.view(reason: "x").inShort()
        == "of runner (uid 998) for production: AZURE_CREDENTIALS version 3, DB_PASSWORD version 1")
  }
}
