import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate backup FILE`
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write a backup of the whole vault to a file.",
    discussion: """
      The backup is one moment of the running vault, encrypted: the root key opens it, and so does \
      the recovery key if the vault had one. The file has mode 0600, and exists only when it is \
      complete and its hash agrees. With - envgate writes it to stdout, which must not be a \
      terminal. Only an admin may make a backup, one at a time. If somebody destroys a value \
      meanwhile, the backup ends, so that no copy of that value is left; start it again.

      Prove a backup with envgated restore --verify.

      Examples:
        envgate backup /var/backups/envgate.bak --overwrite
        envgate backup - | ssh backup.example.org "cat > envgate.bak"
      """)

  @Argument(help: "The file, or - for stdout.", completion: .file()) var file: String
  @Flag(help: "Replace the file if it exists.") var overwrite = false
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// Seconds that the copy of a large database may take.
  private static let patience: Int64 = 3_600

  func validate() throws {
    if file == "-" && output.json {
      throw ValidationError("--json and - would both write to stdout")
    }
  }

  func run() throws {
    let target = try OutputFile(file, of: .backup, overwrites: overwrite)
    let connection = try connection.connect()
    let opened = try connection.answer(
      .backupOpen, as: BackupOpenedView.self,
      deadline: WaitDeadline(secondsFromNow: Self.patience))
    if !opened.view.recoveryKey {
      Console.note(
        "warning: the vault has no recovery key, and a lost root key loses everything; run envgated recovery-key as root"
      )
    }
    let digest = try Self.copy(opened.view, from: connection, to: target)
    try target.finish()
    if output.json {
      let open = opened.json.dropLast()
      try Console.print(bytes: open + Array(",\"sha256\":\"\(digest)\"}\n".utf8))
    } else if file != "-" {
      try Console.print(opened.view.lines(file, digest))
    }
  }

  /// Reads the whole file, and compares it with what was promised.
  /// - Returns: its hash.
  private static func copy(
    _ opened: BackupOpenedView, from connection: Connection, to target: borrowing OutputFile
  ) throws -> String {
    var hash = SHA256()
    var offset: Int64 = 0
    while true {
      let page = try connection.answer(
        .backupRead(BackupRead(after: offset)), as: BackupPageView.self
      ).view
      hash.update(page.data)
      try target.append(page.data)
      offset += Int64(page.data.count)
      guard let next = page.next else {
        let digest = Digest(hash.finish()).text
        guard digest == page.digest, offset == opened.size else {
          throw CommandFault(
            .backupDamaged, "the bytes that arrived are not those that were sent; try again")
        }
        return digest
      }
      guard next == offset, !page.data.isEmpty else {
        throw CommandFault(.replyInvalid, "the daemon sent the pages of the backup out of order")
      }
    }
  }
}

extension BackupOpenedView {
  /// What was written, for a person.
  fileprivate func lines(_ file: String, _ digest: String) -> [String] {
    var facts = Facts()
    facts.add("file", ForeignText.quoted(file))
    facts.add("size", "\(size) bytes")
    facts.add("vault", vault)
    facts.add("as of", Timestamp.text(milliseconds: time))
    facts.add("audit", "\(audit) records")
    facts.add("opened by", recoveryKey ? "the root key or the recovery key" : "the root key only")
    facts.add("hash", digest)
    return facts.lines()
  }
}
