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
    // A column that is there only where it says something is one that is read.
    let hasTwins = lists.contains { $0.requests.contains { $0.hasTwins } }
    let columns: [Table.Column] =
      isNamed
      ? [
        .name("HOST"), .number("REQUEST"), .whole("STATE"), .name("ENVIRONMENT"), "REQUESTER",
        .whole("MADE"), "SECRETS",
      ]
      : [
        .number("REQUEST").as(.key), .whole("STATE"), .name("ENVIRONMENT").as(.key), "REQUESTER",
        .whole("MADE"), "SECRETS",
      ]
    var table = Table(of: "requests", columns + (hasTwins ? [.whole("SAME CLAIMS AS")] : []))
    let now = WallClock.now
    for (host, requests) in lists {
      for request in requests {
        var cells = host.map { [Table.Cell($0.text)] } ?? []
        cells += [
          Table.Cell("\(request.id)"),
          Table.Cell(request.standing, Style.of(state: request.standing)),
          Table.Cell(request.environment),
        ]
        cells.append(Table.Cell(request.requester.text))
        cells += request.madeAndSecrets(now: now)
        if hasTwins {
          cells.append(request.hasTwins ? Table.Cell(request.twinNumbers, .bad) : Table.Cell("-"))
        }
        table.add(cells)
      }
    }
    return table
  }
}

extension RequestView {
  /// When it was made and what it asks for, where the caller is told.
  fileprivate func madeAndSecrets(now: Int64) -> [Table.Cell] {
    if isPartial { return [Table.Cell("-"), Table.Cell("-")] }
    return [
      Table.Cell(time: created, now: now),
      Table.Cell(secrets.map(\.name).joined(separator: " ")),
    ]
  }
}
