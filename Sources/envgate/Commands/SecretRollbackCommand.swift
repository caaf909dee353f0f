import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret rollback NAME -e ENV --to N`
struct SecretRollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Make an older value the newest version, without showing it.",
    discussion: """
      Examples:
        envgate secret rollback TOKEN -e production --to 2
        envgate secret rollback TOKEN -e production --to 2 --cas 3
      """)

  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption

  @Option(help: ArgumentHelp("The version whose value becomes the newest.", valueName: "N"))
  var to: Int64

  @Option(help: ArgumentHelp("Roll back only if this is the current version.", valueName: "N"))
  var cas: Int64?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if to < 1 { throw ValidationError("--to takes the number of a version, from 1") }
    if let cas, cas < 1 { throw ValidationError("--cas takes the number of a version, from 1") }
  }

  func run() throws {
    let call = Call.secretRollback(
      SecretRollback(
        environment: try environment.name, name: try SecretName(argument: name), to: to, cas: cas))
    let answer = try connection.connect().answer(call, as: SecretSetView.self)
    try output.print(answer) { [$0.answer(isTerminal: Console.isTerminal)] }
    if !output.json { answer.view.tell() }
  }
}
