import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request list`
struct RequestListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the requests that you may see, the newest first.",
    discussion: """
      With --host each row begins with the host, as HOST:ID for approve and the like would name it.

      Examples:
        envgate request list --state waiting
        envgate request list -e production --json
        envgate request list --host build1 --host build2
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

  @OptionGroup var hosts: HostsOptions
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
    let round = try HostRound(try hosts.destinations) { connection in
      try connection.list(of: RequestView.self) { after, limit in
        .requestList(
          RequestList(environment: environment, state: state, after: after, limit: limit))
      }
    }
    if output.json {
      try output.print(lists: round.replies)
    } else {
      try Console.print(Self.table(round.replies.map { ($0.host, $0.reply.items) }))
    }
    try round.end()
  }

  static func table(_ lists: [(host: HostName?, requests: [RequestView])]) -> Table {
    let isNamed = lists.contains { $0.host != nil }
    var table =
      isNamed
      ? Table(
        of: "requests", .name("HOST"), .number("REQUEST"), .whole("STATE"), .name("ENVIRONMENT"),
        "REQUESTER", .whole("MADE"), "SECRETS")
      : Table(
        of: "requests", .number("REQUEST").as(.key), .whole("STATE"),
        .name("ENVIRONMENT").as(.key), "REQUESTER", .whole("MADE"), "SECRETS")
    let now = WallClock.now
    for (host, requests) in lists {
      for request in requests {
        let id = Table.Cell("\(request.id)")
        let state = Table.Cell(request.standing, Style.of(state: request.standing))
        let environment = Table.Cell(request.environment)
        let requester = Table.Cell(request.requester.text)
        let made = Table.Cell(time: request.created, now: now)
        let secrets = Table.Cell(request.secrets.map(\.name).joined(separator: " "))
        if let host {
          table.add(.init(host.text), id, state, environment, requester, made, secrets)
        } else {
          table.add(id, state, environment, requester, made, secrets)
        }
      }
    }
    return table
  }
}
