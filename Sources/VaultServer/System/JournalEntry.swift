import Logging
import VaultCore

/// A line of the log as journald takes it: the message for people, and each fact as a field of its own.
///
/// A value may be any text: one with a line break carries its length, so that no text begins a field
/// (systemd.journal-fields(7), the native protocol).
struct JournalEntry {
  private(set) var bytes: [UInt8] = []

  /// - Parameters:
  ///   - message: a text of ours.
  ///   - facts: in the order of their names, each as it is and as a person may be shown it.
  init(
    _ level: Logger.Level, _ message: String, name: String,
    _ facts: [(key: String, value: String, shown: String)]
  ) {
    let words = facts.map { "\($0.key)=\(Self.quoted($0.shown))" }
    add("MESSAGE", ([message] + words).joined(separator: " "))
    add("PRIORITY", "\(Self.priority(level))")
    add("SYSLOG_IDENTIFIER", name)
    for fact in facts { add("ENVGATE_" + fact.key.uppercased(), fact.value) }
  }

  private mutating func add(_ field: String, _ value: String) {
    bytes += field.utf8
    if value.utf8.contains(0x0A) {
      bytes.append(0x0A)
      let length = UInt64(value.utf8.count)
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(shift)))
      }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes += value.utf8
    bytes.append(0x0A)
  }

  private static func quoted(_ text: String) -> String {
    let isWord = !text.isEmpty && !text.utf8.contains { $0 == 0x20 || $0 == 0x22 || $0 == 0x3D }
    return isWord ? text : "\"" + text.replacing("\"", with: "\\\"") + "\""
  }

  /// As syslog(3) counts: 0 is the most urgent.
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
