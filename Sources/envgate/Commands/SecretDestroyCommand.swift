import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret destroy NAME -e ENV --version N`
struct SecretDestroyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Destroy a version's ciphertext, for good.",
    discussion: """
      It is gone from the live database and its log before this ends, or this says that it is not; run \
      again it confirms. Backups and media are another matter. On a terminal you are asked; elsewhere --yes is \
      needed.

      Examples:
        envgate secret destroy TOKEN -e production --version 3
        envgate secret destroy TOKEN -e production --version 3 --yes
      """)

  @OptionGroup var version: VersionOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try SecretName(argument: version.name)
    try consent.require("Destroy version \(version.number) of \(name.text)?")
    let answer = try connection.connect().answer(
      .secretDestroy(
        SecretDestroy(
          environment: try version.environment.name, name: name, version: version.number)),
      as: SecretChangedView.self)
    try output.print(answer) { $0.lines() }
  }
}
