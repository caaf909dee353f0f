import ArgumentParser
import Glibc
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate audit export`
struct AuditExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the audit record to a file that can be verified without the daemon.",
    discussion: """
      The export is JSON Lines. The first line has the newest signed head, and each line after it \
      has one record with its canonical bytes and its hash. envgate audit verify --file checks it \
      with the public key alone. Without FILE, or with -, envgate writes it to stdout. A file has \
      mode 0600, and exists only when it is complete.

      With --since the export begins with the first record of that time, and has every record \
      after it.

      Examples:
        envgate audit export /var/tmp/audit.jsonl --overwrite
        envgate audit export --since 30d | gzip > audit.jsonl.gz
      """)

  @Argument(help: "The file, or - for stdout.", completion: .file()) var file = "-"

  @Option(
    help: ArgumentHelp(
      "Begin with the first record since then: 90m, 7d, or a day such as 2026-01-31.",
      valueName: "time"))
  var since: SinceTime?

  @Flag(help: "Replace the file if it exists.") var overwrite = false
  @OptionGroup var connection: ConnectionOptions

  /// Seconds within which the daemon signs the newest record.
  private static let patience: Int64 = 5

  func run() throws {
    let target = try OutputFile(file, of: .export, overwrites: overwrite)
    let connection = try connection.connect()
    let (key, head) = try Self.signedHead(connection)
    let since = since?.milliseconds(now: WallClock.now)
    let start = try since.map { try Self.start(since: $0, of: head, connection) } ?? 0
    let beginning = AuditExportView(
      key, head, after: start, previous: try Self.hash(after: start, connection))
    try target.append(ExportLine.text(beginning) + [0x0A])
    var last = start
    try connection.forEachPage(of: AuditRecordView.self) { after, limit in
      .auditList(
        AuditList(after: after ?? start, through: head.sequence, isCanonical: true, limit: limit))
    } _: { page in
      for record in page.items {
        guard record.sequence == last + 1 else { throw Self.outOfOrder }
        last = record.sequence
      }
      // As this version writes a record, so that its own verification reads the same.
      try target.append(Array(page.items.map { ExportLine.text($0) + [0x0A] }.joined()))
      return true
    }
    guard last == head.sequence else { throw Self.outOfOrder }
    try target.finish()
    Console.note(
      last == start
        ? "there is no record since then; the export has only the signed head, record \(last)"
        : "exported records \(start + 1) to \(last)")
  }

  /// The newest signed head: each second the daemon signs what is new.
  private static func signedHead(
    _ connection: Connection
  ) throws -> (key: AuditKeyView, head: AuditKeyView.SignedHead) {
    let wanted = try connection.call(.serverStatus, as: StatusView.self).audit
    let end = WaitDeadline(secondsFromNow: patience)
    while true {
      let key = try connection.call(.auditKey, as: AuditKeyView.self)
      if let head = key.head, head.sequence >= wanted { return (key, head) }
      if end.remaining <= 0 {
        guard let head = key.head else {
          throw CommandFault(
            .auditUnavailable, "the audit record is not signed yet; run envgate status")
        }
        Console.note(
          "the records after \(head.sequence) are not signed yet, so they are left out; run envgate status"
        )
        return (key, head)
      }
      usleep(100_000)
    }
  }

  /// The number before the first record since a time.
  private static func start(
    since: Int64, of head: AuditKeyView.SignedHead, _ connection: Connection
  ) throws -> Int64 {
    var found: Int64?
    try connection.forEachPage(of: AuditRecordView.self) { after, _ in
      .auditList(
        AuditList(
          after: after, through: head.sequence, filter: AuditFilter(since: since), limit: 1))
    } _: { page in
      found = page.items.first?.sequence
      return found == nil
    }
    return found.map { $0 - 1 } ?? head.sequence
  }

  /// The chain's hash after a record.
  private static func hash(after sequence: Int64, _ connection: Connection) throws -> [UInt8] {
    guard sequence > 0 else { return [UInt8](repeating: 0, count: 32) }
    let page = try connection.call(
      .auditList(AuditList(after: sequence - 1, through: sequence, limit: 1)),
      as: ListView<AuditRecordView>.self)
    guard let record = page.items.first, record.sequence == sequence,
      let hash = Digest(record.hash)
    else { throw outOfOrder }
    return hash.bytes
  }

  private static var outOfOrder: CommandFault {
    CommandFault(.replyInvalid, "the daemon sent the records out of order")
  }
}
