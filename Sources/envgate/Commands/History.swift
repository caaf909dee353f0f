import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate history`
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract:
      "Show which account got which secret, when, by whose approval, newest first.",
    discussion: """
      It shows requests, which the vault keeps after they end. Reads without a request are between \
      them, one row for each account and version, if your roles let you see them. These rows cover \
      the environments without a gate. With --secret they cover every environment, and also count \
      reads under a request. With --json, envgate secret versions has these rows.

      success and failure are what the job reported. The audit record has every single release. \
      --since and --until apply to the time at which a request was made, reviewed, activated or \
      released.

      Examples:
        envgate history -e production --since 7d
        envgate history --requester user:ci --since 2026-01-01 --until 2026-02-01
        envgate history -e production --secret TOKEN --version 3
      """)

  @OptionGroup var only: OnlyEnvironmentOption

  @Option(
    help: ArgumentHelp("Only requests for this secret.", valueName: "name"), completion: .secrets)
  var secret: String?

  @Option(
    name: .customLong("version"),
    help: ArgumentHelp("Only requests for this version of it.", valueName: "N"))
  var version: Int64?

  @Option(
    help: ArgumentHelp(
      "Only requests and reads of this account or unit: user:NAME, uid:N, socket:NAME or unit:NAME.",
      valueName: "principal"))
  var requester: String?

  @Option(
    help: ArgumentHelp(
      "Only what happened since then: 90m, 7d, or a day such as 2026-01-31.", valueName: "time"))
  var since: SinceTime?

  @Option(
    help: ArgumentHelp("Only what happened until then, in the same form.", valueName: "time"))
  var until: SinceTime?

  @OptionGroup var limit: LimitOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if version != nil, secret == nil { throw ValidationError("--version needs --secret") }
    if let version, version < 1 {
      throw ValidationError("--version takes the number of a version, from 1")
    }
  }

  func run() throws {
    let now = WallClock.now
    let period = HistoryPeriod(
      since: since?.milliseconds(now: now), until: until?.milliseconds(now: now))
    if period.isEmpty { throw ValidationError("--until is earlier than --since; exchange the two") }
    let environment = try only.name
    let secret = try secret.map { try SecretName(argument: $0) }
    let requester = try requester.map {
      try SubjectName(argument: $0, of: "--requester")
    }
    let connection = try connection.connect()
    let most = limit.most(isWhole: output.json)
    let isWanted = { (request: RequestView) in
      (requester.map { request.requester.isMeant(by: $0) } ?? true)
        && period.includes(anyOf: request)
    }
    let isNarrowed = requester != nil || period != HistoryPeriod()
    let list = try connection.list(
      of: RequestView.self, most: most, where: isNarrowed ? isWanted : nil
    ) { after, limit in
      .requestList(
        RequestList(
          environment: environment, secret: secret, version: version, since: period.oldest,
          after: after, limit: limit))
    }
    if output.json {
      try Console.print(bytes: OutputOptions.array(list.texts))
    } else {
      let reads = try DirectReads(
        connection, environment: environment, secret: secret, version: version)
      let read = reads.rows.filter { row in
        (requester.map { row.account.isMeant(by: $0) } ?? true)
          && period.includes(row.reader.first, row.reader.last)
      }
      let history = HistoryTable(
        list.items, read, isOfOne: environment != nil, most: most, now: now)
      try Console.print(history.table, below: history.more)
      reads.tell()
      if history.isCut, !list.hasMore { limit.tell(of: "requests and reads") }
    }
    if list.hasMore { limit.tell(of: "requests") }
  }
}

/// The time that a history is about, in milliseconds since the epoch.
struct HistoryPeriod: Hashable {
  var since: Int64?
  var until: Int64?

  var isEmpty: Bool { (since ?? .min) > (until ?? .max) }

  /// Since when a request must have been made so that anything of it can have happened in time: each of its three
  /// clocks (to be approved, activated, read) is bounded.
  var oldest: Int64? { since.map { max(0, $0 - 3 * Clocks.range.upperBound) } }

  /// Whether anything between two times can have happened in it.
  func includes(_ first: Int64, _ last: Int64) -> Bool {
    last >= since ?? .min && first <= until ?? .max
  }

  /// Whether anything of a request happened in it.
  func includes(anyOf request: RequestView) -> Bool {
    if since == nil, until == nil { return true }
    // When a request of another job of the account was made, the caller is not told.
    if request.isPartial { return false }
    var times = [request.created] + request.reviews.map(\.time)
    if let grant = request.grant {
      times += [grant.activated] + [grant.released].compactMap(\.self)
    }
    return times.contains { includes($0, $0) }
  }
}

extension AccountView {
  /// Whether this is who is meant.
  func isMeant(by somebody: SubjectName) -> Bool {
    switch somebody {
    case .user(let name): account == name
    case .uid(let number): uid == number
    // No account can be called so.
    case .socket, .unit: uid == nil && account == somebody.text
    }
  }
}
