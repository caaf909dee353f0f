import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment list`
struct EnvironmentListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the environments in which you have a role.",
    discussion: """
      In all of these commands env is short for environment.

      Examples:
        envgate environment list
        envgate env list --json | jq -r '.[].name'
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let list = try connection.connect().environments()
    try output.print(list, table: EnvironmentView.table)
  }
}
