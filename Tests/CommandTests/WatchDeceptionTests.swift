import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// What a requester might write to have a reviewer see something else than what is.
@Suite struct WatchDeceptionTests {
  /// Reasons as a false or a newer daemon might let them pass; ours refuses most of them.
  static let reasons = [
    "bidi": "deploy \u{202E}toor\u{202C} \u{2066}x\u{2069}\u{200F}",
    "escape": "\u{1B}[2J\u{1B}[1;1HRequest 42 for development\u{1B}]0;title\u{7}",
    "c1": "\u{9B}2J\u{85}next\u{90}dcs\u{9C}",
    "controls": "a\rrequester  root\n  requester  root\u{8}\u{8}\u{7F}\u{0}\u{B}\u{C}\t",
    "forged rows": String(repeating: " ", count: 150) + "requester  root (uid 0)"
      + String(repeating: " ", count: 180) + "  digest     sha256:00",
    "forged title": String(repeating: "x ", count: 60)
      + "Claimed by the requester, not verified:" + String(repeating: " ", count: 90)
      + "Request 42 for development: approved",
    "margin": String(repeating: "│ │ | ", count: 80),
    "combining": "ok" + String(repeating: "\u{301}\u{327}\u{20DD}", count: 500)
      + " e\u{323}\u{302}",
    "quote": "\"\u{338} approved by alice \\\" \\",
    "separators": "one\u{2028}two\u{2029}three\u{FEFF}\u{200B}\u{E0041}",
    "wide": String(repeating: "測試🎉", count: 400),
    "60 KiB": String(repeating: "All good, press a. ", count: 3_300),
    "60 KiB without a blank": String(repeating: "W", count: 61_440),
  ]

  @Test(.promise(.watchRows), arguments: reasons.keys.sorted(), [(80, 24), (40, 10)])
  func `no reason moves, hides or imitates what the vault says`(name: String, size: (Int, Int))
    throws
  {
    let reason = try #require(Self.reasons[name])
    let plain = try WatchScreenTests.view(reason: "x")
    let hostile = try WatchScreenTests.view(
      reason: reason, command: [reason], reviews: [])
    let screen = WatchScreenTests.screen(size.0, size.1)
    var honest = WatchModel()
    var model = WatchModel()
    let key = WatchKey(host: nil, id: 42)
    honest.show(WatchScreenTests.text(plain), for: key)
    model.show(WatchScreenTests.text(hostile, variables: [("REGION", reason)]), for: key)
    let expected = WatchScreenTests.lines(&honest, screen)
    let first = WatchScreenTests.lines(&model, screen)
    // The first screen: the same facts in the same rows.
    let honestText = WatchScreenTests.text(plain)
    let facts = honestText.facts(width: size.0, now: screen.now, charset: .utf8).map(\.text)
    let seen = min(1 + facts.count, size.1 - 3)
    #expect(Array(first[..<seen]) == Array(expected[..<seen]))
    // Wherever it is scrolled to, the title stays, and every row is safe.
    for key in [Key.pageDown, .down, .end, .up] {
      _ = model.press(key, page: screen.page)
      let lines = WatchScreenTests.lines(&model, screen)
      #expect(lines.count == size.1 && lines[0] == expected[0])
    }
    let rows = try #require(model.open).rows.map(\.text)
    for row in rows {
      #expect(row.unicodeScalars.allSatisfy(ForeignText.allows), "\(row)")
      #expect(DisplayWidth.of(row) <= size.0, "\(row)")
    }
    // Without what stands behind the mark, what is left is what is left of an honest request.
    let honestRows = facts + honestText.written(width: size.0, charset: .utf8).map(\.text)
    let title = ScreenText.wrapped("Variables that the job also gets:", to: size.0)
    #expect(
      rows.filter { !$0.hasPrefix("│ ") }
        == honestRows.filter { !$0.hasPrefix("│ ") } + [""] + title)
  }

  @Test(.promise(.watchRows))
  func `all of a long reason can be read, none of it is cut`() throws {
    let reason = (0..<6_000).map { "w\($0)" }.joined(separator: " ")
    let rows = WatchScreenTests.text(try WatchScreenTests.view(reason: reason))
      .written(width: 40, charset: .utf8).map { $0.text.dropFirst(10) }
    let shown = rows.joined(separator: " ")
    var rest = shown[...]
    for number in 0..<6_000 {
      guard let found = rest.firstRange(of: "w\(number)") else {
        Issue.record("w\(number) is missing")
        return
      }
      rest = rest[found.upperBound...]
    }
  }

  @Test(.promise(.watchRows))
  func `marks stand on letters, two at most, so that none reach into another row`() {
    #expect(ScreenText.shown("Vie\u{302}\u{323}t", charset: .utf8) == "Vie\u{302}\u{323}t")
    #expect(
      ScreenText.shown("e\u{301}\u{302}\u{303}", charset: .utf8) == "e\u{301}\u{302}\\u{303}")
    #expect(ScreenText.shown("\"\u{338}", charset: .utf8) == "\"\\u{338}")
    #expect(ScreenText.shown("\u{301}", charset: .utf8) == "\\u{301}")
  }

  @Test(.promise(.watchRows))
  func `a name in the list cannot make another row`() throws {
    var model = WatchModel()
    let view = try WatchScreenTests.view(reason: "x\n> 1 production")
    _ = model.take(.listed([WatchScreenTests.entry(view)], sequence: 1), from: nil)
    let lines = WatchScreenTests.lines(&model)
    #expect(lines.filter { $0.hasPrefix("> ") }.count == 1)
    #expect(
      !lines.contains { $0.contains("> 1 production") }, "a list shows nothing that is claimed")
  }

  @Test(arguments: [Charset.utf8, .ascii])
  func `what is typed is shown as it will be sent`(charset: Charset) throws {
    var model = WatchModel()
    model.show(
      WatchScreenTests.text(try WatchScreenTests.view()), for: WatchKey(host: nil, id: 42))
    let screen = WatchScreen(
      size: TerminalSize(columns: 40, rows: 30), now: WatchScreenTests.now, charset: charset)
    screen.fit(&model)
    _ = model.press(.character("r"), page: 6)
    for scalar in "no\u{202E}\u{1B} \u{7}because".unicodeScalars {
      _ = model.press(.character(scalar), page: 6)
    }
    #expect(screen.rows(of: model).last?.text == "> no because_")
  }
}
