import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request list`
struct RequestListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the requests that you may see, the newest first.",
    discussion: """
      Examples:
        envgate request list --state waiting
        envgate request list -e production --json
      """)

  @Option(
    help: ArgumentHelp(
      "Only those in this state: \(RequestState.texts.joined(separator: ", ")).", valueName: "state"
    ), completion: .list(RequestState.texts))
  var state: String?

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only those of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let state, !RequestState.texts.contains(state) {
      throw ValidationError(
        "a state is one of \(RequestState.texts.joined(separator: ", "))"
          + Suggestion.phrase(state, among: RequestState.texts))
    }
  }

  func run() throws {
    let environment = try environment.map { try EnvironmentName(argument: $0) }
    let list = try connection.connect().list(of: RequestView.self) { after, limit in
      .requestList(
        RequestList(environment: environment, state: state, after: after, limit: limit))
    }
    let now = WallClock.now
    try output.print(list) { requests in
      var table = Table(
        .number("REQUEST"), .whole("STATE"), .name("ENVIRONMENT"), "REQUESTER", .whole("MADE"),
        "SECRETS")
      for request in requests {
        table.add(
          .init("\(request.id)"), .init(request.standing, Style.of(state: request.standing)),
          .init(request.environment), .init(request.requester.text),
          .init(time: request.created, now: now),
          .init(request.secrets.map(\.name).joined(separator: " ")))
      }
      return table
    }
  }
}
