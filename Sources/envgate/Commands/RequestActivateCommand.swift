import ArgumentParser
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request activate ID --ticket-file PATH`
struct RequestActivateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate",
    abstract: "Turn an approved request into a grant, for jobs of several steps.",
    discussion: """
      The grant ends when it is closed or its time is over. Each step of the job reads with \
      --request and --ticket-file. If the environment allows one grant at a time, --wait waits for \
      its turn, as exec does. Without --wait the command exits with 75 unless it is this request's \
      turn.

      Examples:
        envgate request activate 42 --ticket-file ticket --wait --timeout 1h
      """)

  @Argument(help: "The request's number.", completion: .requests("approved")) var id: Int64

  @Flag(help: "Wait for approval and for the turn of this request.")
  var wait = false

  @Option(
    help: ArgumentHelp("Stop waiting after this time, and exit with 75.", valueName: "duration"))
  var timeout: TimeSpan?

  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if wait, ticket.ticketFile == nil {
      throw ValidationError(
        "--wait needs the request's ticket; add --ticket-file")
    }
    if timeout != nil, !wait { throw ValidationError("--timeout needs --wait") }
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
