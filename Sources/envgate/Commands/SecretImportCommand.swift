import ArgumentParser
import Glibc
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret import -e ENV < file.env`
struct SecretImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Set the secrets of a dotenv file, NAME=value a line, from stdin.",
    discussion: """
      Every line is judged before the first is sent, and every name before the first is set: one that is \
      wrong changes nothing. Prints each secret with its new version.

      Examples:
        envgate secret import -e development < development.env
      """)

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// What somebody types who expects the file here. It may be a value, which is not shown.
  @Argument(help: .hidden) var misplaced: [String] = []

  func validate() throws {
    guard let word = misplaced.first else { return }
    let isFile = misplaced.count == 1 && (try? FileFacts(word)) != nil
    let file = isFile ? PlainText.shown(word) : "file.env"
    throw ValidationError(
      "the file comes in on stdin: envgate secret import -e \(PlainText.shown(environment.text)) < \(file)"
    )
  }

  func run() throws {
    let environment = try environment.name
    if isatty(STDIN_FILENO) == 1 {
      throw CommandFault(
        "usage", "redirect a file into this: envgate secret import -e ENV < file.env")
    }
    let entries = try DotenvReader.read(STDIN_FILENO)
    if entries.isEmpty {
      throw CommandFault("dotenv.invalid", "the file sets nothing; write NAME=value on a line")
    }
    // All of them with the first, which the vault refuses where it would not take one of the others.
    let names = entries.map(\.name)
    if names.count > VaultLimits.secretsPerEnvironment {
      throw CommandFault(
        "dotenv.invalid",
        "the file sets \(names.count) secrets; an environment holds at most "
          + "\(VaultLimits.secretsPerEnvironment)")
    }
    let connection = try connection.connect()
    var answers: [Answer<SecretSetView>] = []
    do {
      for entry in entries {
        answers.append(
          try connection.answer(
            .secretSet(
              SecretSet(
                environment: environment, name: entry.name, value: entry.value,
                beside: answers.isEmpty ? names : [])),
            as: SecretSetView.self))
      }
    } catch {
      // What the vault took is set, whatever became of the rest; both are said, and a reader who went
      // away from stdout must not hide the fault.
      Console.note(Self.rest(of: entries, behind: answers.count, isRefused: error is WireError))
      try? tell(answers, of: entries)
      throw error
    }
    try tell(answers, of: entries)
  }

  /// What became of an import that ended early.
  /// - Parameters:
  ///   - count: how many secrets the vault said that it set.
  ///   - isRefused: whether the vault said no to the next one; else nobody knows whether it was set.
  static func rest(of entries: [DotenvEntry], behind count: Int, isRefused: Bool) -> String {
    let rest = entries[count...]
    let names = rest.map(\.name.text).joined(separator: ", ")
    return
      "set \(count) of \(entries.count); not set, from line \(rest.first?.line ?? 0) on: \(names)"
      + (isRefused ? "" : "; of the first of these it is not known, see secret versions")
  }

  private func tell(_ answers: [Answer<SecretSetView>], of entries: [DotenvEntry]) throws {
    if output.json {
      try output.print(answers: answers)
    } else {
      try Console.print(answers.map { PlainText.shown("\($0.view.name) \($0.view.version)") })
      for (entry, answer) in zip(entries, answers) { answer.view.tell(about: entry.value) }
    }
  }
}
