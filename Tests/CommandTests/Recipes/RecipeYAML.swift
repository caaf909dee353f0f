/// The part of YAML that our recipes keep to: maps and lists by indentation, one-line scalars, and `|`.
///
/// What it does not know it refuses, so that a recipe cannot be read here as something else than a CI
/// system reads it as.
indirect enum RecipeYAML {
  case text(String)
  case list([RecipeYAML])
  case map([(key: String, value: RecipeYAML)])

  init(_ file: String) throws {
    var reader = Reader(lines: file.split(separator: "\n", omittingEmptySubsequences: false))
    self = try reader.node(indent: 0)
    if let line = reader.next { throw HarnessFault("what is this line? \(line.text)") }
  }

  subscript(_ keys: String...) -> RecipeYAML? {
    keys.reduce(self) { node, key in
      guard case .map(let members) = node else { return nil }
      return members.first { $0.key == key }?.value
    }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var items: [RecipeYAML] { if case .list(let items) = self { items } else { [] } }
  var members: [(key: String, value: RecipeYAML)] {
    if case .map(let members) = self { members } else { [] }
  }

  private struct Reader {
    var lines: ArraySlice<Substring>

    init(lines: [Substring]) { self.lines = lines[...] }

    /// The next line that says something.
    var next: (indent: Int, text: Substring)? {
      mutating get {
        while let line = lines.first {
          let text = line.drop { $0 == " " }
          if !text.isEmpty, !text.hasPrefix("#") { return (line.count - text.count, text) }
          lines.removeFirst()
        }
        return nil
      }
    }

    mutating func node(indent: Int) throws -> RecipeYAML {
      guard let first = next, first.indent >= indent else { return .text("") }
      return first.text.hasPrefix("- ")
        ? .list(try list(indent: first.indent)) : .map(try map(indent: first.indent))
    }

    private mutating func list(indent: Int) throws -> [RecipeYAML] {
      var items: [RecipeYAML] = []
      while let line = next, line.indent == indent, line.text.hasPrefix("- ") {
        let rest = line.text.dropFirst(2)
        if Self.key(of: rest) != nil {
          // The dash takes the place of two blanks of the map that begins behind it.
          lines[lines.startIndex] = Substring(String(repeating: " ", count: indent + 2) + rest)
          items.append(.map(try map(indent: indent + 2)))
        } else {
          lines.removeFirst()
          items.append(.text(try scalar(rest, within: indent)))
        }
      }
      return items
    }

    private mutating func map(indent: Int) throws -> [(key: String, value: RecipeYAML)] {
      var members: [(key: String, value: RecipeYAML)] = []
      while let line = next, line.indent == indent, !line.text.hasPrefix("- ") {
        guard let (key, rest) = Self.key(of: line.text) else {
          throw HarnessFault("no key: \(line.text)")
        }
        lines.removeFirst()
        let value =
          rest.isEmpty ? try node(indent: indent + 1) : .text(try scalar(rest, within: indent))
        members.append((key, value))
      }
      return members
    }

    /// A key of ours is a word, so that a command with a colon in it is none.
    private static func key(of line: Substring) -> (String, Substring)? {
      let key = line.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
      let rest = line[key.endIndex...]
      guard !key.isEmpty, rest == ":" || rest.hasPrefix(": ") else { return nil }
      return (String(key), rest.dropFirst(2))
    }

    private mutating func scalar(_ text: Substring, within indent: Int) throws -> String {
      if text == "|" { return block(within: indent) }
      guard let first = text.first, !">&*!%@{".contains(first), !text.contains(" #") else {
        throw HarnessFault("a scalar of another kind: \(text)")
      }
      if first == "\"" || first == "'" {
        guard text.count > 1, text.last == first else { throw HarnessFault("a quote: \(text)") }
        return String(text.dropFirst().dropLast())
      }
      if text.contains(": ") { throw HarnessFault("YAML takes this for a map: \(text)") }
      return String(text)
    }

    /// The lines that stand deeper, without the indentation of the first.
    private mutating func block(within indent: Int) -> String {
      var block: [Substring] = []
      var width: Int?
      while let line = lines.first {
        let blanks = line.prefix { $0 == " " }.count
        if blanks < line.count, blanks <= indent { break }
        if width == nil, blanks < line.count { width = blanks }
        block.append(line.dropFirst(width ?? 0))
        lines.removeFirst()
      }
      while block.last?.isEmpty == true { block.removeLast() }
      return block.map { $0 + "\n" }.joined()
    }
  }
}
