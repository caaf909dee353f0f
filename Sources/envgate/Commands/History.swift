import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate history`
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show who got what, when, approved by whom, and how it ended; the newest first.",
    discussion: """
      From the requests, which stay after their end. Reads of an unprotected environment without a \
      request are in secret versions, and every release is in the audit record.
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only of this environment.", valueName: "environment"))
  var environment: String?

  @Option(help: ArgumentHelp("Only requests for this secret.", valueName: "name"))
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
    let since = since?.milliseconds(now: WallClock.now)
    let list = try connection.connect().list(of: RequestView.self) { after, limit in
      .requestList(
        RequestList(
          environment: environment, secret: secret, version: version, since: since, after: after,
          limit: limit))
    }
    try output.print(list) { requests in
      var table = Table(
        "REQUEST", "MADE", "ENVIRONMENT", "REQUESTER", "SECRETS", "APPROVED BY", "RELEASED", "END")
      for request in requests { request.add(toHistory: &table) }
      return table
    }
  }
}

extension RequestView {
  fileprivate func add(toHistory table: inout Table) {
    let approvers = reviews.filter { $0.decision == "approved" }
      .map { AccountView(uid: $0.uid, account: $0.account).text }
    table.add(
      .init("\(id)"), .init(WallClock.text(created)), .init(environment), .init(requester.text),
      .init(secrets.map { "\($0.name)@\($0.version)" }.joined(separator: " ")),
      .init(approvers.isEmpty ? "-" : approvers.joined(separator: ", ")),
      .init(grant?.released.map { WallClock.text($0) } ?? "-"),
      .init(outcome.map { "\(state) (\($0))" } ?? standing, Style.of(state: standing)))
  }
}
