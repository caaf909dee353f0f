import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment show NAME`
struct EnvironmentShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Explain an environment's gate in words.",
    discussion: """
      Accounts and groups that no longer exist are marked. An admin also sees accounts whose \
      number has changed.

      Examples:
        envgate environment show production
      """)

  @Argument(help: "The environment.", completion: .environments) var name: String
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try EnvironmentName(argument: name)
    let destination = try connection.destination
    let connection = try Connection(destination)
    let answer = try connection.answer(
      .environmentGet(EnvironmentPlace(name: name)), as: EnvironmentView.self)
    if destination.host != nil { try answer.requireNamelessObjects() }
    if output.json {
      return try output.print(hosted: [(destination.host, answer)], single: true)
    }
    let gone = GonePrincipals(in: answer.view, connection, isLocal: destination.host == nil)
    try Console.print(answer.view.lines(gone, host: destination.host?.text))
    if let fault = gone.fault { Console.note("envgate could not look up every account: \(fault)") }
  }
}
