import Testing

@testable import envgate

/// What a narrow, a plain or a foreign terminal gets.
@Suite struct ConsoleTableTests {
  static func table() -> Table {
    var table = Table(.number("REQUEST"), .whole("STATE"), "REQUESTER", "SECRETS")
    table.add(.init("7"), .init("waiting", .waiting), .init("runner (uid 998)"), .init("A B C D E"))
    table.add(.init("1042"), .init("superseded"), .init("bob (uid 34)"), .init("TOKEN"))
    return table
  }

  @Test func `numbers stand at the right, and a wide enough terminal cuts nothing`() {
    #expect(
      Self.table().lines(aligned: true, colours: false, width: 80) == [
        "REQUEST  STATE       REQUESTER         SECRETS",
        "      7  waiting     runner (uid 998)  A B C D E",
        "   1042  superseded  bob (uid 34)      TOKEN",
      ])
  }

  @Test(arguments: 20...60, [Charset.utf8, .ascii])
  func `a narrow terminal cuts texts, and never a number or a state`(
    width: Int, charset: Charset
  ) {
    let lines = Self.table().lines(aligned: true, colours: false, width: width, charset: charset)
    for (line, whole) in zip(lines, ["REQUEST  STATE", "      7  waiting", "   1042  superseded"]) {
      #expect(line.hasPrefix(whole))
      // Two whole columns, two gaps, and twice the mark of what is cut.
      #expect(DisplayWidth.of(line) <= max(width, 7 + 10 + 3 * 2 + 2 * 3))
      #expect(charset == .utf8 || line.utf8.allSatisfy { $0 < 0x80 })
    }
  }

  @Test func `what is cut ends with a mark, the widest first`() {
    #expect(
      Self.table().lines(aligned: true, colours: false, width: 44)[1]
        == "      7  waiting     runner (uid…  A B C D E")
    #expect(
      Self.table().lines(aligned: true, colours: false, width: 44, charset: .ascii)[1]
        == "      7  waiting     runner (u...  A B C D E")
  }

  @Test func `a name is cut once nothing is left to cut or to leave out`() {
    var table = Table(.name("NAME"), "BY", .whole("STATE"))
    table.add(.init("production"), .init("bob (uid 34)"), .init("enabled"))
    for (width, line) in [
      (33, "production  bob (uid 34)  enabled"), (28, "production  bob (u…  enabled"),
      (27, "production  bob (uid 34)"),
      (20, "production  bob (ui…"), (13, "production  …"), (12, "producti…  …"),
    ] { #expect(table.lines(aligned: true, colours: false, width: width)[1] == line, "\(width)") }
  }

  @Test func `what matters least goes before anything is cut, and what says which row it is never`()
  {
    var table = Table(
      .number("REQUEST").as(.key), .whole("STATE"), .name("ENVIRONMENT").as(.key), "SECRETS",
      .whole("GRANTS").as(.spare), .whole("SAME").as(.implied))
    table.add(
      .init("7"), .init("waiting"), .init("production"), .init("A B C D E F"), .init("many"),
      .init("same"))
    for (width, line) in [
      (80, "      7  waiting  production   A B C D E F  many"),
      (42, "      7  waiting  production   A B C D E F"),
      (38, "      7  waiting  production   A B C …"), (37, "      7  waiting  production  A B C …"),
      (36, "      7  waiting  production"),
      (28, "      7  waiting  production"), (27, "      7  production"),
      (20, "      7  production"),
    ] {
      let lines = table.lines(aligned: true, colours: false, width: width)
      #expect(lines[1] == line, "\(width)")
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= width }, "\(lines)")
    }
    #expect(
      table.lines(aligned: false, colours: false)
        == ["7\twaiting\tproduction\tA B C D E F\tmany\tsame"], "a program gets all")
  }

  @Test(arguments: [(20, "      7  production"), (12, "      7  pr…")])
  func `a request's environment is there on the narrowest screen`(width: Int, line: String) throws {
    let view = try WatchScreenTests.view(id: 7)
    let lines = RequestListCommand.table([(nil, [view])])
      .lines(aligned: true, colours: false, width: width)
    #expect(lines[1] == line)
  }

  @Test func `a program gets whole rows and whole times`() {
    var table = Table("A", .whole("MADE"))
    table.add(.init(String(repeating: "x", count: 300)), .init(time: 0, now: 90_000))
    #expect(
      table.lines(aligned: false, colours: false, width: nil)
        == [String(repeating: "x", count: 300) + "\t1970-01-01 00:00:00Z"])
    #expect(table.lines(aligned: true, colours: false)[1].hasSuffix("  1m ago"))
  }

  @Test(
    arguments: [
      ("", 0), ("abc", 3), ("grün", 4), ("gru\u{308}n", 4), ("日本語", 6), ("ｶﾅ", 2), ("한글", 4),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("é\u{301}\u{302}", 1), ("Ａ", 2), ("→", 1),
      ("\u{1F1E9}\u{1F1EA}", 2), ("\u{20000}", 2), ("ا", 1), ("…", 1),
    ])
  func `a text is as wide as a terminal shows it`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func `a cut leaves no half of a letter`() {
    #expect(DisplayWidth.cut("日本語", to: 4, mark: "…") == "日…")
    #expect(DisplayWidth.cut("gru\u{308}n!", to: 4, mark: "…") == "gru\u{308}…")
    #expect(DisplayWidth.cut("abc", to: 3, mark: "…") == "abc")
  }

  @Test(
    arguments: [
      (["LC_ALL": "C", "LANG": "de_DE.UTF-8"], true, Charset.ascii),
      (["LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"], true, .utf8),
      (["LANG": "de_DE.utf8@euro"], true, .utf8), (["LANG": "de_DE.ISO-8859-1"], false, .ascii),
      (["LANG": "UTF-8"], true, .ascii), ([:], true, .ascii), ([:], false, .utf8),
      (["LC_ALL": "POSIX"], false, .ascii),
    ] as [([String: String], Bool, Charset)])
  func `the locale says what may be shown`(
    variables: [String: String], isTerminal: Bool, charset: Charset
  ) {
    #expect(Charset.of(isTerminal: isTerminal) { variables[$0] } == charset)
  }

  @Test func `what the locale does not have is shown by its number`() {
    #expect(Charset.ascii.shown("grün … 日") == "gr\\u{FC}n ... \\u{65E5}")
    #expect(Charset.utf8.shown("grün …") == "grün …")
  }

  @Test(
    arguments: [
      ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false),
      (["NO_COLOR": ""], true, true), (["TERM": "dumb"], true, false),
      (["CLICOLOR_FORCE": "1"], false, true), (["CLICOLOR_FORCE": "0"], false, false),
      (["CLICOLOR_FORCE": ""], false, false),
      (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], true, false),
      (["CLICOLOR_FORCE": "1", "TERM": "dumb"], true, true),
    ] as [([String: String], Bool, Bool)])
  func `colours are asked of the environment`(
    variables: [String: String], isTerminal: Bool, colours: Bool
  ) {
    let screen = Screen(isTerminal: isTerminal, columns: 80) { variables[$0] }
    #expect(screen.hasColours == colours)
  }

  @Test(
    arguments: [
      (nil, 100, 100), ("60", 100, 60), ("x", 100, 100), ("0", 100, 100), ("-5", nil, 80),
      ("1", 100, 20), (nil, nil, 80),
    ] as [(String?, Int?, Int)])
  func `COLUMNS has the last word on a terminal's width`(
    named: String?, columns: Int?, width: Int
  ) {
    let screen = Screen(isTerminal: true, columns: columns) { $0 == "COLUMNS" ? named : nil }
    #expect(screen.width == width)
    #expect(Screen(isTerminal: false, columns: nil) { _ in "60" }.width == nil)
  }
}
