import ArgumentParser
import SecretMemory
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
      --ticket-file. Where the environment has one grant at a time, --wait stands in its queue, as exec does; \
      without it the command exits with 75 unless it is this request's turn now.

      Examples:
        envgate request activate 42 --ticket-file ticket --wait --timeout 1h
      """)

  @Argument(help: "The request's number.", completion: .requests("approved")) var id: Int64

  @Flag(help: "Wait until the request is approved and it is its turn.")
  var wait = false

  @Option(
    help: ArgumentHelp("Give up waiting after this long, with 75.", valueName: "duration"))
  var timeout: TimeSpan?

  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if wait, ticket.ticketFile == nil {
      throw ValidationError(
        "--wait stands in the queue with the request's ticket; name its --ticket-file")
    }
    if timeout != nil, !wait { throw ValidationError("--timeout is for --wait") }
  }

  func run() throws {
    if wait, let ticket = try ticket.ticket() { return try activateInTurn(ticket) }
    let answer = try connection.connect().answer(
      .grantActivate(GrantActivate(request: id, ticket: try ticket.ticket(), hold: .ticket)),
      as: RequestView.self)
    try tell(answer)
  }

  private func activateInTurn(_ ticket: SecretBuffer) throws {
    let flow = try RequestFlow(to: connection.destination, deadline: timeout?.deadline)
    flow.hold = .ticket
    _ = try flow.activate(BegunRequest(try flow.adopt(id, ticket: ticket)))
    try tell(flow.follow(id, ticket: ticket))
  }

  private func tell(_ answer: Answer<RequestView>) throws {
    try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
  }
}
