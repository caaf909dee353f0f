import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret delete NAME -e ENV`
struct SecretDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a secret with all its versions.",
    discussion: """
      If you create a secret of the same name later, its versions continue from the last number. A \
      request for an old version therefore never gets a new value. On a terminal envgate asks you \
      to confirm. Without a terminal, add --yes.

      Examples:
        envgate secret delete OLD_TOKEN -e production
        envgate secret delete OLD_TOKEN -e production --yes
      """)

  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (environment, name) = (try environment.name, try SecretName(argument: name))
    try consent.require("Delete \(name.text) of \(environment.text) with all its versions?")
    let answer = try connection.connect().answer(
      .secretDelete(SecretPlace(environment: environment, name: name)),
      as: SecretDeletedView.self)
    try output.print(answer) { $0.lines() }
  }
}
