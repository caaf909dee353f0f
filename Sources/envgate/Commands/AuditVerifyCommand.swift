import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate audit verify`
struct AuditVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the audit chain, its sealed head and its signature.",
    discussion: """
      With --file this verifies an export, without the daemon and without a secret. --public-key is \
      the file that envgate audit key printed on the vault's host; keep it elsewhere.

      With --against-journal it also compares the record with each signed head that the daemon has \
      written to the journal: an older copy of the whole state directory, and an end that was cut \
      off, are found. Records that were lost because the vault was restored are named as that.

      --file and --against-journal need the library libcrypto.so.3 (package libssl3).

      Examples:
        envgate audit verify
        envgate audit verify --file audit.jsonl --public-key audit.key
        envgate audit verify --against-journal
        envgate audit verify --journal heads.jsonl --public-key audit.key
      """)

  @Option(
    help: ArgumentHelp(
      "Verify this export instead of the daemon's record; - reads stdin.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp(
      "The file with the public key; without --file the daemon's own key is the default.",
      valueName: "file"),
    completion: .file())
  var publicKey: String?

  @Flag(help: "Compare with the signed heads in the journal of this host.")
  var againstJournal = false

  @Option(
    help: ArgumentHelp(
      "Compare with the signed heads in this file, which journalctl -o json or the daemon's log "
        + "has written; - reads stdin.", valueName: "file"),
    completion: .file())
  var journal: String?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// Seconds that a walk over a long chain may take: about a million records a second and a half.
  private static let patience: Int64 = 3_600

  private var hasJournal: Bool { againstJournal || journal != nil }

  func validate() throws {
    if file != nil, publicKey == nil {
      throw ValidationError(
        "--file needs --public-key, the file that envgate audit key has printed")
    }
    if publicKey != nil, file == nil, !hasJournal {
      throw ValidationError("--public-key needs --file or --against-journal")
    }
    if againstJournal, journal != nil {
      throw ValidationError(
        "--against-journal reads this host's journal, --journal a file; use one of them")
    }
    if [file, publicKey, journal].filter({ $0 == "-" }).count > 1 {
      throw ValidationError("only one of the files can be stdin")
    }
  }

  func run() throws {
    let key = try publicKey.map { try AuditKeyFile($0) }
    if let file, let key { return try tell(try verify(file, key)) }
    let connection = try connection.connect()
    guard hasJournal else {
      let answer = try verify(connection)
      return try tell(answer.view, json: answer.json)
    }
    try tell(try verify(connection, with: key))
  }

  private func tell(_ found: AuditVerificationView, json: [UInt8]? = nil) throws {
    if output.json { try Console.print(bytes: (json ?? ExportLine.text(found)) + [0x0A]) }
    guard found.verified else { throw CommandFault(.auditBroken, found.sentence) }
    if !output.json { try Console.print([found.sentence] + (found.journal?.lines ?? [])) }
  }

  private func verify(_ connection: Connection) throws -> Answer<AuditVerificationView> {
    try connection.answer(
      .auditVerify, as: AuditVerificationView.self,
      deadline: WaitDeadline(secondsFromNow: Self.patience))
  }

  /// The daemon's own record, and the heads that it has logged. Those are read first: what is signed later is not missed.
  private func verify(
    _ connection: Connection, with key: AuditKeyFile?
  ) throws -> AuditVerificationView {
    let own = try connection.call(.auditKey, as: AuditKeyView.self)
    guard let vault = Hexadecimal.bytes(own.vault),
      let ownKey = AuditKeyFile(words: ["vault", own.vault, own.publicKey])
    else { throw CommandFault(.replyInvalid, "the daemon sent a key that is none") }
    if let key, key.key != ownKey.key || key.vault ?? own.vault != own.vault {
      throw CommandFault(
        .auditExport, "the daemon has another key than the file; it is not the vault of that key")
    }
    let heads = try heads(of: vault, try Ed25519Verifier(publicKey: ownKey.key))
    let found = try verify(connection).view
    guard found.verified else { return found }
    let record = DaemonRecord(connection)
    let comparison = try HeadComparison(
      heads, in: 1...max(1, found.records), isCut: false,
      restores: try record.restores(through: found.records)
    ) { try record.hash(after: $0) }
    return found.with(comparison)
  }

  private func verify(_ file: String, _ key: AuditKeyFile) throws -> AuditVerificationView {
    let verifier = try Ed25519Verifier(publicKey: key.key)
    var lines = try FileLines(file)
    var walk = try ExportWalk(try lines.next(), key: key) { verifier.verifies($0, of: $1) }
    let heads = hasJournal ? try heads(of: walk.vault, verifier) : nil
    let wanted = Set(heads?.map(\.sequence) ?? [])
    var hashes: [Int64: [UInt8]] = [:]
    var restores: [HeadComparison.Restore] = []
    while walk.goesOn, let line = try lines.next() {
      guard let record = walk.take(line) else { break }
      if wanted.contains(record.sequence) { hashes[record.sequence] = walk.hash }
      if record.event == .vaultRestored {
        restores.append(.init(record: record.sequence, time: record.time))
      }
    }
    let found = walk.finish()
    guard found.verified, let heads else { return found }
    let first = (found.after ?? 0) + 1
    let comparison = HeadComparison(
      heads, in: first...max(first, found.records), isCut: true, restores: restores
    ) { hashes[$0] }
    return found.with(comparison)
  }

  /// The heads of the journal that the vault's key has signed.
  /// - Throws: ``CommandFault`` where there is none, and where others than the vault's are among them.
  private func heads(
    of vault: [UInt8], _ verifier: borrowing Ed25519Verifier
  ) throws -> [ChainSignature] {
    var source = try JournalSource(file: journal)
    var found = JournalHeads(vault: vault)
    while let line = try source.next() { found.take(line) { verifier.verifies($0, of: $1) } }
    try source.finish()
    if let first = found.unsigned.min() {
      throw CommandFault(
        .auditBroken,
        "\(Counted.text(Int64(found.unsigned.count), "head")) in the journal, the first of record \(first), "
          + "\(found.unsigned.count == 1 ? "is" : "are") not signed by the vault's key: the key or the vault was replaced, or somebody forged the entries"
      )
    }
    guard !found.heads.isEmpty else {
      throw CommandFault(
        .auditJournal,
        "the journal has no signed head that you may read, so nothing was compared; run this as root or as a member of systemd-journal"
      )
    }
    return found.heads
  }
}

/// What the daemon says of its record, a question at a time.
private struct DaemonRecord {
  let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func hash(after sequence: Int64) throws -> [UInt8]? {
    try connection.call(
      .auditList(AuditList(after: sequence - 1, through: sequence, limit: 1)),
      as: ListView<AuditRecordView>.self
    ).items.first.flatMap { $0.sequence == sequence ? Digest($0.hash)?.bytes : nil }
  }

  func restores(through last: Int64) throws -> [HeadComparison.Restore] {
    var found: [HeadComparison.Restore] = []
    try connection.forEachPage(of: AuditRecordView.self) { after, limit in
      .auditList(
        AuditList(
          after: after, through: last, filter: AuditFilter(event: .vaultRestored), limit: limit))
    } _: { page in
      found += page.items.map { HeadComparison.Restore(record: $0.sequence, time: $0.time) }
      return true
    }
    return found
  }
}

extension AuditVerificationView {
  /// The same, with what a comparison has found.
  fileprivate func with(_ comparison: HeadComparison) -> AuditVerificationView {
    AuditVerificationView(
      verified: comparison.fault == nil, records: records, head: Digest(head)?.bytes ?? [],
      signedThrough: signedThrough, fault: comparison.fault, firstBad: comparison.firstBad,
      after: after,
      journal: JournalComparisonView(
        agreed: Int64(comparison.agreed), first: comparison.range?.lowerBound,
        last: comparison.range?.upperBound, lost: Int64(comparison.forks.values.reduce(0, +)),
        restored: comparison.forks.keys.map(\.record).max(), unseen: Int64(comparison.unseen)))
  }
}
