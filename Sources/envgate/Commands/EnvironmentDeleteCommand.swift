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
      envgate refuses this while one of its grants is active. Waiting requests are cancelled. The \
      audit record keeps everything. The name is free again after the last row is removed. On a \
      terminal you confirm by typing the name. Without a terminal, add --yes.

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
      "Delete the environment \(name.text) with all its secrets and variables?", typing: name.text)
    let answer = try connection.connect().answer(
      .environmentDelete(EnvironmentPlace(name: name)), as: EnvironmentDeletedView.self)
    try output.print(answer) { $0.lines() }
  }
}
