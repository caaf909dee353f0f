import Glibc
import StrictJSON

/// What a manual page says there is, read from its mdoc(7).
struct ManualPage {
  /// The text of the page.
  let text: String
  /// By each command, named as it is typed, the options that its part lists.
  private(set) var commands: [String: Set<String>] = [:]
  /// The options under OPTIONS, which several commands have.
  private(set) var shared: Set<String> = []
  /// The codes under EXIT STATUS.
  private(set) var codes: [Int32] = []
  /// The variables under ENVIRONMENT.
  private(set) var variables: [String] = []

  static func path(_ name: String) -> String {
    // Links are followed first: the folder may be linked into another package.
    guard let here = realpath(#filePath, nil) else { return name }
    defer { free(here) }
    return "/"
      + (String(cString: here).split(separator: "/").dropLast(3) + ["Sources"])
      .joined(separator: "/") + "/" + name
  }

  init(_ name: String) throws {
    text = String(decoding: try readFile(Self.path(name)), as: UTF8.self)
    var section = ""
    var command: String?
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case ".Sh":
        section = words.dropFirst().joined(separator: " ")
        command = nil
      case ".Ss" where section == "COMMANDS":
        let name = words.dropFirst().joined(separator: " ")
        command = name
        commands[name] = []
      case ".It":
        take(words, in: section, of: command)
      default: break
      }
    }
  }

  private mutating func take(_ words: [String], in section: String, of command: String?) {
    switch section {
    case "COMMANDS", "OPTIONS":
      for (index, word) in words.enumerated() where word == "Fl" && index + 1 < words.count {
        if let command {
          commands[command]?.insert("-" + words[index + 1])
        } else {
          shared.insert("-" + words[index + 1])
        }
      }
    case "EXIT STATUS": codes += words.dropFirst().compactMap { Int32($0) }
    case "ENVIRONMENT":
      variables += words.dropFirst().filter { $0.count > 2 }
    default: break
    }
  }
}

/// The commands and options that a program's parser knows.
struct ParserShape {
  /// By each command that does something, named as it is typed, its options. What is not displayed is the
  /// program itself, under the empty name.
  private(set) var commands: [String: Set<String>] = [:]

  /// - Parameter dump: what `--experimental-dump-help` prints.
  init(_ dump: [UInt8]) throws {
    var reader = JSONReader()
    try dump.withUnsafeBytes { bytes in
      try reader.read(bytes) { value in
        var object = try value.object()
        try take(object.required("command"), [])
      }
    }
  }

  private mutating func take(_ value: JSONValue, _ path: [String]) throws {
    var object = try value.object()
    let subcommands = try object.optional("subcommands").map { Array(try $0.array()) } ?? []
    let isShown = try object.required("shouldDisplay").bool()
    if subcommands.isEmpty || path.isEmpty {
      let name = isShown ? path.joined(separator: " ") : ""
      let options = try object.optional("arguments").map { try Self.options($0) } ?? []
      commands[name, default: []].formUnion(options)
    }
    for subcommand in subcommands {
      var inner = try subcommand.object()
      let name = try inner.required("commandName").string()
      if name != "help" { try take(subcommand, path + [name]) }
    }
  }

  private static func options(_ value: JSONValue) throws -> Set<String> {
    var options: Set<String> = []
    for argument in try value.array() {
      var object = try argument.object()
      guard try object.required("shouldDisplay").bool(), let names = object.optional("names") else {
        continue
      }
      for name in try names.array() {
        var object = try name.object()
        let dashes = try object.required("kind").string() == "long" ? "--" : "-"
        options.insert(dashes + (try object.required("name").string()))
      }
    }
    return options
  }
}
