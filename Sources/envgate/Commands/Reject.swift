import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate reject ID -m TEXT`
struct Reject: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Reject a request for good, and say why.",
    discussion: """
      Examples:
        envgate reject 42 -m "not before the freeze ends"
      """)

  @Argument(
    help: ArgumentHelp("The request to reject.", valueName: "[host:]id"),
    completion: .requests("waiting"))
  var id: HostedID

  @Option(
    name: [.customShort("m"), .customLong("message")],
    help: ArgumentHelp("The reason, one line that the requester reads.", valueName: "text"))
  var message: String

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if message.isEmpty { throw ValidationError("no reason is given; add -m TEXT") }
  }

  func run() throws {
    let destination = try connection.destination(of: id)
    let answer = try Connection(destination).answer(
      .requestReject(RequestReject(request: id.number, comment: message)), as: RequestView.self)
    if destination.host != nil { try answer.requireNamelessObjects() }
    if output.json {
      return try output.print(hosted: [(destination.host, answer)], single: true)
    }
    let number = RequestView.text("\(id.number)", of: destination.host?.text)
    try Console.print([PlainText.shown("request \(number) is \(answer.view.state)")])
  }
}
