import ArgumentParser
import Glibc
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret import -e ENV < file.env`
struct SecretImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Set all secrets of a dotenv file from stdin, or none of them.",
    discussion: """
      The file has one NAME=value on each line. envgate checks every line before it sends the \
      first. It refuses what the readers of such files read differently, and names the line: a \
      backtick, $NAME, ${NAME} or $(...) outside single quotes, a carriage return inside a line, \
      and a NUL byte. It skips a byte order mark.

      envgate prints each secret with its version. A secret that already has this value keeps its \
      version. With --dry-run it prints each as new, changed or same, and sets nothing.

      Examples:
        envgate secret import -e development < development.env
        envgate secret import -e production --dry-run < production.env
      """)

  @OptionGroup var environment: EnvironmentOption

  @Flag(help: "Show what would be new, changed or the same, and set nothing.")
  var dryRun = false

  @Flag(help: "Let a line NAME= empty a secret that has a value.")
  var allowEmpty = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// What somebody types who expects the file here. It may be a value, which is not shown.
  @Argument(help: .hidden) var misplaced: [String] = []

  func validate() throws {
    guard let word = misplaced.first else { return }
    let isFile = misplaced.count == 1 && (try? FileFacts(word)) != nil
    let file = isFile ? PlainText.shown(word) : "file.env"
    throw ValidationError(
      "the file is read from stdin: envgate secret import -e \(PlainText.shown(environment.text)) < \(file)"
    )
  }

  func run() throws {
    let environment = try environment.name
    if isatty(STDIN_FILENO) == 1 {
      throw CommandFault(
        .usage, "stdin is a terminal; redirect the file: envgate secret import -e ENV < file.env")
    }
    let (entries, notes) = try DotenvReader.read(STDIN_FILENO)
    if entries.isEmpty {
      throw CommandFault(.dotenvInvalid, "the file sets no secret; write NAME=value on a line")
    }
    if entries.count > VaultLimits.secretsPerEnvironment {
      throw CommandFault(
        .dotenvInvalid,
        "the file sets \(entries.count) secrets; an environment holds at most "
          + "\(VaultLimits.secretsPerEnvironment)")
    }
    for sentence in notes.sentences { Console.note(sentence) }
    let answer = try send(entries, to: environment)
    if output.json { return try Console.print(bytes: answer.json) }
    try Console.print(answer.lines.map(PlainText.shown))
    for note in answer.notes(about: entries) { Console.note(note) }
  }

  /// Until the commit is sent nothing is set, whatever ends it; from then on all is, or nothing.
  private func send(
    _ entries: [DotenvEntry], to environment: EnvironmentName
  ) throws -> SecretImportedView {
    func call(_ step: SecretImport.Step) -> Call {
      .secretImport(SecretImport(environment: environment, step))
    }
    let connection = try connection.connect()
    do {
      _ = try connection.call(
        call(.open(names: entries.map(\.name), dryRun: dryRun)), as: SecretImportOpenView.self)
      for entry in entries {
        _ = try connection.call(
          call(.put(name: entry.name, value: entry.value)), as: SecretImportOpenView.self)
      }
    } catch {
      Console.note(Self.nothing(of: entries, because: error))
      throw error
    }
    do {
      return try connection.call(call(.commit(allowEmpty: allowEmpty)))
    } catch let refusal as WireError where !Self.isInDoubt.contains(refusal.known) {
      Console.note(Self.nothing(of: entries, because: refusal))
      throw refusal
    } catch {
      Console.note(
        dryRun
          ? "nothing was set"
          : "either all secrets were imported or none; run it again with --dry-run, which prints same for imported secrets"
      )
      throw error
    }
  }

  /// Refusals after which what was asked for may have been done: a disk that failed in the commit, an answer that
  /// was too long.
  private static let isInDoubt: [Reason?] = [.storageUnavailable, .lineLimit]

  /// That nothing was set; and which lines a refusal is about.
  static func nothing(of entries: [DotenvEntry], because error: any Error) -> String {
    guard let refusal = error as? WireError else { return "nothing was imported" }
    let words = Set(
      refusal.message.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) })
    let lines = entries.filter { words.contains(Substring($0.name.text)) }.map {
      "line \($0.line) (\($0.name.text))"
    }
    return "nothing was imported" + (lines.isEmpty ? "" : "; see " + lines.joined(separator: ", "))
  }
}
