import Promises
import Testing
import VaultCore

@Suite struct `Foreign text` {
  @Test(
    .promise(.foreignTextIsEscaped),
    arguments: [
      "\u{0}", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}", "\u{34F}",
      "\u{61C}", "\u{180E}", "\u{200B}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}",
      "\u{202A}", "\u{202E}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{3164}", "\u{FE0F}",
      "\u{FEFF}",
      "\u{FFF9}", "\u{E0001}", "\u{E007F}", "\u{E01EF}", "\u{2800}", "\u{E000}", "\u{F8FF}",
      "\u{F0000}", "\u{FFFFD}", "\u{100000}", "\u{10FFFD}",
    ] as [Unicode.Scalar])
  func `what could deceive a reader is refused in context and escaped when shown`(
    scalar: Unicode.Scalar
  ) {
    #expect(!ForeignText.allows(scalar))
    let text = "a" + String(Character(scalar)) + "b"
    let escape = "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    #expect(ForeignText.quoted(text) == "\"a\(escape)b\"")
    #expect(throws: Refusal.self) { try RequestContext.check(text, "reason") }
  }

  @Test(
    .promise(.lookalikeText),
    arguments: [
      "", "plain", "déjà vu", "漢字", "🗝", "100 % – “fine”", "\u{2801}", "\u{FFFD}", "\u{D7FF}",
      "Größe geändert: 3×4 m²", "it’s €5", "деплой в прод, v2", "修复 bug，部署到 prod", "デプロイ１２３",
      "Ship it 🎉", "Zażółć gęślą jaźń", "ὁ λόγος", "deploy прода", "تصحيح 12",
    ])
  func `what a person writes stays as it is`(text: String) throws {
    #expect(ForeignText.quoted(text) == "\"\(text)\"")
    try RequestContext.check(text, "reason")
  }

  @Test(
    .promise(.foreignTextIsEscaped),
    arguments: [
      ("\u{338}deploy", "\"\\u{338}deploy\""), ("\u{20E0}\u{301}x", "\"\\u{20E0}\\u{301}x\""),
      ("e\u{301}", "\"e\u{301}\""), (" \u{301}", "\" \u{301}\""),
      (
        "a" + String(repeating: "\u{301}", count: 8),
        "\"a" + String(repeating: "\u{301}", count: 8) + "\""
      ),
      (
        "a" + String(repeating: "\u{301}", count: 10) + "b\u{301}",
        "\"a" + String(repeating: "\u{301}", count: 8) + "\\u{301}\\u{301}b\u{301}\""
      ),
    ])
  func `a mark is drawn over nothing but its own text, and no more than eight in a row`(
    text: String, shown: String
  ) {
    // By scalars: to compare characters would take the marks for what they are drawn over.
    #expect(Array(ForeignText.quoted(text).unicodeScalars) == Array(shown.unicodeScalars))
    #expect(
      Array(ForeignText.legible(text).unicodeScalars)
        == Array(shown.unicodeScalars.dropFirst().dropLast()))
  }

  @Test(
    arguments: [
      ("\u{A}", "U+000A"), ("\u{1B}", "U+001B"), ("\u{202E}", "U+202E"), ("\u{E0041}", "U+E0041"),
    ] as [(Unicode.Scalar, String)])
  func `a refusal names the character as its standard does`(scalar: Unicode.Scalar, number: String)
  {
    #expect(ForeignText.number(of: scalar) == number)
    let sentence =
      "has the character \(number), which could deceive a reader; write one line of plain text"
    #expect(throws: Refusal.contextInvalid("reason", sentence)) {
      try RequestContext.check(String(Character(scalar)), "reason")
    }
  }

  @Test func `a quoted text is one line of allowed characters whatever came in`() {
    for value in UInt32(0)...0x10_FFFF {
      guard let scalar = Unicode.Scalar(value), !ForeignText.allows(scalar) else { continue }
      let shown = ForeignText.quoted(String(Character(scalar)))
      #expect(shown.unicodeScalars.allSatisfy { ForeignText.allows($0) }, "U+\(value)")
    }
  }

  @Test(.promise(.foreignTextIsEscaped))
  func `quotes and backslashes cannot end or forge a quotation`() {
    #expect(ForeignText.quoted(#"a" by "root\u{202E}"#) == #""a\" by \"root\\u{202E}""#)
  }

  @Test func `what is cut is said in words, outside the quotation`() {
    #expect(ForeignText.quoted("abc", limit: 3) == "\"abc\"")
    #expect(ForeignText.quoted("abcde", limit: 3) == "\"abc\" … (2 more characters)")
  }

  static let fields: [(String, @Sendable (inout RequestContext, String) -> Void)] = [
    ("reason", { $0.reason = $1 }), ("ref", { $0.ref = $1 }), ("commit", { $0.commit = $1 }),
    ("run_url", { $0.runURL = $1 }), ("delivery", { $0.delivery = $1 }),
    ("key", { $0.key = $1 }),
  ]

  @Test(arguments: fields.indices)
  func `each part of a context is one plain line within its length`(field: Int) throws {
    let (name, set) = Self.fields[field]
    var context = RequestContext()
    set(&context, String(repeating: "é", count: RequestContext.longestText / 2))
    try context.check()
    set(&context, String(repeating: "x", count: RequestContext.longestText + 1))
    #expect(throws: Refusal.contextInvalid(name, "is longer than 4096 bytes")) {
      try context.check()
    }
    set(&context, "two\nlines")
    #expect {
      try context.check()
    } throws: {
      if case .contextInvalid(name, _)? = $0 as? Refusal { true } else { false }
    }
  }

  @Test func `a command is bounded in arguments and in bytes, and may hold newlines`() throws {
    var context = RequestContext(command: ["sh", "-c", "a\nb"])
    try context.check()
    context.command = Array(repeating: "x", count: RequestContext.mostArguments)
    try context.check()
    context.command.append("x")
    #expect(throws: Refusal.contextInvalid("command", "has more than 256 arguments")) {
      try context.check()
    }
    context.command = [String(repeating: "x", count: RequestContext.longestCommand)]
    try context.check()
    context.command.append("x")
    #expect(throws: Refusal.contextInvalid("command", "is longer than 16384 bytes")) {
      try context.check()
    }
  }
}
