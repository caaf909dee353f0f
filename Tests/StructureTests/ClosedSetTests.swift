import Testing

/// A `switch` of a source, as far as its cases say it in words.
private struct Switch {
  let line: Int
  /// The names that its patterns begin with; of tuples, those of each place.
  var names: [Set<Substring>] = []
  /// Whether a pattern takes whatever comes.
  var hasDefault = false

  /// Whether it tells elements of a set from the others, and lets a new one pass in silence.
  func passesOver(_ set: Set<Substring>) -> Bool {
    hasDefault && names.contains { !$0.isEmpty && $0.isSubset(of: set) }
  }

  /// - Parameter pattern: one alternative of a `case`.
  mutating func add(_ pattern: ArraySlice<Token>) {
    var places: [ArraySlice<Token>] = [pattern]
    if pattern.first?.text == "(" { places = pattern.dropFirst().dropLast().split(at: ",") }
    if places.allSatisfy(\.takesAll) { hasDefault = true }
    while names.count < places.count { names.append([]) }
    for (index, place) in places.enumerated() {
      let name = place.drop { $0.text != "." }.dropFirst().first?.text
      if let name, place.prefix(while: { $0.text != "." }).allSatisfy(\.isWord) {
        names[index].insert(name)
      }
    }
  }
}

private struct Token {
  let text: Substring
  let line: Int
  var isWord: Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }
}

extension ArraySlice<Token> {
  /// Whether it is a pattern that names nothing: `_`, `let x`.
  fileprivate var takesAll: Bool { map(\.text) == ["_"] || first?.text == "let" && count == 2 }

  /// The pieces between separators, without those within parentheses and braces.
  fileprivate func split(at separator: Substring) -> [Self] {
    var depth = 0
    return split(omittingEmptySubsequences: false) { token in
      if ["(", "[", "{"].contains(token.text) { depth += 1 }
      if [")", "]", "}"].contains(token.text) { depth -= 1 }
      return depth == 0 && token.text == separator
    }
  }

  /// As far as the end of the parenthesis or brace that its first token opens.
  fileprivate var block: Self {
    var depth = 0
    let end = firstIndex { token in
      if ["(", "[", "{"].contains(token.text) { depth += 1 }
      if [")", "]", "}"].contains(token.text) { depth -= 1 }
      return depth == 0
    }
    return self[startIndex..<(end.map { $0 + 1 } ?? endIndex)]
  }
}

/// The words and signs of a source, without comments and what strings say.
private func tokens(in lines: [Substring]) -> [Token] {
  var found: [Token] = []
  var isText = false
  for (index, line) in lines.enumerated() {
    var rest = line
    while let first = rest.first {
      if rest.hasPrefix("\"\"\"") {
        isText.toggle()
        rest = rest.dropFirst(3)
      } else if isText {
        rest = rest.dropFirst()
      } else if rest.hasPrefix("//") {
        break
      } else if first == "\"" {
        rest = rest.dropFirst()
        while let next = rest.first, next != "\"" { rest = rest.dropFirst(next == "\\" ? 2 : 1) }
        rest = rest.dropFirst()
      } else {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" }
        let text = word.isEmpty ? rest.prefix(1) : word
        if first != " " { found.append(Token(text: text, line: index + 1)) }
        rest = rest[text.endIndex...]
      }
    }
  }
  return found
}

/// The switches of a source; a pattern that is no case of an enum has no name.
private func switches(in lines: [Substring]) -> [Switch] {
  let all = tokens(in: lines)
  return all.indices.filter { all[$0].text == "switch" }.map { start in
    var found = Switch(line: all[start].line)
    // What is switched over ends with the first brace that stands in no parenthesis.
    var rest = all[(start + 1)...]
    while let first = rest.first, first.text != "{" {
      rest = first.text == "(" ? rest[rest.block.endIndex...] : rest.dropFirst()
    }
    var body = rest.block.dropFirst().dropLast()
    while let first = body.first {
      if first.text == "default" { found.hasDefault = true }
      if first.text == "case" {
        let pattern = body.dropFirst().split(at: ":").first ?? []
        // Whatever stands behind `where` is no pattern.
        let told = pattern.split(at: "where").first ?? []
        for alternative in told.split(at: ",") where !alternative.isEmpty { found.add(alternative) }
        body = body[pattern.endIndex...]
      } else {
        body =
          ["(", "[", "{"].contains(first.text) ? body[body.block.endIndex...] : body.dropFirst()
      }
    }
    return found
  }
}

/// The cases of an enum, wherever it is.
private func cases(of name: String) -> Set<Substring> {
  var found: Set<Substring> = []
  for path in Checkout.files(under: "Sources", endings: [".swift"]) {
    let all = tokens(in: Checkout.lines(path))
    for start in all.indices.dropLast() where all[start].text == "enum" {
      guard all[start + 1].text == name else { continue }
      var body = all[start...].drop { $0.text != "{" }.block.dropFirst().dropLast()
      var (isList, isNext) = (false, false)
      while let first = body.first {
        if isNext { found.insert(first.text) }
        if !isNext, first.isWord { isList = first.text == "case" }
        isNext = isList && (first.text == "case" || first.text == ",")
        body =
          ["(", "[", "{"].contains(first.text) ? body[body.block.endIndex...] : body.dropFirst()
      }
    }
  }
  return found
}

/// Sets that the compiler asks about everywhere, so that whoever adds to one is asked at each place.
@Suite struct `the closed sets` {
  /// `Value` and `Weaker` are those of a gate's rule.
  static let sets = [
    "Method", "Reason", "Call", "Action", "Way", "DecidingTable", "Value", "Weaker",
  ]
  .map { ($0, cases(of: $0)) }

  @Test(arguments: sets)
  func `has no default where one of it is told from the others`(
    name: String, cases: Set<Substring>
  ) {
    #expect(cases.count > 3, "\(name)")
    for path in Checkout.files(under: "Sources", endings: [".swift"]) {
      for found in switches(in: Checkout.lines(path)) {
        #expect(
          !found.passesOver(cases), "\(path):\(found.line): a switch over \(name) has a default")
      }
    }
  }

  /// Switches over `a` and `b`, and whether each lets a new case pass in silence.
  static let samples: [(source: String, passes: Bool)] = [
    ("switch x {\n case .a(let y), .b:\n  1\n default: 2\n }", true),
    ("switch x {\n case .a where y == .other: 1\n default:\n  2\n }", true),
    ("return try await switch x { case let .a(y): 1; @unknown default: 2 }", true),
    ("switch (x, z) { case (.a, .other): 1\n case (.b, _): 2\n default: 3 }", true),
    ("switch (z, x) { case (.other, .a): 1\n case (_, _): 3 }", true),
    ("switch f(\n x, { y in z }\n) {\n case .a: 1 // switch\n case _: 2 }", true),
    ("switch x { case X.a: 1\n case let other: 2 }", true),
    ("switch x {\n case .a: switch z { case .other: 1\n default: 2 }\n case .b: 2 }", false),
    ("switch z { case .other: switch x { case .a: 1\n case .b: 2 }\n default: 2 }", false),
    ("switch z {\n case .other(.a), .some: 1\n default: 2 }", false),
    ("switch x { case .a: [1: 2]\n case .b: y ? z : 2 }\n f(default: 1)", false),
    ("let text = \"switch x { case .a: 1 default: 2 }\"", false),
    ("switch x {\n case .a: \"\"\"\n default: {\n \"\"\"\n case .b: \"default: \\\"\" }", false),
    ("switch x {\n case .a, .b, .other: 1\n default: 2 }", false),
    ("switch x {\n case .a: 1\n case .b, nil: 2 }", false),
  ]

  @Test(arguments: samples)
  func `a switch with a default is recognized however it is written`(source: String, passes: Bool) {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(switches(in: lines).contains { $0.passesOver(["a", "b"]) } == passes, "\(source)")
  }

  /// Every permission that a decision names itself, beside the one of its method's row.
  static let second: [(path: String, line: String)] = [
    // Whoever may no longer ask may no longer activate, resume or read.
    ("Grants", "_ = try requesterEnvironment(environment.name, caller, for: .ask)"),
    ("Grants", "_ = try requesterEnvironment(environment.name, caller, for: .ask)"),
    ("OneDoor", "requestEnvironment(known).name, caller, for: .ask)"),
    ("OneDoor", "name, caller, for: request == nil ? permission : .ask)"),
    // Whoever has any role in an environment lists requests in it: their own, and what they may follow.
    ("Requests", "environment = try visibleEnvironment(name, caller, for: .see).environment.id"),
    // Whose request another one supersedes.
    ("Requests", "let request = try request(older.request, older.ticket, caller, for: .use)"),
    // A request is found by who may look at it; then the rules say who answers it.
    ("Reviews", "let request = try request(id, nil, caller, for: .follow)"),
    // Who read a version is not told to a mere requester.
    (
      "SecretVersions",
      "let isTold = !roles.isDisjoint(with: [.reviewer, .writer, .auditor, .admin])"
    ),
    // Whether a setter is told of the same value elsewhere.
    ("Secrets", "if try !roles(of: caller, in: other).isDisjoint(with: Permission.write.roles) {"),
  ]

  @Test func `each decision asks for its method's permission, and what else it asks is listed`() {
    var found: [String] = []
    for path in Checkout.files(under: "Sources/VaultEngine/Decisions", endings: [".swift"]) {
      let file = path.split(separator: "/").last?.prefix { $0 != "." } ?? ""
      if file == "Access" { continue }
      for line in Checkout.lines(path) {
        let asks = [
          "Permission.", "for: .", ": .ask)", "denied(.", "require(.", "isDisjoint(with: [",
        ]
        let text = line.drop { $0 == " " }
        if asks.contains(where: { text.contains($0) }), !text.hasPrefix("//"),
          !text.hasPrefix("func ")
        {
          found.append("\(file): \(text)")
        }
      }
    }
    #expect(found.sorted() == Self.second.map { "\($0.path): \($0.line)" }.sorted())
  }
}
