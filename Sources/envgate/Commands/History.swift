import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate history`
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show who got what, when, approved by whom, and how it ended; the newest first.",
    discussion: """
      From the requests, which stay after their end. With --secret every account follows that has read \
      it, with a request or without, where your roles let you know; as JSON those are in secret versions. \
      Every single release is in the audit record. Success and failure are what the job said.

      Examples:
        envgate history -e production --since 7d
        envgate history -e production --secret TOKEN --version 3
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Option(
    help: ArgumentHelp("Only requests for this secret.", valueName: "name"), completion: .secrets)
  var secret: String?

  @Option(
    name: .customLong("version"),
    help: ArgumentHelp("Only requests for this version of it.", valueName: "N"))
  var version: Int64?

  @Option(
    help: ArgumentHelp(
      "Only requests made since: 90m, 7d, or a day as 2026-01-31.", valueName: "time"))
  var since: SinceTime?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if version != nil, secret == nil { throw ValidationError("--version is of a --secret") }
    if let version, version < 1 { throw ValidationError("--version is the number of one, from 1") }
  }

  func run() throws {
    let environment = try environment.map { try EnvironmentName(argument: $0) }
    let secret = try secret.map { try SecretName(argument: $0) }
    let now = WallClock.now
    let since = since?.milliseconds(now: now)
    let connection = try connection.connect()
    let list = try connection.list(of: RequestView.self) { after, limit in
      .requestList(
        RequestList(
          environment: environment, secret: secret, version: version, since: since, after: after,
          limit: limit))
    }
    var table = HistoryTable.empty(isOfOne: environment != nil)
    for request in list.items { request.add(toHistory: &table, now: now) }
    if let secret, !output.json {
      for place in try environment.map({ [$0] }) ?? environments(connection) {
        try addReaders(of: secret, in: place, since: since, to: &table, now, connection)
      }
    }
    try output.print(list) { _ in table }
  }

  private func environments(_ connection: Connection) throws -> [EnvironmentName] {
    try connection.list(of: EnvironmentView.self) { after, limit in
      .environmentList(EnvironmentList(after: after, limit: limit))
    }.items.map { try EnvironmentName(argument: $0.name) }
  }

  private func addReaders(
    of secret: SecretName, in environment: EnvironmentName, since: Int64?, to table: inout Table,
    _ now: Int64, _ connection: Connection
  ) throws {
    let list: ListAnswer<SecretVersionView>
    do {
      list = try connection.list { after, limit in
        .secretVersions(
          SecretVersions(environment: environment, name: secret, after: after, limit: limit))
      }
    } catch let error as WireError
      where error.known == .secretUnknown || error.known == .environmentUnknown
    {
      // What was deleted has requests, and readers no more.
      return
    }
    for item in list.items where version ?? item.version == item.version {
      for reader in item.readers where reader.last >= since ?? 0 {
        reader.add(toHistory: &table, of: secret.text, in: environment.text, now: now)
      }
      if item.moreReaders > 0 {
        Console.note(
          "\(Counted.text(item.moreReaders, "account")) more have read version \(item.version) in "
            + environment.text)
      }
    }
  }
}
