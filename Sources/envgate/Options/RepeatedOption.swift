import ArgumentParser
import StrictJSON

/// An option that stands on a command line twice, where it has one value.
///
/// ArgumentParser takes the last one. A line that a script has put together would then ask for production's
/// secrets where it was meant to say development.
enum RepeatedOption {
  /// - Throws: ``CommandFault`` `usage`.
  static func refuse(in arguments: [String], of command: any ParsableCommand) throws {
    let words = options(in: arguments)
    // What the parser knows of its options takes it some milliseconds to say, so it is asked where two words may
    // name the same one. A short name is the first letter of its long one.
    guard Set(words.compactMap { $0.drop { $0 == "-" }.first }).count < words.count else { return }
    for names in try singleOptions(of: type(of: command)) {
      let given = words.filter(names.contains)
      guard given.count > 1 else { continue }
      throw CommandFault(
        .usage, "\(names.last ?? given[0]) was given \(given.count) times; it takes one value")
    }
  }

  /// The words of a command line that name options, without what is joined to them.
  private static func options(in arguments: [String]) -> [String] {
    arguments.prefix { $0 != "--" }.compactMap { word in
      guard word.hasPrefix("-"), word != "-" else { return nil }
      return word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : String(word.prefix(2))
    }
  }

  /// The names of each option of a command that has one value, as the parser describes itself.
  private static func singleOptions(of command: any ParsableCommand.Type) throws -> [[String]] {
    var reader = JSONReader()
    // Safety: the array lends its bytes for the closure.
    return try unsafe Array(command._dumpHelp().utf8).withUnsafeBytes { bytes in
      try unsafe reader.read(bytes) { try read($0) }
    }
  }

  private static func read(_ root: JSONValue) throws -> [[String]] {
    var document = try root.object()
    var described = try document.required("command").object()
    guard let arguments = described.optional("arguments") else { return [] }
    return try arguments.array().compactMap { argument in
      var argument = try argument.object()
      let isRepeating = try argument.required("isRepeating").bool()
      guard try argument.required("kind").string() == "option", !isRepeating,
        let names = argument.optional("names")
      else { return nil }
      return try names.array().map { name in
        var name = try name.object()
        let text = try name.required("name").string()
        return try (name.required("kind").string() == "long" ? "--" : "-") + text
      }
    }
  }
}
