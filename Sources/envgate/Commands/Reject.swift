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

  @Argument(help: "The request's number.", completion: .requests("waiting")) var id: Int64

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
    let answer = try connection.connect().answer(
      .requestReject(RequestReject(request: id, comment: message)), as: RequestView.self)
    try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
  }
}
