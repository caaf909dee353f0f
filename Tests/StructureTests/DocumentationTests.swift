import Testing

@Suite struct `the pages that people read` {
  static let readme = Page.all.first { $0.path == "README.md" }?.text ?? ""

  @Test func `README is read in one sitting`() {
    #expect(Self.readme.utf8.count > 4_096)
    #expect(
      Self.readme.utf8.count <= 10_240,
      "README.md has \(Self.readme.utf8.count) bytes: move what only some need into a guide")
  }

  @Test func `README leads to every guide`() {
    let guides = Page.all.map(\.path).filter { $0.hasPrefix(Page.guides) }
    #expect(guides.count > 8)
    for guide in guides where guide != Page.guides + "envgate.md" {
      #expect(Self.readme.contains("](\(guide)"), "README.md does not link to \(guide)")
    }
  }

  /// The keys of the shipped configuration, those that stand in a comment included.
  static let keys: Set<String> = {
    var keys: Set<String> = []
    for line in Checkout.lines("config/envgated.json") {
      // `"key":`; the odd pieces are what stands in quotes.
      let pieces = line.split(separator: "\"", omittingEmptySubsequences: false)
      for index in stride(from: 1, to: pieces.count - 1, by: 2) {
        let follows = pieces[index + 1].drop { $0 == " " }
        if follows.hasPrefix(":") { keys.insert(String(pieces[index])) }
      }
    }
    return keys
  }()

  @Test func `the guide explains each key of the shipped configuration, once`() {
    #expect(Self.keys.isSuperset(of: ["socket", "state_directory", "root_key", "admins"]))
    let rows = (Page.guide("Configuration.md")?.rows ?? []).compactMap(\.cells.first)
    for key in Self.keys.sorted() where !["gitlab", "web.service", "database"].contains(key) {
      #expect(rows.count { $0 == "`\(key)`" } == 1, "Configuration.md: \(key)")
    }
  }

  @Test func `README says why each dependency is there`() {
    let manifest = Checkout.text("Package.swift") ?? ""
    // `.package(url: "https://…/NAME", exact: "VERSION")`: what stands in quotes.
    let packages = manifest.split(separator: "\n").filter { $0.contains(".package(url:") }
      .map { $0.split(separator: "\"") }
    #expect(packages.count == 3)
    for package in packages {
      let name = package.dropFirst().first?.split(separator: "/").last ?? ""
      #expect(package.dropFirst(2).first == ", exact: ", "\(name) has no exact version")
      let row = "| `\(name)` \(package.dropFirst(3).first ?? "") |"
      #expect(Self.readme.contains(row), "README.md has no row that begins with \(row)")
    }
    for name in ["libcrypto", "libsqlite3"] {
      #expect(Self.readme.contains("| `\(name)` |"), "README.md does not say why \(name) is there")
    }
  }

  @Test func `the version is said in one place, and the pages have the same`() {
    let home = "Sources/VaultCalls/EnvgateVersion.swift"
    let version =
      Checkout.lines(home).first { $0.contains("static let text") }?
      .split(separator: "\"").dropFirst().first ?? ""
    #expect(version.split(separator: ".").count == 3)
    for path in Checkout.files(under: "Sources", endings: [".swift"]) where path != home {
      #expect(Checkout.text(path)?.contains("\"\(version)\"") == false, "\(path) says the version")
    }
    let first = Checkout.lines("CHANGELOG.md").first { $0.hasPrefix("## ") }
    #expect(first.map { $0 == "## \(version)" || $0 == "## \(version), unreleased" } == true)
    let guide = Checkout.text("Sources/VaultClient/VaultClient.docc/VaultClient.md") ?? ""
    #expect(guide.contains("from: \"\(version)\""))
  }

  @Test func `the guide for contributors names each folder of Sources`() {
    let guide = Page.guide("Contributing.md")?.text ?? ""
    for folder in Checkout.folders(in: "Sources") {
      #expect(guide.contains("`\(folder)`"), "Contributing.md does not say what \(folder) is")
    }
  }

  @Test func `each make target that a page names is in the Makefile`() {
    let makefile = Checkout.lines("Makefile")
    for page in Page.all {
      for line in page.lines {
        // In a sentence between back-ticks, in a block at the start of a line.
        let isCommand = line.code != nil && line.text.hasPrefix("make ")
        let pieces =
          isCommand
          ? [line.text.dropFirst(5)] : line.text.split(separator: "`make ").dropFirst().map { $0 }
        for piece in pieces {
          let target = piece.prefix { $0.isLetter || $0 == "-" }
          #expect(
            makefile.contains { $0.hasPrefix("\(target):") },
            "\(page.path):\(line.number): make \(target) does not exist")
        }
      }
    }
  }

  @Test(arguments: Page.all.map(\.path))
  func `a link to a file leads to a file, and to a heading that is there`(path: String) {
    let page = Page.all.first { $0.path == path }
    #expect(page?.brokenLinks() == [])
  }

  @Test func `a link that leads nowhere is told with its file and line`() {
    let page = Page(
      Page.guides + "Page.md",
      """
      # Some page
      [one](Jobs.md), [two](#some-page), `[no link](x.md)`, [web](https://example.org)
      [three](../../../README.md#no-such), [four](Nowhere.md)
      [six](http://example.org/), [seven](https://nowhere/x), [eight](https://example.org/a b)
      ```
      [five](also-no-link.md)
      ```
      """)
    // This page itself is in no file.
    #expect(
      page.brokenLinks() == [
        "\(Page.guides)Page.md:2: #some-page: there is no such file",
        "\(Page.guides)Page.md:3: ../../../README.md#no-such: there is no such heading",
        "\(Page.guides)Page.md:3: Nowhere.md: there is no such file",
        "\(Page.guides)Page.md:4: http://example.org/: this is no address: https://HOST/PATH",
        "\(Page.guides)Page.md:4: https://nowhere/x: this is no address: https://HOST/PATH",
        "\(Page.guides)Page.md:4: https://example.org/a b: this is no address: https://HOST/PATH",
      ])
  }
}
