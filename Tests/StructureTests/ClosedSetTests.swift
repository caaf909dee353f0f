import Testing

/// A `switch` of a source, as far as its cases say it in words.
private struct Switch {
  let line: Int
  /// The names of the cases that its patterns begin with.
  let names: Set<Substring>
  let hasDefault: Bool
}

/// The switches of a source; a pattern that is no case of an enum has no name.
private func switches(in lines: [Substring]) -> [Switch] {
  var found: [Switch] = []
  for (index, line) in lines.enumerated() {
    let words = line.split(separator: " ")
    guard line.hasSuffix("{"), let word = words.firstIndex(of: "switch"), word < 3 else { continue }
    let indent = line.prefix { $0 == " " }
    var names: Set<Substring> = []
    var hasDefault = false
    var isPattern = false
    for line in lines[(index + 1)...] {
      let text = line.drop { $0 == " " }
      // The formatter puts the end of a switch, and its cases, below its beginning.
      if text.hasPrefix("}") && line.count - text.count <= indent.count { break }
      let isCase = line.count - text.count == indent.count
      if isCase && text.hasPrefix("default:") { hasDefault = true }
      if isCase && text.hasPrefix("case ") { isPattern = true }
      if isPattern {
        let pattern = text.split(separator: ":", maxSplits: 1).first ?? text
        for piece in pattern.split(whereSeparator: { " (,".contains($0) })
        where piece.hasPrefix(".") {
          let name = piece.dropFirst().prefix { $0.isLetter || $0.isNumber }
          names.insert(name)
        }
        if text.contains(":") { isPattern = false }
      }
    }
    found.append(Switch(line: index + 1, names: names, hasDefault: hasDefault))
  }
  return found
}

/// The cases of an enum, by the line that each has in its file.
private func cases(_ path: String) -> Set<Substring> {
  Set(
    Checkout.lines(path).compactMap { line in
      let words = line.split(separator: " ").drop { $0 == "indirect" }
      guard words.first == "case", let name = words.dropFirst().first, !name.hasPrefix(".") else {
        return nil
      }
      return name.prefix { $0.isLetter || $0.isNumber }
    })
}

/// Sets that the compiler asks about everywhere, so that whoever adds to one is asked at each place.
@Suite struct `the closed sets` {
  static let sets = [
    ("Method", cases("Sources/VaultCalls/Method.swift")),
    ("Reason", cases("Sources/VaultCalls/Reason.swift").subtracting(["badData", "fault"])),
    ("Call", cases("Sources/VaultCalls/Call.swift")),
    (
      "Action",
      cases("Sources/VaultEngine/Command.swift").subtracting(["status", "afresh", "doubted"])
    ),
  ]

  @Test(arguments: sets)
  func `has no default where one of it is told from the others`(
    name: String, cases: Set<Substring>
  ) {
    #expect(cases.count > 9, "\(name)")
    for path in Checkout.files(under: "Sources", endings: [".swift"]) {
      for found in switches(in: Checkout.lines(path)) where found.hasDefault {
        #expect(
          found.names.isEmpty || !found.names.isSubset(of: cases),
          "\(path):\(found.line): a switch over \(name) has a default")
      }
    }
  }

  @Test func `a switch is read with its cases, and without those of one within it`() {
    let source = """
      func f() {
        switch self {
        case .one(let x), .two:
          switch x {
          case .inner: 1
          default: 2
          }
        case .three where x == .other: 3
        }
        let y =
          switch z {
          case .a,
            .b:
            1
          default: 2
          }
      """
    let found = switches(in: source.split(separator: "\n", omittingEmptySubsequences: false))
    #expect(found.map(\.hasDefault) == [false, true, true])
    #expect(found[1].names == ["inner"] && found[2].names == ["a", "b"])
    #expect(found[0].names.isSuperset(of: ["one", "two", "three"]))
    #expect(found[0].names.isDisjoint(with: ["inner", "a"]))
  }

  /// Every permission that a decision names itself, beside the one of its method's row.
  static let second: [(path: String, line: String)] = [
    // Whoever may no longer ask may no longer activate, resume or read.
    ("Grants", "_ = try requesterEnvironment(environment.name, caller)"),
    ("Grants", "_ = try requesterEnvironment(environment.name, caller)"),
    (
      "OneDoor",
      "let environment = try requesterEnvironment(requestEnvironment(known).name, caller)"
    ),
    // The row's own, on the short way of a release and of a request.
    ("OneDoor", "let environment = try requesterEnvironment(name, caller)"),
    ("Requests", "let environment = try requesterEnvironment(wish.environment, caller)"),
    // Whose request another one supersedes.
    ("Requests", "let request = try request(older.request, older.ticket, caller, for: .use)"),
    // A request is found by who may look at it; then the rules say who answers it.
    ("Reviews", "let request = try request(id, nil, caller, for: .follow)"),
    ("Reviews", "if caller.mayOnlyAsk { throw denied(.review, caller, request.environmentName) }"),
    // Who read a version is not told to a mere requester.
    (
      "SecretVersions",
      "let isTold = !roles.isDisjoint(with: [.reviewer, .writer, .auditor, .admin])"
    ),
    // How much of a request a list shows, and whether a setter is told of the same value elsewhere.
    ("Sight", "if !roles.isDisjoint(with: Permission.follow.roles) { return .whole }"),
    ("Secrets", "if try !roles(of: caller, in: other).isDisjoint(with: Permission.write.roles) {"),
  ]

  @Test func `each decision asks for its method's permission, and what else it asks is listed`() {
    var found: [String] = []
    for path in Checkout.files(under: "Sources/VaultEngine/Decisions", endings: [".swift"]) {
      let file = path.split(separator: "/").last?.prefix { $0 != "." } ?? ""
      if file == "Access" { continue }
      for line in Checkout.lines(path) {
        let asks = [
          "requesterEnvironment(", "Permission.", "for: .", "denied(.", "require(.",
          "isDisjoint(with: [",
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
