import Testing

/// Sentences that people read are short, and say who does what.
@Suite struct `plain words` {
  private static func check(_ passages: [Passage], atLeast count: Int) {
    #expect(passages.count >= count, "only \(passages.count) passages were found")
    for fault in passages.flatMap(\.faults) { Issue.record("\(fault)") }
  }

  @Test func `what the programs print and log is in plain words`() {
    // What speaks to SQLite, to a shell, or of letters is no sentence.
    let others = [
      "envgate-bench/", "VaultStore/SQLite/", "VaultStore/Rows/", "VaultStore/Schema/",
      "envgate/Completion/CompletionScript.swift", "VaultCore/Names/Lookalikes.swift",
    ]
    let files = Checkout.files(under: "Sources", endings: [".swift"]).filter { path in
      !others.contains { path.hasPrefix("Sources/" + $0) }
    }
    Self.check(files.flatMap(Passage.literals), atLeast: 1_000)
  }

  @Test func `the help of every command is in plain words`() throws {
    var passages: [Passage] = []
    for help in [
      try `what the programs say of themselves`.client.get(),
      try `what the programs say of themselves`.daemon.get(),
    ] {
      for command in help.commands {
        passages += ([command.abstract] + command.paragraphs).map {
          Passage(place: "\(command.name) --help", text: $0)
        }
        passages += command.options.map {
          Passage(place: "\(command.name) \($0.names.last ?? "")", text: $0.text)
        }
      }
    }
    Self.check(passages, atLeast: 250)
  }

  @Test func `the manual pages are in plain words`() {
    Self.check(
      Checkout.files(under: "Sources", endings: [".1", ".5", ".8"]).flatMap(Passage.manual),
      atLeast: 300)
  }

  @Test func `README, SECURITY, the changelog and the guides are in plain words`() {
    let pages = Page.all.filter { !$0.path.contains("/") || $0.path.hasPrefix(Page.guides) }
    #expect(pages.count > 10)
    Self.check(pages.flatMap(Passage.prose), atLeast: 600)
  }

  @Test func `the configuration and the units are in plain words`() {
    let units = Checkout.files(under: "systemd", endings: [".service", ".socket", ".conf"])
    Self.check(
      Passage.comments("config/envgated.json", mark: "//")
        + units.flatMap { Passage.comments($0, mark: "#") }, atLeast: 20)
  }

  @Test func `a sentence that takes a second reading is told with its place`() {
    let long = Array(repeating: "word", count: 31).joined(separator: " ")
    #expect(
      Passage(place: "a:1", text: "Short. \(long)").faults
        == ["a:1: 31 words in a sentence, at most 30: \(long)"])
    #expect(Passage(place: "a", text: "Say it again: \(long.dropLast(5))").faults == [])
    #expect(
      Passage(place: "b:2", text: "\"ntci\" is no principal").faults
        == ["b:2: \"is no\": is not a: \"ntci\" is no principal"])
    #expect(Passage(place: "b", text: "there is no socket, and it is no longer made").faults == [])
  }

  @Test(arguments: [
    (#"print("one two")"#, ["one two"]), (#"x // "a comment""#, []),
    (#"f("a \(b ? "c d" : "e") f", "g h")"#, ["a X f", "g h"]),
    (#""a \"quoted\" word""#, ["a quoted word"]), (#"let x = 1"#, []),
  ])
  func `a literal is found, and what is interpolated is one word`(line: String, texts: [String]) {
    #expect(Passage.literals(in: line[...]) == texts)
  }
}
