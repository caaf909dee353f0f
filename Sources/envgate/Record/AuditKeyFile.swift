import StrictJSON
import VaultCore
import VaultProtocol

/// The public key that an auditor keeps: what `envgate audit key` printed, with or without `--json`.
struct AuditKeyFile: Hashable {
  /// 32 bytes.
  let key: [UInt8]
  /// The vault's id in hexadecimal, where the file names it.
  let vault: String?

  /// `ed25519:` and the key in hexadecimal.
  var text: String { AuditKeyView.keyPrefix + Hexadecimal.text(key) }

  /// Reads a file.
  /// - Throws: ``CommandFault`` `file.unreadable`, or `audit.export` where there is no key in it.
  init(_ path: String) throws {
    var lines = try FileLines(path)
    var words: [String] = []
    while words.count < 1_000, let line = try lines.next() {
      words += Self.words(of: String(decoding: line, as: UTF8.self))
    }
    guard let found = AuditKeyFile(words: words) else {
      throw CommandFault(
        .auditExport,
        "\(ForeignText.quoted(path)) has no public key; it is the file that envgate audit key has printed"
      )
    }
    self = found
  }

  /// Finds the key among words; nil where there is none, or more than one.
  init?(words: [String]) {
    let keys = Set(words.filter { $0.hasPrefix(AuditKeyView.keyPrefix) })
    guard keys.count == 1, let text = keys.first,
      let bytes = Hexadecimal.bytes(text.dropFirst(AuditKeyView.keyPrefix.count)),
      bytes.count == 32
    else { return nil }
    key = bytes
    vault = words.firstIndex(of: "vault").flatMap { words.dropFirst($0 + 1).first }
  }

  /// The words of a line of text or JSON.
  static func words(of line: String) -> [String] {
    line.split { " \t\r\",{}".contains($0) }.map { $0.last == ":" ? $0.dropLast() : $0 }
      .filter { !$0.isEmpty }.map(String.init)
  }
}
