import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate variable set NAME -e ENV --value V`
struct VariableSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set a variable, which exec passes with the secrets.",
    discussion: """
      A variable is not secret: its value is readable in the vault and on this command line.

      Examples:
        envgate variable set REGION -e production --value westeurope
      """)

  @Argument(help: "The variable.", completion: .variables) var name: String
  @OptionGroup var environment: EnvironmentOption
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The value, unchanged; it may begin with a dash or be empty.", valueName: "text"))
  var value: String
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let call = Call.variableSet(
      VariableSet(
        environment: try environment.name, name: try SecretName(argument: name, of: "a variable"),
        value: value))
    let answer = try connection.connect().answer(call, as: VariableView.self)
    try output.print(answer) { [PlainText.shown("set \($0.name)")] }
  }
}
