import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request list`
struct RequestListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the requests that you may see, newest first.",
    discussion: """
      On a terminal each row shows whether you have approved the request. With --host each row \
      begins with HOST:ID, the form that envgate approve takes.

      Examples:
        envgate request list --state waiting
        envgate request list -e production --limit 500 --json
        envgate request list --host build1 --host build2
      """)

  @Option(
    help: ArgumentHelp(
      "Only requests in this state: \(RequestState.texts.joined(separator: ", ")).",
      valueName: "state"
    ), completion: .list(RequestState.texts))
  var state: String?

  @OptionGroup var only: OnlyEnvironmentOption

  @OptionGroup var limit: LimitOption
  @OptionGroup var hosts: HostsOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let state, !RequestState.texts.contains(state) {
      throw ValidationError(
        "--state takes one of \(RequestState.texts.joined(separator: ", "))"
          + Suggestion.phrase(state, among: RequestState.texts))
    }
  }

  func run() throws {
    let environment = try only.name
    let most = limit.most(isWhole: output.json)
    let isForPerson = Console.isTerminal && !output.json
    let round = try HostRound(try hosts.destinations) { connection in
      let list = try connection.list(of: RequestView.self, most: most) { after, limit in
        .requestList(
          RequestList(environment: environment, state: state, after: after, limit: limit))
      }
      let hasReviews = isForPerson && list.items.contains { !$0.reviews.isEmpty }
      return SeenList(
        list: list,
        onlooker: hasReviews
          ? try connection.call(.serverStatus, as: StatusView.self).you.uid : nil)
    }
    if output.json {
      try output.print(lists: round.replies.map { ($0.host, $0.reply.list) })
    } else if !round.replies.isEmpty {
      // Where no vault has answered, nobody knows whether there are any.
      try Console.print(
        Self.table(
          round.replies.map { ($0.host, $0.reply.list.items) },
          approved: Set(
            round.replies.flatMap { host, reply in
              reply.list.items.filter { $0.isApproved(by: reply.onlooker) }
                .map { WatchKey(host: host?.text, id: $0.id) }
            })))
    }
    for (host, reply) in round.replies where reply.list.hasMore {
      limit.tell(of: "requests", on: host)
    }
    try round.end()
  }

  /// A list, and the account that sees it, where that matters.
  private struct SeenList: HostedReply {
    let list: ListAnswer<RequestView>
    let onlooker: UInt32?
    var objects: [[UInt8]] { list.objects }
  }

  /// - Parameters:
  ///   - approved: what the caller has approved, and which is still marked as that.
  ///   - isForPerson: whether to add, where there is room, what a program takes from the JSON.
  static func table(
    _ lists: [(host: HostName?, requests: [RequestView])], approved: Set<WatchKey> = [],
    isForPerson: Bool = Console.isTerminal
  ) -> Table {
    let all = lists.flatMap(\.requests)
    // Room for the longest mark of a version, `(not current)`, and that of what is cut.
    let leastSecrets = all.contains { $0.secrets.contains { $0.mark != nil } } ? 14 : 0
    // A column that is there only where it says something is one that is read.
    let hasHosts = lists.contains { $0.host != nil }
    let hasTwins = all.contains { $0.hasTwins }
    let hasLeft = all.contains { $0.left != nil }
    let hasClaims = isForPerson && all.contains { $0.claimInShort != nil }
    let first: [Table.Column] =
      hasHosts
      ? [.name("HOST"), .number("REQUEST"), .whole("STATE")]
      : [.number("REQUEST").as(.key), .whole("STATE")]
    let environment = Table.Column.name("ENVIRONMENT")
    // Beside all marks of a row its age has no room on 80 columns.
    let isCrowded = isForPerson && leastSecrets > 0 && hasLeft && !approved.isEmpty
    let made = Table.Column.whole("MADE")
    // A person needs to know first of all where nobody waits; a program finds a column by its place.
    var table = Table(
      of: "requests",
      first + (approved.isEmpty ? [] : [.whole("BY YOU")])
        + (hasLeft && isForPerson ? [.whole("JOB GONE")] : [])
        + [
          hasHosts ? environment : environment.as(.key), "REQUESTER",
          isCrowded ? made.as(.spare) : made,
          .text("SECRETS", least: leastSecrets),
        ]
        + (hasLeft ? [.whole(isForPerson ? "ENDS" : "NOBODY WAITS")] : [])
        + (hasTwins ? [.whole("SAME CLAIMS AS")] : [])
        + (hasClaims ? [.text("CLAIMED").as(.rest)] : []))
    let now = WallClock.now
    for (host, requests) in lists {
      for request in requests {
        var cells = hasHosts ? [Table.Cell(host?.text ?? "-")] : []
        cells += [
          Table.Cell("\(request.id)"),
          Table.Cell(request.standing, Style.of(state: request.standing)),
        ]
        if !approved.isEmpty {
          let isApproved = approved.contains(WatchKey(host: host?.text, id: request.id))
          cells.append(isApproved ? Table.Cell("approved", .good) : Table.Cell("-"))
        }
        if hasLeft, isForPerson {
          cells.append(
            request.left.map { Table.Cell("since \($0.age(now: now))", .bad) } ?? Table.Cell("-"))
        }
        cells += [Table.Cell(request.environment), Table.Cell(request.requester.text)]
        cells += request.madeAndSecrets(now: now)
        if hasLeft {
          cells.append(
            request.left.map { left in
              Table.Cell(
                isForPerson ? WallClock.ahead(left.ends, now: now) : left.sentence(now: now), .bad)
            } ?? Table.Cell("-"))
        }
        if hasTwins {
          cells.append(request.hasTwins ? Table.Cell(request.twinNumbers, .bad) : Table.Cell("-"))
        }
        if hasClaims { cells.append(Table.Cell(request.claimInShort ?? "-")) }
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
      Table.Cell(secretsInShort, plain: secrets.map(\.name).joined(separator: " ")),
    ]
  }
}
