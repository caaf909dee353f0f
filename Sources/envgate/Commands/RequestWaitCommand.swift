import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request wait ID`
struct RequestWaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until a request is decided; exits with 77 if it is not approved.",
    discussion: """
      With --ticket-file this command keeps an attended request alive, as the job that made it \
      does. Without, it only follows the request.

      Examples:
        envgate request wait 42 --timeout 1h
      """)

  @Argument(help: "The request to wait for.", completion: .requests("waiting", "approved")) var id:
    Int64

  @Option(help: ArgumentHelp("Stop waiting after this time: 90s, 10m, 24h.", valueName: "duration"))
  var timeout: TimeSpan?

  @Flag(help: ArgumentHelp(ContextOptions.withParentHelp))
  var withParent = false

  @OptionGroup var ticket: TicketOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let flow = try RequestFlow(
      to: connection.destination, deadline: timeout?.deadline, endsWithParent: withParent)
    let ticket = try ticket.ticket()
    var answer = try flow.follow(id, ticket: ticket)
    // Once more where the gate was edited between the decision and the look at it.
    while answer.view.state == "waiting" {
      _ = try flow.waited(answer.view)
      answer = try flow.follow(id, ticket: ticket)
    }
    try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
    let state = answer.view.state
    if state != "approved", state != "active" { throw RequestFlow.fault(answer.view) }
  }
}
