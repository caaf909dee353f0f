import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request wait ID`
struct RequestWaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until a request is decided; exits with 77 where it was not approved.",
    discussion: """
      With its ticket file the wait keeps an attended request alive, as the connection that made it does; \
      without, it only follows.

      Examples:
        envgate request wait 42 --timeout 1h
      """)

  @Argument(help: "The request's number.", completion: .requests("waiting", "approved")) var id:
    Int64

  @Option(help: ArgumentHelp("Give up waiting after this long.", valueName: "duration"))
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
