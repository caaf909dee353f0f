import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret create NAME -e ENV`
struct SecretCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Create a secret without a value, which a writer then sets.",
    discussion: """
      In a protected environment only an admin may create a new name. A job that asks for all \
      secrets does not get a secret without a version.

      Examples:
        envgate secret create SMTP_PASSWORD -e production
      """)

  @Argument(help: "The name of the new secret.") var name: String
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let call = Call.secretCreate(
      SecretPlace(environment: try environment.name, name: try SecretName(argument: name)))
    let answer = try connection.connect().answer(call, as: SecretCreatedView.self)
    try output.print(answer) {
      [PlainText.shown("created \($0.name) in \($0.environment); it has no version yet")]
    }
  }
}
