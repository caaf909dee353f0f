import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate request show ID`
struct RequestShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a request: its facts, its claims, and the approvals it still needs.",
    discussion: """
      Requests of other connections with the same claims come first. If another job of your \
      account made the request, you see its number, environment and state. With --ticket-file you \
      see all of it.

      Examples:
        envgate request show 42
      """)

  @Argument(
    help: ArgumentHelp("The request to show.", valueName: "[host:]id"), completion: .requests())
  var id: HostedID
  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let ticket = try ticket.ticket()
    let destination = try connection.destination(of: id)
    let connection = try Connection(destination)
    let answer = try connection.answer(
      .requestGet(TicketedRequest(request: id.number, ticket: ticket)), as: RequestView.self)
    if destination.host != nil { try answer.requireNamelessObjects() }
    if output.json {
      return try output.print(hosted: [(destination.host, answer)], single: true)
    }
    try Console.print(
      ReviewText(
        request: answer.view, variables: try connection.variableFacts(of: answer.view),
        host: destination.host?.text))
  }
}
