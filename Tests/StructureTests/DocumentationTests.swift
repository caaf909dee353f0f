import Testing

@Suite struct `the pages at the top` {
  static let readme = Checkout.text("README.md") ?? ""

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

  @Test func `README explains each key of the shipped configuration`() {
    #expect(Self.keys.isSuperset(of: ["socket", "state_directory", "root_key", "admins"]))
    for key in Self.keys.sorted() {
      #expect(Self.readme.contains("`\(key)`"), "README.md does not explain \(key)")
    }
  }

  @Test func `README says why each dependency is there`() {
    let manifest = Checkout.text("Package.swift") ?? ""
    let packages = manifest.split(separator: "\n").filter { $0.contains(".package(url:") }
      .compactMap { line in
        line.split(separator: "\"").dropFirst().first?.split(separator: "/").last
      }
    #expect(packages.count == 3)
    for name in packages.map(String.init) + ["libcrypto", "libsqlite3"] {
      #expect(Self.readme.contains("`\(name)`"), "README.md does not say why \(name) is there")
    }
  }

  @Test func `README names each folder of Sources`() {
    for folder in Checkout.folders(in: "Sources") {
      #expect(Self.readme.contains("`\(folder)`"), "README.md does not say what \(folder) is")
    }
  }

  @Test func `each make target that a page names is in the Makefile`() {
    let makefile = Checkout.lines("Makefile")
    for page in ["README.md", "SECURITY.md", "CHANGELOG.md"] {
      for piece in (Checkout.text(page) ?? "").split(separator: "`make ").dropFirst() {
        let target = piece.prefix { $0.isLetter || $0 == "-" }
        #expect(
          makefile.contains { $0.hasPrefix("\(target):") }, "\(page): make \(target) does not exist"
        )
      }
    }
  }

  @Test func `a link to a file leads to a file`() {
    for page in ["README.md", "SECURITY.md", "CHANGELOG.md"] {
      for piece in (Checkout.text(page) ?? "").split(separator: "](").dropFirst() {
        let link = piece.prefix { $0 != ")" && $0 != "#" && $0 != "\n" }
        if link.isEmpty || link.contains("://") { continue }
        #expect(Checkout.text(String(link)) != nil, "\(page): \(link) is not there")
      }
    }
  }
}
