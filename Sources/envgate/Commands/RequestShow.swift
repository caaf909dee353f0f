import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate request show ID`
struct RequestShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a request: its facts, what is missing and from whom, and what is claimed.",
    discussion: """
      Of a request that another job of your account made you see number, environment and state, or all of it \
      with its ticket file.

      Examples:
        envgate request show 42
      """)

  @Argument(
    help: ArgumentHelp("The request's number.", valueName: "[host:]id"), completion: .requests())
  var id: HostedID
  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let ticket = try ticket.ticket()
    let connection = try connection.connect(for: id)
    let answer = try connection.answer(
      .requestGet(RequestGet(request: id.number, ticket: ticket)), as: RequestView.self)
    try output.print(
      answer,
      review: { ReviewText(request: $0, variables: try connection.variableFacts(of: $0)) })
  }
}
