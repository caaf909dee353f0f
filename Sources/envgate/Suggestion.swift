import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// What somebody probably meant who named something that is not there.
///
/// Of the vault's names only those that the daemon lists to this very caller are ever suggested.
enum Suggestion {
  /// `; did you mean X?`, or nothing.
  static func phrase(_ name: String, among known: [String]) -> String {
    NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
  }

  /// What is added to the sentence of a fault; nil where there is nothing to suggest.
  /// - Parameter arguments: the command line, without the program's name.
  static func hint(for error: any Error, _ arguments: [String]) -> String? {
    let phrase: String
    switch error {
    case let error as WireError: phrase = name(error, CommandWords(arguments))
    case is CommandFault, is ClientFault, is ChildEnded, is Interrupted, is Console.ReaderGone,
      is CleanExit:
      return nil
    default: phrase = Self.usage(Envgate.message(for: error), arguments)
    }
    return phrase.isEmpty ? nil : phrase
  }

  // MARK: Names of the vault

  private static func name(_ error: WireError, _ line: CommandWords) -> String {
    let kinds: Set<Reason> = [.environmentUnknown, .secretUnknown, .variableUnknown]
    guard let reason = error.known, kinds.contains(reason),
      let connection = try? line.localConnection()?.connect(),
      let (typed, known) = try? candidates(reason, line, VisibleNames(connection))
    else { return "" }
    // What is there was not the trouble.
    return typed.filter { !known.contains($0) }
      .lazy.map { phrase($0, among: known) }.first { !$0.isEmpty } ?? ""
  }

  private static func candidates(
    _ reason: Reason, _ line: CommandWords, _ names: VisibleNames
  ) throws -> (typed: [String], known: [String]) {
    if reason == .environmentUnknown {
      return (
        line.environment.map { [$0] } ?? operands(line), try names.environments()
      )
    }
    guard let text = line.environment else { return ([], []) }
    let environment = try EnvironmentName(text)
    // Names are kept in capitals, in which they may not have been typed.
    let typed = (line.values(of: ["-s", "--secret"]) + operands(line)).map { text in
      text.prefix { $0 != "=" && $0 != ":" }.uppercased()
    }
    return (
      typed.filter { $0 != text.uppercased() },
      reason == .variableUnknown
        ? try names.variables(of: environment) : try names.secrets(of: environment)
    )
  }

  /// The words behind the command's own, which name nothing of the vault.
  private static func operands(_ line: CommandWords) -> [String] {
    var command: any ParsableCommand.Type = Envgate.self
    return line.plain.filter { word in
      guard
        let next = command.configuration.subcommands.first(where: { names(of: $0).contains(word) })
      else { return true }
      command = next
      return false
    }
  }

  // MARK: Words of the command line

  private static func usage(_ message: String, _ arguments: [String]) -> String {
    if message.contains("nexpected argument") || message.contains("nknown option") {
      return command(arguments)
    }
    guard message.contains("' is invalid for '"),
      let list = message.firstRange(of: "Please provide one of")
    else { return "" }
    let typed = quoted(message[..<list.lowerBound]).first ?? ""
    let listed = message[list.upperBound...]
    let known =
      listed.hasPrefix(" the following")
      ? listed.split(separator: "\n").dropFirst().map { String($0.drop { " -".contains($0) }) }
      : quoted(listed)
    return phrase(typed, among: known)
  }

  /// The command that an unknown word probably means, by the words before it.
  private static func command(_ arguments: [String]) -> String {
    var command: any ParsableCommand.Type = Envgate.self
    for word in arguments.prefix(while: { $0 != "--" }) where !word.hasPrefix("-") {
      let subcommands = command.configuration.subcommands
      if subcommands.isEmpty { return "" }
      guard let next = subcommands.first(where: { names(of: $0).contains(word) }) else {
        let known = subcommands.flatMap(names)
        let others = command == Envgate.self ? Self.elsewhere : Self.sayings
        return others[word].flatMap { meant in
          meant.first { text in
            let word = String(text.prefix { $0 != " " && $0 != "," })
            return word.hasPrefix("-") || known.contains(word)
          }.map { "; did you mean \($0)?" }
        } ?? phrase(word, among: known)
      }
      command = next
    }
    return ""
  }

  /// What other tools call a subcommand.
  private static let sayings: [String: [String]] = [
    "ls": ["list"], "rm": ["delete", "remove"], "remove": ["delete"], "get": ["show"],
    "read": ["get", "show"],
    "cat": ["get", "show"], "add": ["create", "set"], "new": ["create"], "put": ["set"],
    "write": ["set"],
    "update": ["edit", "set"], "describe": ["show"], "log": ["list"], "check": ["verify"],
  ]

  /// What other tools have at the top, and where it is here.
  private static let elsewhere: [String: [String]] = [
    "get": ["secret get"], "read": ["secret get"], "set": ["secret set"], "put": ["secret set"],
    "write": ["secret set"], "ls": ["secret list -e ENVIRONMENT"],
    "list": ["secret list -e ENVIRONMENT"],
    "rm": ["secret delete"], "delete": ["secret delete"], "import": ["secret import"],
    "init": ["environment create"],
    "create": ["environment create"], "run": ["exec"],
    "login": ["status, which shows who you are (there is no sign-in)"],
    "whoami": ["status"], "version": ["--version"], "pending": ["request list --state waiting"],
    "wait": ["request wait"],
    "cancel": ["request cancel"], "deny": ["reject"], "log": ["history"], "logs": ["history"],
  ]

  static func names(of command: any ParsableCommand.Type) -> [String] {
    [command._commandName] + command.configuration.aliases
  }

  /// What stands between single quotes.
  private static func quoted(_ text: Substring) -> [String] {
    text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }
}
