import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request close ID --ticket-file PATH`
struct RequestCloseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "End a grant and say how the job went.",
    discussion: """
      Examples:
        envgate request close 42 --ticket-file ticket --outcome failure
      """)

  @Argument(help: "The request's number.", completion: .requests("active")) var id: Int64
  @OptionGroup var ticket: TicketOptions
  @Option(
    help: ArgumentHelp("How it went: success or failure.", valueName: "outcome"),
    completion: .list(["success", "failure"]))
  var outcome: String = "success"

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if outcome != "success", outcome != "failure" {
      throw ValidationError("--outcome is success or failure")
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
