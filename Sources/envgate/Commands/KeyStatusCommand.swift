import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate key status`
struct KeyStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the generation and the age of each key.",
    discussion: """
      It prints no key. The root key opens the vault, and the backup key encrypts backups. The \
      recovery key opens them if the root key is lost. Each environment has a key for its values.

      Examples:
        envgate key status
        envgate key status --json | jq -r '.[] | select(.key == "recovery") | .state'
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let list = try connection.connect().list(of: KeyView.self) { after, limit in
      .keyStatus(KeyStatus(after: after, limit: limit))
    }
    try output.print(list, table: KeyView.table)
  }
}
