import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate variable delete NAME -e ENV`
struct VariableDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a variable.",
    discussion: """
      Examples:
        envgate variable delete REGION -e production
      """)

  @Argument(help: "The variable.", completion: .variables) var name: String
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let call = Call.variableDelete(
      VariableDelete(
        environment: try environment.name, name: try SecretName(argument: name, of: "a variable")))
    let answer = try connection.connect().answer(call, as: VariableDeletedView.self)
    try output.print(answer) { [PlainText.shown("deleted \($0.name) of \($0.environment)")] }
  }
}
