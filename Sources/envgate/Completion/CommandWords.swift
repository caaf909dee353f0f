import ArgumentParser

/// The words of a command line that need not be whole or right, as a shell hands them over: what it
/// names so far.
struct CommandWords {
  /// Without the program's name, and without what stands behind `--`: that is another program's.
  private let words: [String]

  /// - Parameter words: as they were typed, quotes and all; bash splits them at `=` too.
  init(_ words: [String]) {
    self.words = words.prefix { $0 != "--" }.map(Self.unquoted)
  }

  /// The last value that an option has.
  /// - Parameter names: the names of the option, with their dashes.
  func value(of names: [String]) -> String? { values(of: names).last }

  /// All values that an option has.
  func values(of names: [String]) -> [String] {
    var values: [String] = []
    for (index, word) in words.enumerated() {
      for name in names {
        if word == name {
          let next = words.dropFirst(index + 1).first
          // A word of its own, where a shell took `--name=value` apart.
          let value = next == "=" ? words.dropFirst(index + 2).first : next
          if let value, !value.isEmpty { values.append(value) }
        } else if name.hasPrefix("--"), word.hasPrefix(name + "="), word != name + "=" {
          values.append(String(word.dropFirst(name.count + 1)))
        }
      }
    }
    return values
  }

  /// The words that are no options; their values are among them.
  var plain: [String] { words.filter { !$0.hasPrefix("-") && !$0.isEmpty } }

  /// The environment that is named with `-e`.
  var environment: String? { value(of: ["-e", "--environment"]) }

  /// The daemon that is named, where it is one of this host.
  ///
  /// One on another host is nobody's to ask unasked: ssh could want a passphrase for it.
  func localConnection() -> ConnectionOptions? {
    if let socket = value(of: ["--socket"]) {
      return try? ConnectionOptions.parse(["--socket", socket])
    }
    let remote = ProcessContext.variable("ENVGATE_HOST") ?? ""
    guard remote.isEmpty, values(of: ["--host"]).isEmpty else { return nil }
    return try? ConnectionOptions.parse([])
  }

  /// A word without the quotes and backslashes that keep it together.
  private static func unquoted(_ word: String) -> String {
    var text = ""
    var quote: Character?
    var isEscaped = false
    for character in word {
      if isEscaped {
        text.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else {
        text.append(character)
      }
    }
    return text
  }
}
