import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate audit list`
struct AuditListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the audit records, the oldest first.",
    discussion: """
      Examples:
        envgate audit list -e production --limit 50
        envgate audit list --json | jq -r 'select(.event == "secret.released")'
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only those of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Option(help: ArgumentHelp("Only those behind this number.", valueName: "number"))
  var after: Int64?

  @Option(help: ArgumentHelp("At most so many.", valueName: "N"))
  var limit: Int?

  @Flag(help: "Print JSON Lines: one object a record.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let after, after < 0 { throw ValidationError("--after is the number of a record") }
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  func run() throws {
    let environment = try environment.map { try EnvironmentName(argument: $0) }
    let start = after
    var isFirst = true
    try connection.connect().forEachPage(of: AuditRecordView.self, most: limit) { after, limit in
      .auditList(AuditList(after: after ?? start, environment: environment, limit: limit))
    } _: { page in
      if json {
        try Console.print(bytes: Array(page.texts.map { $0 + [UInt8(ascii: "\n")] }.joined()))
      } else {
        // The rows of a page behind the first may have run out.
        if isFirst || !page.items.isEmpty { try Self.print(page.items) }
        isFirst = false
      }
    }
  }

  private static func print(_ records: [AuditRecordView]) throws {
    guard Console.isTerminal, !records.isEmpty else {
      var table = AuditRecordView.table
      for record in records { record.add(to: &table) }
      return try Console.print(table)
    }
    let (rows, more) = AuditRecordView.lines(records, on: Console.output)
    try Console.print(whole: rows.prefix(1).map { $0 })
    for (row, more) in zip(rows.dropFirst(), more) {
      try Console.print(whole: [row])
      if let more { try Console.print([more]) }
    }
  }
}
