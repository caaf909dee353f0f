import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request activate ID --ticket-file PATH`
struct RequestActivateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate",
    abstract: "Make a grant of an approved request, for jobs of several steps.",
    discussion: """
      The grant lives until it is closed or its time is over; each step reads with --request and \
      --ticket-file.

      Examples:
        envgate request activate 42 --ticket-file ticket
      """)

  @Argument(help: "The request's number.", completion: .requests("approved")) var id: Int64
  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let answer = try connection.connect().answer(
      .grantActivate(GrantActivate(request: id, ticket: try ticket.ticket(), hold: .ticket)),
      as: RequestView.self)
    try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
  }
}
