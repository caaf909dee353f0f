import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret enable NAME -e ENV --version N`
struct SecretEnableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Allow reading a disabled version again.",
    discussion: """
      Examples:
        envgate secret enable TOKEN -e production --version 3
      """)

  @OptionGroup var version: VersionOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try SecretName(argument: version.name)
    let answer = try connection.connect().answer(
      .secretEnable(
        VersionPlace(
          environment: try version.environment.name, name: name, version: version.number)),
      as: SecretChangedView.self)
    try output.print(answer) { $0.lines() }
  }
}
