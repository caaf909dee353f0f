/// The targets of Package.swift and what each depends on, read from its text: the manifest cannot be
/// imported, and asking SwiftPM would take the lock of the build that runs this test.
struct Manifest {
  struct Target {
    let kind: String
    let name: String
    let dependencies: Set<String>
  }

  let targets: [Target]

  init(_ text: String) {
    let tokens = Manifest.tokens(of: text)
    var lists: [String: Set<String>] = [:]
    var found: [Target] = []
    for (index, token) in tokens.enumerated() {
      if token == .word("let"), case .word(let name)? = tokens[safe: index + 1],
        let equals = tokens[index...].firstIndex(of: .sign("="))
      {
        // A constant at the top: `let nio: […] = [.product(name: "NIOCore", …), …]`.
        let value = tokens[(equals + 1)...].prefix { $0 != .word("let") }
        lists[name] = Manifest.names(in: value, constants: lists)
      }
      if token == .sign("."), case .word(let kind)? = tokens[safe: index + 1],
        ["target", "executableTarget", "testTarget", "systemLibrary"].contains(kind),
        tokens[safe: index + 2] == .sign("(")
      {
        let arguments = Manifest.arguments(of: tokens, from: index + 2)
        guard case .text(let name)? = arguments["name"]?.first else { continue }
        let listed = arguments["dependencies"] ?? []
        found.append(
          Target(
            kind: kind, name: name, dependencies: Manifest.names(in: listed, constants: lists)))
      }
    }
    targets = found
  }

  private enum Token: Equatable {
    case word(String)
    case text(String)
    case sign(Character)
  }

  private static func tokens(of text: String) -> [Token] {
    var tokens: [Token] = []
    for line in text.split(separator: "\n") {
      var rest = line.drop { $0 == " " }
      while let first = rest.first, !rest.hasPrefix("//") {
        if first == "\"" {
          let inner = rest.dropFirst().prefix { $0 != "\"" }
          tokens.append(.text(String(inner)))
          rest = rest.dropFirst(inner.count + 2)
        } else if first.isLetter || first == "_" {
          let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
          tokens.append(.word(String(word)))
          rest = rest.dropFirst(word.count)
        } else {
          tokens.append(.sign(first))
          rest = rest.dropFirst()
        }
        rest = rest.drop { $0 == " " }
      }
    }
    return tokens
  }

  /// The tokens of each labelled argument of the call whose parenthesis stands at `open`.
  private static func arguments(of tokens: [Token], from open: Int) -> [String: ArraySlice<Token>] {
    var depth = 0
    var label: String?
    var start = open
    var arguments: [String: ArraySlice<Token>] = [:]
    for index in open..<tokens.count {
      switch tokens[index] {
      case .sign("("), .sign("["): depth += 1
      case .sign(")"), .sign("]"): depth -= 1
      case .word(let name) where depth == 1 && tokens[safe: index + 1] == .sign(":"):
        label = name
        start = index + 2
      default: break
      }
      let ends = depth == 0 || (depth == 1 && tokens[index] == .sign(","))
      if ends, let name = label {
        arguments[name] = tokens[start..<index]
        label = nil
      }
      if depth == 0 { break }
    }
    return arguments
  }

  /// Names in a list of dependencies: strings, products by their `name:`, constants by their value.
  private static func names(
    in tokens: ArraySlice<Token>, constants: [String: Set<String>]
  ) -> Set<String> {
    var names: Set<String> = []
    for index in tokens.indices {
      let label: Token? = tokens[safe: index - 1] == .sign(":") ? tokens[safe: index - 2] : nil
      switch tokens[index] {
      case .text(let name) where label == nil || label == .word("name"): names.insert(name)
      case .word(let constant) where tokens[safe: index + 1] != .sign(":"):
        names.formUnion(constants[constant] ?? [])
      default: break
      }
    }
    return names
  }
}

extension RandomAccessCollection {
  fileprivate subscript(safe index: Index) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
