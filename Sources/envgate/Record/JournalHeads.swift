import StrictJSON
import VaultCore
import VaultProtocol

/// The signed heads of the audit chain that the daemon has logged: from the journal, as `journalctl -o json` prints it, or
/// from the daemon's own log of JSON lines.
///
/// Anybody may write to the journal. So an entry of another unit is passed over, and a head counts only with the
/// signature of the vault's key.
struct JournalHeads {
  /// The unit whose entries count.
  static let unit = "envgated.service"

  /// Those that the key has signed, in the order of the log.
  private(set) var heads: [ChainSignature] = []
  /// The records of those that it has not signed.
  private(set) var unsigned: [Int64] = []

  private let vault: [UInt8]
  private var reader = JSONReader()

  /// - Parameter vault: the vault's id, 16 bytes.
  init(vault: [UInt8]) { self.vault = vault }

  /// Takes a line of the log; what is no head is passed over.
  mutating func take(
    _ line: [UInt8], verifies: (_ signature: [UInt8], _ of: [UInt8]) -> Bool
  ) {
    guard let text = facts(of: line), let head = Self.head(text, vault) else { return }
    if verifies(head.signature, head.signedBytes) {
      heads.append(head)
    } else {
      unsigned.append(head.sequence)
    }
  }

  /// The texts of a line that may be a head, by the names that the daemon's log has.
  private mutating func facts(of line: [UInt8]) -> [String: String]? {
    guard let all = texts(of: line) else { return nil }
    if let unit = all["_SYSTEMD_UNIT"], unit != Self.unit { return nil }
    if all["ENVGATE_SEQUENCE"] != nil {
      return Dictionary(
        uniqueKeysWithValues: Self.names.compactMap { name in
          all["ENVGATE_" + name.uppercased()].map { (name, $0) }
        })
    }
    // A daemon that wrote lines of JSON to stderr, which the journal took as they are.
    if let message = all["MESSAGE"] { return texts(of: Array(message.utf8)) }
    return all
  }

  private static let names = ["sequence", "hash", "signature", "signed"]

  /// The members of an object that are texts; nil where the line is no object.
  private mutating func texts(of line: [UInt8]) -> [String: String]? {
    guard line.first == UInt8(ascii: "{") else { return nil }
    // Safety: the array lends its bytes for the call.
    return try? unsafe line.withUnsafeBytes { bytes in
      try unsafe reader.read(bytes) { value in
        var texts: [String: String] = [:]
        for (name, member) in try value.object().members() {
          if let text = try? member.string() { texts[name] = text }
        }
        return texts
      }
    }
  }

  private static func head(_ text: [String: String], _ vault: [UInt8]) -> ChainSignature? {
    guard let sequence = text["sequence"].flatMap({ Int64($0) }),
      let hash = text["hash"].flatMap({ Digest($0)?.bytes }),
      let time = text["signed"].flatMap(Timestamp.milliseconds),
      let signature = text["signature"].flatMap({ Hexadecimal.bytes($0) })
    else { return nil }
    return ChainSignature(
      vault: vault, sequence: sequence, hash: hash, time: time, signature: signature)
  }
}
