import Testing

/// SECURITY.md promises nothing without naming the test that attacks the promise.
@Suite struct `the promises of SECURITY.md` {
  /// Raw-identifier names of all tests: the text between back-ticks after the first `func` behind `@Test`.
  static let tests = Checkout.files(under: "Tests", endings: [".swift"])
    .reduce(into: Set<String>()) { $0.formUnion(names(in: Checkout.text($1) ?? "")) }

  static func names(in text: String) -> Set<String> {
    var names: Set<String> = []
    for piece in text.split(separator: "@Test", omittingEmptySubsequences: false).dropFirst() {
      guard let keyword = piece.firstRange(of: "func") else { continue }
      // The name may stand on the line below its `func`.
      let name = piece[keyword.upperBound...].drop(while: \.isWhitespace)
      if name.first == "`" { names.insert(String(name.dropFirst().prefix { $0 != "`" })) }
    }
    return names
  }

  @Test func `a function that is no test is no promise's test`() {
    let text = """
      @Test(arguments: [1])
      func
        `one`(x: Int) {}
      func `two`() {}
      @Test func three() {}
      @Test func `four`() {}
      """
    #expect(Self.names(in: text) == ["one", "four"])
  }

  /// The rows of the table under "What is promised", without its head.
  static let rows: [[Substring]] = {
    let section = Checkout.lines("SECURITY.md")
      .drop { $0 != "## What is promised" }.dropFirst().prefix { !$0.hasPrefix("## ") }
    return section.filter { $0.hasPrefix("| ") }.dropFirst().filter { !$0.hasPrefix("|-") }
      .map { $0.dropFirst().split(separator: "|") }
  }()

  /// What stands between back-ticks in a cell.
  static func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  @Test func `the table is there`() {
    #expect(Self.rows.count >= 20)
  }

  @Test(arguments: rows.map { ($0.first.map(String.init) ?? "", $0.last ?? "") })
  func `each promise names a test, and that test exists`(attack: String, tests: Substring) {
    let names = Self.quoted(tests)
    #expect(!names.isEmpty, "no test stands behind:\(attack)")
    for name in names {
      #expect(Self.tests.contains(name), "SECURITY.md names a test that is not there: \(name)")
    }
  }
}
