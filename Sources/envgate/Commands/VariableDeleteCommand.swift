import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate variable delete NAME -e ENV`
struct VariableDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a variable.",
    discussion: """
      On a terminal envgate asks you to confirm. Without a terminal, add --yes.

      Examples:
        envgate variable delete REGION -e production
        envgate variable delete REGION -e production --yes
      """)

  @Argument(help: "The variable.", completion: .variables) var name: String
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (environment, name) = (
      try environment.name, try SecretName(argument: name, of: "a variable")
    )
    try consent.require("Delete the variable \(name.text) of \(environment.text)?")
    let answer = try connection.connect().answer(
      .variableDelete(SecretPlace(environment: environment, name: name)),
      as: VariableDeletedView.self)
    try output.print(answer) { [PlainText.shown("deleted \($0.name) of \($0.environment)")] }
  }
}
