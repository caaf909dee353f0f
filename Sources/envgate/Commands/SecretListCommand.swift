import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret list -e ENV`
struct SecretListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List an environment's secrets and versions, without values.",
    discussion: """
      Examples:
        envgate secret list -e production
      """)

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try environment.name
    let list = try connection.connect().list(of: SecretView.self) { after, limit in
      .secretList(
        SecretList(
          environment: name, after: try after.map { try SecretName(argument: $0) }, limit: limit))
    }
    try output.print(list, table: SecretView.table)
  }
}
