import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment show NAME`
struct EnvironmentShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Explain an environment's gate in words.",
    discussion: """
      Examples:
        envgate environment show production
      """)

  @Argument(help: "The environment.", completion: .environments) var name: String
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try EnvironmentName(argument: name)
    let answer = try connection.connect().answer(
      .environmentGet(EnvironmentGet(name: name)), as: EnvironmentView.self)
    try output.print(answer) { $0.lines() }
  }
}
