import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret disable NAME -e ENV --version N`
struct SecretDisableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Forbid reading a version until it is enabled again.",
    discussion: """
      Examples:
        envgate secret disable TOKEN -e production --version 3
      """)

  @OptionGroup var version: VersionOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try SecretName(argument: version.name)
    let answer = try connection.connect().answer(
      .secretDisable(
        VersionPlace(
          environment: try version.environment.name, name: name, version: version.number)),
      as: SecretChangedView.self)
    try output.print(answer) { $0.lines() }
  }
}
