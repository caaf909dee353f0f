import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate principal remove P --yes`
struct PrincipalRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a principal from every gate, and end its requests and grants.",
    discussion: """
      It changes every gate or none. If a rule could then not be met, envgate names that rule and \
      changes nothing. The account's requests are cancelled. Its grants, and grants that it \
      approved, are revoked.

      Examples:
        envgate principal remove user:alice
        envgate principal remove user:alice --yes
      """)

  @Argument(
    help: ArgumentHelp("The principal: user:NAME, group:NAME, uid:N or gid:N.", valueName: "P"),
    completion: .principals)
  var principal: String
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try PrincipalName(argument: principal)
    try consent.require("Remove \(name.text) from every gate?")
    let answer = try connection.connect().answer(
      .principalRemove(PrincipalRemove(principal: name)), as: PrincipalRemovedView.self)
    try output.print(answer) { $0.lines() }
  }
}
