import ArgumentParser
import Glibc
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

      The times are those of the host's clock. A clock that was set back makes a later record show \
      an earlier time; the numbers are in order.

      Examples:
        envgate audit list --last 20
        envgate audit list -e production --since 7d --event secret.released
        envgate audit list --who user:ci --secret TOKEN --since 30d
        envgate audit list --json | jq -r 'select(.event == "secret.released")'
      """)

  @OptionGroup var wanted: AuditOptions

  @Option(help: ArgumentHelp("Only records after this number.", valueName: "number"))
  var after: Int64?

  @Option(help: ArgumentHelp("Show at most N records.", valueName: "N"))
  var limit: Int?

  @Option(help: ArgumentHelp("Show the newest N records.", valueName: "N"))
  var last: Int?

  @Flag(help: "Go on with new records as they come, until you interrupt it.")
  var follow = false

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
    if follow, limit != nil || wanted.until != nil {
      throw ValidationError("--follow has no end; leave out --limit and --until")
    }
  }

  func run() throws {
    let filter = try wanted.filter(now: WallClock.now)
    let connection = try connection.connect()
    let end = try connection.call(.serverStatus, as: StatusView.self).audit
    let isBounded = !json && Console.isTerminal && limit == nil && after == nil
    if let last = last ?? (isBounded ? LimitOption.usual : nil) {
      try printNewest(last, through: end, filter, connection)
    } else {
      try printAll(after: after ?? 0, through: end, filter, connection)
    }
    if follow { try self.follow(after: max(end, after ?? 0), filter, connection) }
  }

  private func printNewest(
    _ count: Int, through end: Int64, _ filter: AuditFilter, _ connection: Connection
  ) throws {
    let found = try NewestRecords(
      count, through: end, filter, connection, isPatient: last != nil)
    try tell((found.items, found.texts))
    if found.hasMore, last == nil {
      Console.note("there are older records; add --last N for more of them, or --after 0 for all")
    } else if found.start > 0, !found.hasMore {
      Console.note(
        "looked at the records \(found.start + 1) to \(end) only; add --last \(count) to look at all"
      )
    }
  }

  private func printAll(
    after start: Int64, through end: Int64, _ filter: AuditFilter, _ connection: Connection
  ) throws {
    var isFirst = true
    try connection.forEachPage(of: AuditRecordView.self, most: limit) { after, limit in
      .auditList(
        AuditList(after: after ?? start, through: end, filter: filter, limit: limit))
    } _: { page in
      // The rows of a page behind the first may have run out.
      if isFirst || !page.items.isEmpty { try tell(page) }
      isFirst = false
      return true
    }
  }

  /// Asks again each second. Every record up to `start` was looked at before.
  private func follow(after: Int64, _ filter: AuditFilter, _ connection: Connection) throws -> Never
  {
    var start = after
    while true {
      sleep(1)
      let end = try connection.call(.serverStatus, as: StatusView.self).audit
      guard end > start else { continue }
      try connection.forEachPage(of: AuditRecordView.self) { after, limit in
        .auditList(AuditList(after: after ?? start, through: end, filter: filter, limit: limit))
      } _: { page in
        if !page.items.isEmpty { try tell(page) }
        return true
      }
      start = end
    }
  }

  private func tell(_ page: (items: [AuditRecordView], texts: [[UInt8]])) throws {
    if json {
      try Console.print(bytes: Array(page.texts.map { $0 + [UInt8(ascii: "\n")] }.joined()))
    } else {
      try AuditRecordView.print(page.items)
    }
  }
}

/// The newest records that a filter looks for, in the order of their numbers. They may lie apart, so that the record is
/// read backwards in stretches that grow.
private struct NewestRecords {
  private(set) var items: [AuditRecordView] = []
  private(set) var texts: [[UInt8]] = []
  private(set) var hasMore = false
  /// The records up to this one were not looked at.
  private(set) var start: Int64

  /// How many records are looked at for somebody who did not say how many they want.
  private static let mostLooked: Int64 = 200_000

  /// - Parameter isPatient: whether all records are looked at where fewer are found.
  init(
    _ count: Int, through end: Int64, _ filter: AuditFilter, _ connection: Connection,
    isPatient: Bool
  ) throws {
    var stretch = Int64(max(count, ProtocolLimits.mostItems))
    start = end
    while start > 0, items.count <= count, isPatient || end - start < Self.mostLooked {
      let through = start
      let after = max(0, through - stretch)
      var found: [(item: AuditRecordView, text: [UInt8])] = []
      try connection.forEachPage(of: AuditRecordView.self) { page, limit in
        .auditList(
          AuditList(after: page ?? after, through: through, filter: filter, limit: limit))
      } _: { page in
        // What is older than those that are wanted need not be held.
        found = (found + zip(page.items, page.texts)).suffix(count + 1)
        return true
      }
      items = found.map(\.item) + items
      texts = found.map(\.text) + texts
      start = after
      stretch *= 2
    }
    hasMore = items.count > count
    items = items.suffix(count)
    texts = texts.suffix(count)
  }
}
