import Promises
import Testing

/// The table of Masking.md against the programs that are here.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MaskMatrixTests {
  /// What the page says: the names of the forms that are hidden, and of those that are not.
  static let published: [String: (hidden: Set<String>, shown: Set<String>)] = {
    let page = (try? readFile(folder + "/Sources/envgate/envgate.docc/Masking.md")) ?? []
    var rows: [String: (hidden: Set<String>, shown: Set<String>)] = [:]
    for line in String(decoding: page, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { cell in
        // The odd pieces are what stands between backticks.
        Set(
          cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) })
      }
      if cells.count == 3, let program = cells[0].first { rows[program] = (cells[1], cells[2]) }
    }
    return rows
  }()

  private static let folder: String = {
    var path = Substring(#filePath)
    for _ in 0..<4 { path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
    return String(path)
  }()

  private func check(_ program: String) throws {
    let forms = try #require(MaskMatrix.forms.first { $0.program == program }).forms
    let row = try #require(Self.published[program], "Masking.md has no row of \(program)")
    var (hidden, shown): (Set<String>, Set<String>) = ([], [])
    for form in forms {
      if try MaskMatrix.hides(form, of: program) {
        hidden.insert(form.name)
      } else {
        shown.insert(form.name)
      }
    }
    #expect(row.hidden == hidden, "\(program): hidden are \(hidden.sorted())")
    #expect(row.shown == shown, "\(program): not hidden are \(shown.sorted())")
  }

  @Test func `matrix: the page has a row of each program, and no other`() {
    #expect(Set(Self.published.keys) == Set(MaskMatrix.forms.map(\.program)))
  }

  @Test(
    .promise(.maskedValues),
    arguments: [
      "bash", "dash", "zsh", "python3", "perl", "jq", "sqlite3", "openssl", "base64", "basenc",
      "cat",
      "sed", "od", "gzip",
    ])
  func `matrix: what a program writes of a value is hidden as the page says`(program: String) throws
  {
    try check(program)
  }

  // What Debian has, and not every host.

  @Test(.enabled(if: MaskMatrix.path(of: "node") != nil, "optional: node is not here"))
  func `matrix: what node writes is hidden as the page says`() throws { try check("node") }

  @Test(.enabled(if: MaskMatrix.path(of: "ruby") != nil, "optional: ruby is not here"))
  func `matrix: what ruby writes is hidden as the page says`() throws { try check("ruby") }

  @Test(.enabled(if: MaskMatrix.path(of: "php") != nil, "optional: php is not here"))
  func `matrix: what php writes is hidden as the page says`() throws { try check("php") }

  @Test(.enabled(if: MaskMatrix.path(of: "xmllint") != nil, "optional: xmllint is not here"))
  func `matrix: what xmllint writes is hidden as the page says`() throws { try check("xmllint") }

  @Test(.enabled(if: MaskMatrix.path(of: "rev") != nil, "optional: rev is not here"))
  func `matrix: what rev writes is hidden as the page says`() throws { try check("rev") }
}
