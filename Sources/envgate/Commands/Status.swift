import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate status`
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the state of the daemon, your identity and your roles.",
    discussion: """
      It names secrets that are due for a new value (environment edit --rotation-period).

      Admins and auditors also see warnings: a replaced socket, an edited database, a clock that \
      is behind, an account database that does not answer, lost lines of the log, or a broken \
      audit chain.

      With several hosts it prints one row for each. If a host is not reached, the others are \
      still shown, and the exit code is that of the first host that failed.

      Examples:
        envgate status
        envgate status --json | jq -r .you.roles
      """)

  @OptionGroup var hosts: HostsOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    // Which environments name the caller, one of many hosts does not say: their roles would fill no row.
    let isAlone = try hosts.destinations.count == 1
    var environments: [EnvironmentView]?
    var overdue: [String]?
    let round = try HostRound(try hosts.destinations) { connection in
      let answer = try connection.answer(.serverStatus, as: StatusView.self)
      // While the account database does not answer, nobody knows them; the rest is told all the same.
      if isAlone, !output.json, answer.view.you.roles != nil {
        environments = try? connection.environments().items
        overdue = try? DueSecrets(connection, environments ?? []).overdue
      }
      return answer
    }
    if output.json {
      try output.print(hosted: round.replies, single: !round.isMany)
    } else if round.isMany {
      try Console.print(Self.table(round.replies.map { ($0.host, $0.reply.view) }))
    } else {
      for (_, reply) in round.replies {
        try Console.print(reply.view.lines(environments, overdue: overdue ?? []))
      }
    }
    try round.end()
  }

  private static func table(_ rows: [(host: HostName?, status: StatusView)]) -> Table {
    var table = Table("HOST", "STATE", "VERSION", "YOU", "ROLES", "STORAGE")
    for (host, status) in rows {
      table.add(
        .init(host?.text ?? ""), .init(status.state), .init(status.version),
        .init(AccountView(uid: status.you.uid, account: status.you.account).text),
        .init(status.rolesInWords), .init(status.storage))
    }
    return table
  }
}
