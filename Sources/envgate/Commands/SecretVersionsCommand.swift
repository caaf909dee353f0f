import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret versions NAME -e ENV`
struct SecretVersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions",
    abstract: "List a secret's versions and their readers, without values.",
    discussion: """
      Examples:
        envgate secret versions AZURE_CREDENTIALS -e production
      """)

  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try SecretName(argument: name)
    let environment = try environment.name
    let list = try connection.connect().list(of: SecretVersionView.self) { after, limit in
      .secretVersions(
        SecretVersions(environment: environment, name: name, after: after, limit: limit))
    }
    try output.print(list, table: SecretVersionView.table)
  }
}
