import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate status`
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the daemon's state, who you are to it, and which roles you have.",
    discussion: """
      Examples:
        envgate status
        envgate status --json | jq -r .you.roles
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let answer = try connection.connect().answer(
      .serverStatus(ServerStatus()), as: StatusView.self)
    try output.print(answer) { $0.lines() }
  }
}
