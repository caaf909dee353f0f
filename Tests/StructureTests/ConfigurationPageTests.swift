import Testing

/// envgated.json(5) beside the code that reads the file.
@Suite struct `the manual page of the configuration` {
  static let page = Checkout.lines("Sources/envgated/man/envgated.json.5")

  /// The keys that the page describes.
  static let described = Set(
    page.filter { $0.hasPrefix(".It Cm ") }.map { $0.dropFirst(".It Cm ".count) }.map(String.init))

  /// The keys that the reader knows: what stands in quotes in each list called `known`.
  static let known: Set<String> = {
    var keys: Set<String> = []
    for path in Checkout.files(under: "Sources/VaultServer/Configuration", endings: [".swift"]) {
      for piece in (Checkout.text(path) ?? "").split(separator: "known: ").dropFirst() {
        let list = piece.drop { $0 != "[" }.dropFirst()
        // `known: [StaticString] = […]` has its list behind the type.
        let items =
          list.hasPrefix("StaticString]")
          ? list.drop { $0 != "[" }.prefix { $0 != "]" } : list.prefix { $0 != "]" }
        for (index, word) in items.split(separator: "\"", omittingEmptySubsequences: false)
          .enumerated() where index % 2 == 1 && !word.hasPrefix("\\")
        {
          keys.insert(String(word))
        }
      }
    }
    return keys
  }()

  @Test func `each key that is read is described, and none else`() {
    #expect(Self.known.isSuperset(of: ["socket", "limits", "release_burst", "file", "accounts"]))
    #expect(Self.known.subtracting(Self.described) == [], "not in envgated.json.5")
    #expect(Self.described.subtracting(Self.known) == [], "nothing reads it")
  }

  @Test func `each limit stands there with the default of the shipped file`() {
    // `//   "in_flight": 64,`
    for line in Checkout.lines("config/envgated.json") where line.hasPrefix("  //   \"") {
      let words = line.split { " /\":,".contains($0) }
      guard words.count == 2, let entry = Self.page.firstIndex(of: ".It Cm \(words[0])") else {
        Issue.record("\(line)")
        continue
      }
      let text = Self.page[(entry + 1)...].prefix { !$0.hasPrefix(".") }.joined(separator: " ")
      #expect(text.contains("\(words[1])."), "\(words[0]): \(text)")
    }
  }

  /// What the guide says of each key, as the manual page writes it.
  static let guide: [(key: String, text: String)] =
    (Page.guide("Configuration.md")?.rows ?? []).map { row in
      let cells = row.cells.map { $0.filter { $0 != "`" } }
      guard cells.count > 4 else {
        let effect =
          cells.last == "reload" ? "A reload takes it over." : "A change needs a restart."
        return (cells[0], "\(cells[1]) \(effect)")
      }
      return (
        cells[0], "\(cells[1]) From \(cells[2]) to \(cells[3]); the default is \(cells[4])."
      )
    }

  @Test func `each key has the words of the guide`() {
    #expect(Set(Self.guide.map(\.key)) == Self.described)
    for (key, text) in Self.guide {
      guard let entry = Self.page.firstIndex(of: ".It Cm \(key)") else { continue }
      let words = Self.page[(entry + 1)...].prefix { !$0.hasPrefix(".") }.joined(separator: " ")
      #expect(words == text, "\(key): envgated.json.5 and Configuration.md say different things")
    }
  }
}
