import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment delete NAME --yes`
struct EnvironmentDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete an environment with all its secrets and variables.",
    discussion: """
      Refused while a grant of it is active. Requests that wait are cancelled; the record of all of them \
      stays. The name is free again when the last of its rows is gone. On a terminal you are asked to type the name; elsewhere --yes is needed.

      Examples:
        envgate environment delete old-staging
        envgate environment delete old-staging --yes
      """)

  @Argument(help: "The environment.", completion: .environments) var name: String
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try EnvironmentName(argument: name)
    try consent.require(
      "Delete the environment \(name.text) with all that it holds?", typing: name.text)
    let answer = try connection.connect().answer(
      .environmentDelete(EnvironmentDelete(name: name)), as: EnvironmentDeletedView.self)
    try output.print(answer) { $0.lines() }
  }
}
