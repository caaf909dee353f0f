import ArgumentParser
import SecretMemory
import VaultClient
import VaultCore

/// Which request a command reads under: a new one, with what it says about itself, or one that was made
/// earlier.
struct RequestOptions: ParsableArguments {
  @OptionGroup var said: ContextOptions

  @Option(
    help: ArgumentHelp(
      "Use this request, made earlier, instead of a new one; with its --ticket-file.",
      valueName: "id"), completion: .requests("waiting", "approved", "active"))
  var request: Int64?

  @Option(
    help: ArgumentHelp("The file that keeps that request's ticket.", valueName: "path"),
    completion: .file())
  var ticketFile: String?

  func validate() throws {
    if (request == nil) != (ticketFile == nil) {
      throw ValidationError("--request and --ticket-file go together: a request and its ticket")
    }
    if request != nil, said.saysSomething {
      throw ValidationError(
        "the request exists already; --reason, --ref, --commit, --run-url and --key are for a new one"
      )
    }
  }

  /// Whether the command line names a request.
  var isMadeEarlier: Bool { request != nil }

  /// The request that the command line names, with its ticket.
  /// - Throws: ``CommandFault`` `ticket.file`.
  func earlier() throws -> (request: Int64, ticket: SecretBuffer)? {
    guard let request, let ticketFile else { return nil }
    return (request, try TicketFile.read(ticketFile))
  }

  /// What a new request says.
  func context(command: [String] = [], delivery: String) -> RequestContext {
    said.context(command: command, delivery: delivery)
  }

  /// Up to when the gate is waited for; nil without end.
  var deadline: WaitDeadline? { said.deadline }
}
