import Promises
import Testing
@testable import VaultCore

/// What a reader takes for the same text, and what a screen shows by its number so that they need not.
@Suite struct LikenessTests {
  private static let honest = "nightly deploy of 4f2c9e1 to prod-eu: https://ci/runs/7"

  private static func like(_ text: String) -> Bool {
    Likeness(of: [text]).mayBe(Likeness(of: [honest]))
  }

  /// The honest text with one character in place of another, wherever that stands.
  private static func copy(_ plain: Unicode.Scalar, _ foreign: Unicode.Scalar) -> String {
    String(String.UnicodeScalarView(honest.unicodeScalars.map { $0 == plain ? foreign : $0 }))
  }

  /// Every character that a context may hold, but ASCII.
  private static let foreign: [Unicode.Scalar] = (0x80...0x3_FFFF).compactMap(Unicode.Scalar.init)
    .filter(ForeignText.allows)

  @Test(.promise(.claimsStayClaims))
  func `a copy with other blanks, dashes, dots, slashes or marks is like the text`() {
    for scalar in Self.foreign {
      let isPassedOver: Bool
      switch scalar.properties.generalCategory {
      case .spaceSeparator, .dashPunctuation, .otherPunctuation, .connectorPunctuation,
        .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
        .nonspacingMark, .spacingMark, .enclosingMark, .mathSymbol, .currencySymbol,
        .modifierSymbol:
        isPassedOver = Lookalikes.look(of: scalar) == nil
      default: isPassedOver = false
      }
      guard isPassedOver else { continue }
      let isLike = [" ", "-", ":", "/"].allSatisfy { Self.like(Self.copy($0, scalar)) }
      #expect(isLike, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test(
    .promise(.claimsStayClaims),
    arguments: [
      ("c", "\u{217D}"), ("d", "\u{217E}"), ("l", "\u{217C}"), ("4", "\u{1D7FA}"),
      ("d", "\u{1D5BD}"),
      ("o", "\u{585}"), ("p", "\u{3C1}"), ("t", "\u{3C4}"), ("t", "\u{442}"), ("o", "\u{43E}"),
      ("e", "\u{435}"), ("y", "\u{443}"), ("d", "\u{FF44}"), ("g", "\u{261}"), ("i", "\u{131}"),
      ("e", "\u{E9}"), ("n", "\u{24DD}"), ("h", "\u{4BB}"), ("1", "\u{7C}"), ("p", "\u{1D5C9}"),
      ("7", "\u{1F108}"), ("r", "\u{1D3F}"), ("2", "\u{662}"), ("u", "\u{57D}"),
    ] as [(Unicode.Scalar, Unicode.Scalar)])
  func `a copy with letters that look the same is like the text`(
    plain: Unicode.Scalar, foreign: Unicode.Scalar
  ) {
    #expect(Self.like(Self.copy(plain, foreign)))
  }

  @Test(.promise(.claimsStayClaims))
  func `a letter of which nothing is known may be any of ASCII`() {
    for scalar: Unicode.Scalar in [
      "\u{250}", "\u{561}", "\u{10428}", "\u{A4D0}", "\u{1401}", "\u{11D8}",
    ]
    where !Lookalikes.isSquare(scalar) {
      #expect(Self.like(Self.copy("p", scalar)), "\(scalar)")
    }
    #expect(!Self.like(Self.copy("p", "\u{6F22}")), "a square letter is none of ASCII")
  }

  @Test(arguments: [
    "nightly deploy of 4f2c9e2 to prod-eu: https://ci/runs/7",
    "nightly deploy of 4f2c9e1 to prod-us: https://ci/runs/7", "nightly", "",
    "nightly deploy of 4f2c9e1 to prod-eu: https://ci/runs/77",
  ])
  func `a text that says something else is not like it`(text: String) {
    #expect(!Self.like(text))
  }

  @Test func `texts of one script are told apart by its letters`() {
    func isLike(_ some: String, _ other: String) -> Bool {
      Likeness(of: [some]).mayBe(Likeness(of: [other]))
    }
    #expect(!isLike("выпуск", "откат!"), "other lengths")
    #expect(!isLike("запуск", "выпуск"))
    #expect(isLike("Выпуск", "выпуск."))
    #expect(!isLike("部署到生产", "部署到测试"))
    #expect(isLike("部署到生产", "部署到生产！"))
  }

  @Test func `a text moved into the next field is not like it`() {
    #expect(!Likeness(of: ["a", ""]).mayBe(Likeness(of: ["", "a"])))
  }

  @Test(.promise(.lookalikeText))
  func `every blank but the blank is shown by its number`() {
    for scalar in Self.foreign where scalar.properties.generalCategory == .spaceSeparator {
      let text = "a\(scalar)b"
      #expect(ForeignText.legible(text) == "a\(ForeignText.escape(of: scalar))b")
      #expect(ForeignText.quoted(text) == "\"a\(ForeignText.escape(of: scalar))b\"")
    }
  }

  @Test(
    .promise(.lookalikeText),
    arguments: [
      ("pr\u{43E}d", "pr\\u{43E}d"), ("pr\u{585}d", "pr\\u{585}d"),
      ("4f2\u{441}9e1", "4f2\\u{441}9e1"),
      ("\u{1D7FA}f2c", "\\u{1D7FA}f2c"), ("\u{217D}lean", "\\u{217D}lean"),
      ("dep\u{131}oy", "dep\\u{131}oy"),
      ("\u{435}\u{445}\u{435}\u{441}", "\\u{435}\\u{445}\\u{435}\\u{441}"),
      ("https:\u{2215}\u{2215}ci", "https:\\u{2215}\\u{2215}ci"),
      ("prod\u{2010}eu", "prod\\u{2010}eu"),
      ("rm \u{2044}etc", "rm \\u{2044}etc"), ("a\u{2024}b", "a\\u{2024}b"),
      ("ne\u{D7}t", "ne\\u{D7}t"),
      ("\u{FF50}rod", "\\u{FF50}rod"), ("p\u{13A1}od", "p\\u{13A1}od"),
      ("pr\u{10428}d", "pr\\u{10428}d"), ("x\u{2BC}y", "x\\u{2BC}y"),
    ])
  func `what would be taken for ASCII is shown by its number`(text: String, shown: String) {
    #expect(ForeignText.legible(text) == shown)
    #expect(ForeignText.quoted(text) == "\"\(shown)\"")
  }

  @Test func `what is shown is read once: a shown text is shown as it is`() {
    for scalar in Self.foreign where scalar.value < 0x3000 || scalar.value > 0x1_0000 {
      let shown = ForeignText.legible("pr\(scalar)d \(scalar)")
      #expect(ForeignText.legible(shown) == shown, "U+\(String(scalar.value, radix: 16))")
    }
  }
}
