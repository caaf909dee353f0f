import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate principal show P`
struct PrincipalShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the rules, roles, open requests and grants of a principal.",
    discussion: """
      An entry is stale if the account's name and uid no longer match. A stale entry satisfies no \
      rule.

      Examples:
        envgate principal show user:alice
      """)

  @Argument(
    help: ArgumentHelp("The principal: user:NAME, group:NAME, uid:N or gid:N.", valueName: "P"),
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
      Console.note(
        "no gate or configuration names \(name.text), and it has no open request or grant")
    }
  }
}
