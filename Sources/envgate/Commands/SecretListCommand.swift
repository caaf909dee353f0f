import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret list -e ENV`, `envgate secret list --all`
struct SecretListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List secrets and versions, without values.",
    discussion: """
      With --all it lists the secrets of every environment in which you have a role, the oldest \
      first. DUE is set where the environment has a rotation period.

      Examples:
        envgate secret list -e production
        envgate secret list --all
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment.", valueName: "environment"), completion: .environments)
  var environment: String?
  @Flag(help: "List the secrets of all environments, by age.")
  var all = false
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (environment == nil) == !all { throw ValidationError("use either --environment or --all") }
  }

  func run() throws {
    if let environment {
      let name = try EnvironmentName(argument: environment)
      return try output.print(connection.connect().secrets(of: name)) { SecretView.table(of: $0) }
    }
    try output.print(Self.byAge(connection.connect())) { SecretView.table(of: $0, areOfAll: true) }
  }

  /// The secrets of every environment that the caller may see, the oldest first; those without a value last.
  private static func byAge(_ connection: Connection) throws -> ListAnswer<SecretView> {
    let lists = try connection.environments().items.map {
      try connection.secrets(of: EnvironmentName(argument: $0.name))
    }
    return ListAnswer(joining: lists) { left, right in
      (left.version == 0 ? 1 : 0, left.updated) < (right.version == 0 ? 1 : 0, right.updated)
    }
  }
}
