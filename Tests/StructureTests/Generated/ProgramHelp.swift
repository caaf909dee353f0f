import StrictJSON

/// The commands of a program, as its parser describes them: what `--experimental-dump-help` prints.
struct ProgramHelp {
  /// An option or a flag.
  struct Option: Hashable {
    /// As they are typed: `-e`, `--environment`.
    var names: [String]
    /// What its value is called; nil for a flag.
    let value: String?
    /// Whether the name alone is enough.
    let isValueOptional: Bool
    let isRequired: Bool
    let text: String
  }

  /// A word of the line that is no option's.
  struct Argument {
    let name: String
    let isRequired: Bool
    let isRepeated: Bool
    /// Whether it stands after `--`.
    let isLast: Bool
    let text: String
  }

  /// A command that does something.
  struct Command {
    /// As it is typed, without the program; empty for what runs without a command.
    let name: String
    let abstract: String
    /// The paragraphs before the examples.
    let paragraphs: [String]
    let examples: [String]
    let arguments: [Argument]
    let options: [Option]
  }

  private(set) var commands: [Command] = []

  init(_ dump: String) throws {
    var reader = JSONReader()
    try Array(dump.utf8).withUnsafeBytes { bytes in
      try reader.read(bytes) { value in
        var object = try value.object()
        try take(object.required("command"), [])
      }
    }
  }

  private mutating func take(_ value: JSONValue, _ path: [String]) throws {
    var object = try value.object()
    let subcommands = try object.optional("subcommands").map { Array(try $0.array()) } ?? []
    if subcommands.isEmpty {
      let isShown = try object.required("shouldDisplay").bool()
      try commands.append(command(&object, isShown ? path.joined(separator: " ") : ""))
    }
    for subcommand in subcommands {
      var inner = try subcommand.object()
      let name = try inner.required("commandName").string()
      if name != "help" { try take(subcommand, path + [name]) }
    }
  }

  private func command(_ object: inout JSONObject, _ name: String) throws -> Command {
    let discussion = try object.optional("discussion").map { try $0.string() } ?? ""
    let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false)
    let prose = lines.prefix { $0 != "Examples:" }.split(separator: "").map {
      $0.joined(separator: " ")
    }
    var arguments: [Argument] = []
    var options: [Option] = []
    for value in try object.optional("arguments").map({ Array(try $0.array()) }) ?? [] {
      var item = try value.object()
      guard try item.required("shouldDisplay").bool() else { continue }
      let isRequired = try !item.required("isOptional").bool()
      let strategy = try item.optional("parsingStrategy").map { try $0.string() }
      let value = try item.required("valueName").string()
      let kind = try item.required("kind").string()
      let text = try item.optional("abstract").map { try $0.string() } ?? ""
      if kind == "positional" {
        let isLast = strategy == "postTerminator"
        arguments.append(
          Argument(
            name: value, isRequired: isRequired || isLast,
            isRepeated: try item.required("isRepeating").bool(), isLast: isLast, text: text))
        continue
      }
      let option = Option(
        names: try names(item.required("names")), value: kind == "flag" ? nil : value,
        isValueOptional: strategy == "scanningForValue", isRequired: isRequired,
        text: text)
      // A flag and its inversion come one after the other.
      if option.value == nil, let last = options.last, last.value == nil, last.text == option.text {
        options[options.count - 1].names += option.names
      } else {
        options.append(option)
      }
    }
    return Command(
      name: name, abstract: try object.required("abstract").string(), paragraphs: prose,
      examples: lines.drop { $0 != "Examples:" }.dropFirst().map {
        String($0.hasPrefix("  ") ? $0.dropFirst(2) : $0)
      }, arguments: arguments, options: options)
  }

  private func names(_ value: JSONValue) throws -> [String] {
    try value.array().map { name in
      var name = try name.object()
      let dashes = try name.required("kind").string() == "long" ? "--" : "-"
      return dashes + (try name.required("name").string())
    }
  }
}
