import Glibc
import Promises
import Testing

/// SECURITY.md says what is promised, and each promise has a test that attacks it.
@Suite struct `the promises` {
  static let security = Page("SECURITY.md", Checkout.text("SECURITY.md") ?? "")

  @Test func `each promise has a test, and each trait belongs to a test`() {
    // What is wrong goes to stderr, with file and line.
    let printed = Checkout.output(of: "'\(Checkout.root)/.ci/promises'")
    #expect(printed.succeeded)
    let lines = printed.text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("    attack   ") } > 200)
    for invariant in Invariant.allCases {
      #expect(lines.contains { $0 == invariant.rawValue }, "\(invariant) has no promise")
    }
  }

  /// A row that is right, and the test that it needs.
  private static let row = """
    /// - Attack: Somebody reads
    ///   it.
    /// - Promise: Nobody does.
    package static let one = Promise(.noEcho)

    """
  private static let test = """
    @Test(
      \(trait("one")), arguments: [1])
    func
      `nobody reads it`() {}

    """

  /// In two pieces, because the script reads this file as well.
  private static func trait(_ name: String) -> String { ".promise" + "(.\(name))" }

  private static let declaration = "package static let one = Promise(.noEcho)"

  @Test(arguments: [
    (row, test, nil),
    (row, "", "Rows.swift:5: no test keeps the promise one"),
    (row, "@Test(\(trait("one")), .disabled()) func one() {}", "no test keeps"),
    (row, "// @Test(\(trait("one"))) func one() {}", "no test keeps"),
    (row, test + trait("one"), "Tests.swift:5: this trait belongs to no test"),
    (row, test + "@Test(\(trait("two"))) func a() {}", "Tests.swift:5: there is no promise two"),
    ("/// - Promise: Nobody.\n" + declaration, test, "one needs an attack and a promise"),
    ("/// - Attack: Somebody.\n" + declaration, test, "one needs an attack and a promise"),
    (row + "static func two() -> Promise { Promise(.noEcho) }", test, "Rows.swift:6: write it as"),
  ])
  func `a promise without a test is told with its line`(
    rows: String, tests: String, fault: String?
  ) throws {
    let folder = try Folder()
    try folder.write("Tests/Promises/Rows.swift", "case noEcho = \"no-echo\"\n" + rows)
    try folder.write("Tests/Some/Tests.swift", tests)
    let printed = Checkout.output(of: "'\(Checkout.root)/.ci/promises' '\(folder.path)' 2>&1")
    #expect(printed.succeeded == (fault == nil), "\(printed.text)")
    let right = """
      no-echo

        one
          attack   Somebody reads it.
          promise  Nobody does.
          test     Tests/Some/Tests.swift:1: nobody reads it

      """
    if let fault {
      #expect(printed.text.contains(fault), "\(printed.text)")
    } else {
      #expect(printed.text == right)
    }
  }

  @Test func `SECURITY is read in one sitting`() {
    let size = Self.security.text.utf8.count
    #expect((4_096...12_288).contains(size), "SECURITY.md has \(size) bytes")
  }

  @Test(arguments: Invariant.allCases)
  func `SECURITY has a row for each invariant, with the article that explains it`(
    invariant: Invariant
  ) {
    let rows = Self.security.rows.filter { $0.cells.first == "`\(invariant.rawValue)`" }
    #expect(rows.count == 1)
    // That the link leads to a file and a heading is checked with all links.
    #expect(rows.first?.cells.last?.contains(".md") == true)
  }

  @Test func `the maintainers fill in one contact`() {
    #expect(Self.security.lines.count { $0.text.hasPrefix("Contact: ") } == 1)
  }
}

/// A folder of a test's own, gone afterwards.
private final class Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/envgate-promises.XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failed() }
    path = String(cString: made)
  }

  struct Failed: Error {}

  func write(_ name: String, _ text: String) throws {
    let file = path + "/" + name
    let folder = file[..<(file.lastIndex(of: "/") ?? file.endIndex)]
    guard Checkout.output(of: "mkdir -p '\(folder)'").succeeded, let stream = fopen(file, "w")
    else { throw Failed() }
    fputs(text, stream)
    fclose(stream)
  }

  deinit { _ = Checkout.output(of: "rm -rf '\(path)'") }
}
