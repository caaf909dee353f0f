import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate audit list`
struct AuditListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the audit records, oldest first.",
    discussion: """
      On a terminal this lists the newest 100 records unless you choose others. Elsewhere it lists \
      all.

      Examples:
        envgate audit list --last 20
        envgate audit list -e production --after 1000 --limit 50
        envgate audit list --json | jq -r 'select(.event == "secret.released")'
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only records of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Option(help: ArgumentHelp("Only records after this number.", valueName: "number"))
  var after: Int64?

  @Option(help: ArgumentHelp("Show at most N records.", valueName: "N"))
  var limit: Int?

  @Option(help: ArgumentHelp("Show the newest N records.", valueName: "N"))
  var last: Int?

  @Flag(help: "Print JSON Lines: one object for each record.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let after, after < 0 { throw ValidationError("--after takes the number of a record") }
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if let last, last < 1 { throw ValidationError("--last must be at least 1") }
    if last != nil, limit != nil || after != nil {
      throw ValidationError(
        "--last counts from the end, --after and --limit count from the beginning; use one way")
    }
  }

  func run() throws {
    let environment = try environment.map { try EnvironmentName(argument: $0) }
    let connection = try connection.connect()
    let isBounded = !json && Console.isTerminal && limit == nil && after == nil
    if let last = last ?? (isBounded ? LimitOption.usual : nil) {
      let (found, hasMore) = try newest(last, environment, connection)
      try tell(found)
      if hasMore, self.last == nil {
        Console.note("there are older records; add --last N for more of them, or --after 0 for all")
      }
      return
    }
    let start = after
    var isFirst = true
    try connection.forEachPage(of: AuditRecordView.self, most: limit) { after, limit in
      .auditList(AuditList(after: after ?? start, environment: environment, limit: limit))
    } _: { page in
      // The rows of a page behind the first may have run out.
      if isFirst || !page.items.isEmpty { try tell(page) }
      isFirst = false
      return true
    }
  }

  /// The newest records, in the order of their numbers. Those of one environment lie apart, so that the record is read
  /// backwards in stretches that grow.
  private func newest(
    _ count: Int, _ environment: EnvironmentName?, _ connection: Connection
  ) throws -> (page: (items: [AuditRecordView], texts: [[UInt8]]), hasMore: Bool) {
    var end = try connection.call(.serverStatus(ServerStatus()), as: StatusView.self).audit
    var stretch = Int64(max(count, ProtocolLimits.mostItems))
    var (items, texts): ([AuditRecordView], [[UInt8]]) = ([], [])
    while end > 0, items.count <= count {
      let start = max(0, end - stretch)
      var found: [(item: AuditRecordView, text: [UInt8])] = []
      try connection.forEachPage(of: AuditRecordView.self) { after, limit in
        .auditList(AuditList(after: after ?? start, environment: environment, limit: limit))
      } _: { page in
        found += zip(page.items, page.texts).filter { $0.0.sequence <= end }
        // What is older than those that are wanted need not be held.
        found = found.suffix(count + 1)
        return page.items.last.map { $0.sequence < end } ?? true
      }
      items = found.map(\.item) + items
      texts = found.map(\.text) + texts
      end = start
      stretch *= 2
    }
    return ((Array(items.suffix(count)), Array(texts.suffix(count))), items.count > count)
  }

  private func tell(_ page: (items: [AuditRecordView], texts: [[UInt8]])) throws {
    if json {
      try Console.print(bytes: Array(page.texts.map { $0 + [UInt8(ascii: "\n")] }.joined()))
    } else {
      try Self.print(page.items)
    }
  }

  private static func print(_ records: [AuditRecordView]) throws {
    guard Console.isTerminal, !records.isEmpty else {
      var table = AuditRecordView.table
      for record in records { record.add(to: &table) }
      return try Console.print(table)
    }
    var table = AuditRecordView.personsTable
    for record in records { table.add(record.personsCells) }
    try Console.print(table, below: records.map { $0.more.map { "        " + $0 } }, isWhole: true)
  }
}
