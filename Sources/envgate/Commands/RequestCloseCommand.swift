import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request close ID --ticket-file PATH`
struct RequestCloseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close a grant and report how the job ended.",
    discussion: """
      Examples:
        envgate request close 42 --ticket-file ticket --outcome failure
      """)

  @Argument(help: "The request to close.", completion: .requests("active")) var id: Int64
  @OptionGroup var ticket: TicketOptions
  @Option(
    help: ArgumentHelp("The result of the job: success or failure.", valueName: "outcome"),
    completion: .list(["success", "failure"]))
  var outcome: String = "success"

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if outcome != "success", outcome != "failure" {
      throw ValidationError("--outcome takes success or failure")
    }
  }

  func run() throws {
    let answer = try connection.connect().answer(
      .grantClose(
        GrantClose(
          request: id, ticket: try ticket.ticket(),
          outcome: outcome == "success" ? .success : .failure)), as: RequestView.self)
    try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
  }
}
