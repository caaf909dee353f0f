import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret destroy NAME -e ENV --version N`
struct SecretDestroyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Destroy the stored value of a version for good.",
    discussion: """
      The ciphertext is removed from the live database and its log before this command ends. If it \
      is still there, the command says so; run it again to confirm. Backups and storage media are \
      not erased. On a terminal envgate asks you to confirm. Without a terminal, add --yes.

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
        VersionPlace(
          environment: try version.environment.name, name: name, version: version.number)),
      as: SecretChangedView.self)
    try output.print(answer) { $0.lines() }
  }
}
