import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate principal show P`
struct PrincipalShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show every rule and role of somebody, and what is open of theirs.",
    discussion: """
      A place is stale where the name and the number that it had then belong together no longer: it \
      satisfies nothing.

      Examples:
        envgate principal show user:alice
      """)

  @Argument(
    help: ArgumentHelp("Who: user:NAME, group:NAME, uid:N or gid:N.", valueName: "P"),
    completion: .principals)
  var principal: String
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try PrincipalName(argument: principal)
    let list = try connection.connect().list(of: PrincipalPlaceView.self) { after, limit in
      .principalGet(PrincipalGet(principal: name, after: after, limit: limit))
    }
    try output.print(list, table: PrincipalPlaceView.table)
    if list.items.isEmpty, !output.json {
      Console.note("\(name.text) is named nowhere and has nothing open")
    }
  }
}
