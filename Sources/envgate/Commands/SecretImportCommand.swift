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
      "Set all secrets of a dotenv or JSON file from stdin, or none of them.",
    discussion: """
      A dotenv file has one NAME=value on each line. envgate checks every line before it sends the \
      first. It refuses what the readers of such files read differently, and names the line: a \
      backtick, $NAME, ${NAME} or $(...) outside single quotes, a carriage return inside a line, \
      and a NUL byte. It skips a byte order mark.

      A JSON file is an object of names and values, the output of vault kv get -format=json, or \
      secrets of Azure Key Vault: an array of objects with name and value. An object of such \
      objects holds several environments by their names, and is imported without --environment. \
      envgate first tries all of them with --dry-run. Each is then imported as a whole.

      Names in the vault are upper case. With --map-names a name such as my-secret becomes \
      MY_SECRET, and envgate prints each name that it changes. Without it such a name is refused.

      envgate prints each secret with its version. A secret that already has this value keeps its \
      version. With --dry-run it prints each as new, changed or same, and sets nothing.

      Examples:
        envgate secret import -e development < development.env
        envgate secret import -e production --dry-run < production.env
        envgate secret import -e production --map-names < vault.json
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment, where the file names none.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Flag(help: "Show what would be new, changed or the same, and set nothing.")
  var dryRun = false

  @Flag(help: "Import my-secret of a JSON file as MY_SECRET, and print each changed name.")
  var mapNames = false

  @Flag(help: "Let an empty value replace one that is not.")
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
      "the file is read from stdin: envgate secret import -e \(PlainText.shown(environment ?? "ENV")) < \(file)"
    )
  }

  func run() throws {
    let named = try environment.map { try EnvironmentName(argument: $0) }
    if isatty(STDIN_FILENO) == 1 {
      throw CommandFault(
        .usage, "stdin is a terminal; redirect the file: envgate secret import -e ENV < file.env")
    }
    let file = try ImportFile.read(STDIN_FILENO, mapsNames: mapNames)
    let batches = try Self.placed(file, in: named)
    for (from, to) in file.mapped {
      Console.note("\(ForeignText.quoted(from, limit: 80)) is imported as \(to.text)")
    }
    for sentence in file.notes { Console.note(sentence) }
    let connection = try connection.connect()
    // What one environment refuses must be known before another has changed.
    if batches.count > 1, !dryRun {
      for (environment, entries) in batches {
        _ = try ImportRound(environment, entries, dryRun: true, allowEmpty).send(over: connection)
      }
    }
    var views: [SecretImportedView] = []
    for (environment, entries) in batches {
      let view: SecretImportedView
      do {
        view = try ImportRound(environment, entries, dryRun: dryRun, allowEmpty)
          .send(over: connection)
      } catch {
        // What was imported stays so, whatever became of the rest.
        if !views.isEmpty {
          Console.note("already imported: \(views.map(\.environment).someInWords)")
        }
        throw error
      }
      views.append(view)
      if output.json { continue }
      try Console.print(view.lines(isOneOfMany: batches.count > 1).map(PlainText.shown))
      for note in view.notes(about: entries) {
        Console.note(batches.count > 1 ? "\(environment.text): \(note)" : note)
      }
    }
    if output.json { try Console.print(bytes: SecretImportedView.json(views)) }
  }

  /// Each batch with its environment, which either the file names or the command line.
  private static func placed(
    _ file: ImportFile, in named: EnvironmentName?
  ) throws -> [(EnvironmentName, [ImportEntry])] {
    try file.batches.map { batch in
      if batch.environment != nil, named != nil {
        throw CommandFault(
          .usage, "the file names its environments itself; leave --environment out")
      }
      guard let environment = batch.environment ?? named else {
        throw CommandFault(.usage, "the file names no environment; add --environment")
      }
      if batch.entries.isEmpty {
        throw CommandFault(
          file.reason,
          "the file sets no secret\(batch.environment.map { " of \($0.text)" } ?? ""); \(file.remedy)"
        )
      }
      if batch.entries.count > VaultLimits.secretsPerEnvironment {
        throw CommandFault(
          file.reason,
          "the file sets \(batch.entries.count) secrets; an environment holds at most "
            + "\(VaultLimits.secretsPerEnvironment)")
      }
      return (environment, batch.entries)
    }
  }
}
