import Glibc
import VaultCore

/// Where the log's lines come from: journalctl, which runs beside us, or a file.
@safe
struct JournalSource: ~Copyable {
  // Safety: popen(3)'s stream, ours until pclose(3).
  private let stream: UnsafeMutablePointer<FILE>?
  private var lines: FileLines

  /// The fields that are read, so that journalctl prints no more.
  private static let command =
    "exec journalctl --quiet --output=json --unit=\(JournalHeads.unit) "
    + "--output-fields=MESSAGE,_SYSTEMD_UNIT,ENVGATE_SEQUENCE,ENVGATE_HASH,ENVGATE_SIGNATURE,ENVGATE_SIGNED"

  /// Opens a file of `journalctl -o json`, or of the daemon's log, `-` for stdin; starts journalctl where none is named.
  init(file path: String?) throws {
    if let path {
      let file = try FileLines(path)
      unsafe stream = nil
      lines = file
      return
    }
    // Safety: the command is ours and lent for the call.
    guard let started = unsafe popen(Self.command, "re") else {
      throw CommandFault(.system, "journalctl cannot be started: \(SystemText.of(errno))")
    }
    unsafe stream = started
    lines = FileLines(descriptor: unsafe fileno(started), name: "the output of journalctl")
  }

  /// The next line; nil behind the last.
  mutating func next() throws -> [UInt8]? { try lines.next() }

  /// Ends journalctl.
  /// - Throws: ``CommandFault`` `audit.journal` where it has failed.
  consuming func finish() throws {
    guard let stream = unsafe stream else { return }
    guard unsafe pclose(stream) == 0 else {
      throw CommandFault(
        .auditJournal,
        "journalctl failed, so nothing was compared; run this where the journal is, or use --journal FILE"
      )
    }
  }
}
