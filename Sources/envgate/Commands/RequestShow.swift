import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate request show ID`
struct RequestShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a request: its facts, what is missing and from whom, and what is claimed.")

  @Argument(help: "The request's number.") var id: Int64
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let answer = try connection.connect().answer(
      .requestGet(RequestGet(request: id)), as: RequestView.self)
    try output.print(answer) { $0.lines(now: WallClock.now) }
  }
}
