import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate request cancel ID --ticket-file PATH`
struct RequestCancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End a request of yours that waits or is approved.",
    discussion: """
      Examples:
        envgate request cancel 42 --ticket-file ticket
      """)

  @Argument(help: "The request's number.", completion: .requests("waiting", "approved")) var id:
    Int64
  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let answer = try connection.connect().answer(
      .requestCancel(RequestCancel(request: id, ticket: try ticket.ticket())), as: RequestView.self)
    try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
  }
}
