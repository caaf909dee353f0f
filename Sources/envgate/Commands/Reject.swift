import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate reject ID -m TEXT`
struct Reject: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Reject a request and say why. That is final.",
    discussion: """
      Examples:
        envgate reject 42 -m "not before the freeze ends"
      """)

  @Argument(
    help: ArgumentHelp("The request's number.", valueName: "[host:]id"),
    completion: .requests("waiting"))
  var id: HostedID

  @Option(
    name: [.customShort("m"), .customLong("message")],
    help: ArgumentHelp("Why; one line that the requester reads.", valueName: "text"))
  var message: String

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if message.isEmpty { throw ValidationError("say why with -m") }
  }

  func run() throws {
    let answer = try connection.connect(for: id).answer(
      .requestReject(RequestReject(request: id.number, comment: message)), as: RequestView.self)
    try output.print(answer) { [PlainText.shown("request \(id.number) is \($0.state)")] }
  }
}
