import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate principal remove P --yes`
struct PrincipalRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Take somebody out of every gate, with what is open of theirs.",
    discussion: """
      Everywhere at once or not at all: where a rule could then not be met, it is named and nothing \
      changes. Their requests are cancelled, grants of theirs or by their approval are revoked.

      Examples:
        envgate principal remove user:alice
        envgate principal remove user:alice --yes
      """)

  @Argument(
    help: ArgumentHelp("Who: user:NAME, group:NAME, uid:N or gid:N.", valueName: "P"),
    completion: .principals)
  var principal: String
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try PrincipalName(argument: principal)
    try consent.require("Take \(name.text) out of every gate?")
    let answer = try connection.connect().answer(
      .principalRemove(PrincipalRemove(principal: name)), as: PrincipalRemovedView.self)
    try output.print(answer) { $0.lines() }
  }
}
