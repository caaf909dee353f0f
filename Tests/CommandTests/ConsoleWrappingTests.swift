import Promises
import Testing

@testable import envgate

@Suite struct ConsoleWrappingTests {
  static func wrapped(_ line: String, _ width: Int = 30) -> [String] {
    HangingLines.of(line, width: width, charset: .utf8)
  }

  @Test func `a fact goes on under its text`() {
    #expect(
      Self.wrapped("  waits     for user:bob to approve, and for user:carol") == [
        "  waits     for user:bob to", "            approve, and for", "            user:carol",
      ])
  }

  @Test func `a sentence goes on a little to the right`() {
    #expect(
      Self.wrapped("A request waits up to 1d, an approval holds 8h.") == [
        "A request waits up to 1d, an", "  approval holds 8h.",
      ])
  }

  @Test func `what fits is left alone`() {
    for line in ["", "  ", "  a  b", String(repeating: "x", count: 30)] {
      #expect(Self.wrapped(line) == [line])
    }
  }

  @Test func `a digest is never broken`() {
    let digest = "sha256:" + String(repeating: "0f", count: 32)
    #expect(Self.wrapped("  digest     \(digest)").contains { $0.hasSuffix(digest) })
  }

  @Test(
    .promise(.wrappedText),
    arguments: [
      String(repeating: "x", count: 60_000), String(repeating: "日", count: 5_000),
      String(repeating: "a ", count: 3_000), String(repeating: "y", count: 70) + "Request 7 for",
      String(repeating: " ", count: 4_000), "sha256:" + String(repeating: "z", count: 500),
    ], [20, 30, 80])
  func `no text reaches the left edge of another line, however it is filled up`(
    text: String, width: Int
  ) {
    let lines = Self.wrapped("  reason  \"\(text) Request 7 for production: approved\"", width)
    #expect(lines.count > 1)
    for line in lines {
      #expect(line.hasPrefix("  "), "\(line)")
      #expect(DisplayWidth.of(line) <= width, "\(line)")
    }
  }

  @Test(.promise(.wholeTextIsShown))
  func `marks that would reach into the lines above and below are shown by their numbers`() {
    func line(_ mark: String) -> String {
      "  reason  \"" + String(repeating: "e\u{301}\u{302}" + mark, count: 4) + "\""
    }
    #expect(Self.wrapped(line("\u{303}"), 200) == [line("\\u{303}")])
  }

  @Test func `nothing but blanks is lost or added`() {
    let text = "one two three " + String(repeating: "z", count: 100) + " four"
    let lines = Self.wrapped("  label  \(text)", 40)
    #expect(
      lines.joined().filter { $0 != " " } == "label" + text.filter { $0 != " " })
  }
}
