import CLinux
import Glibc
import Logging
import StrictJSON
import VaultCore

/// A log of one JSON object a line: `time`, `level`, `label`, `message`, and what is known beside
/// it.
///
/// Invariant (`no-echo`): a message is a text of ours, and of its metadata only the keys of a list
/// are written; an error shows its type and nothing else. No text can end its line or pose as
/// another member, and what could deceive a reader of the log is escaped as ``ForeignText`` does.
struct JSONLogHandler: LogHandler {
  /// The keys that may be written.
  private static let allowedKeys = Set(LogFact.allCases.map(\.rawValue))
  private static let name = "envgated"

  /// Scalars of one text that are shown.
  private static let longestText = 1_000

  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let label: String
  private let writer: LogWriter
  private let clock: @Sendable () -> Int64

  /// - Parameters:
  ///   - writer: where lines go.
  ///   - clock: wall time in milliseconds.
  init(
    label: String, writer: LogWriter,
    clock: @escaping @Sendable () -> Int64 = JSONLogHandler.wallTime
  ) {
    self.label = label
    self.writer = writer
    self.clock = clock
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var facts: [(key: String, value: String)] = []
    if let error = event.error { facts.append(("error", "\(type(of: error))")) }
    // The members of the line's own come first and are never given twice, whatever the metadata is called.
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for key in all.keys.sorted() where Self.allowedKeys.contains(key) {
      if let value = all[key] { facts.append((key, "\(value)")) }
    }
    writer.submit(
      Self.line(
        label, event.level, "\(event.message)", facts, clock(), inJournal: writer.hasJournal))
  }

  /// The line that tells how many others were dropped.
  static func lost(_ count: Int, inJournal: Bool = false) -> LogLine {
    line(
      name, .warning, "lines of the log were dropped, because no program read them",
      [(LogFact.count.rawValue, "\(count)")], wallTime(), inJournal: inJournal)
  }

  private static func line(
    _ label: String, _ level: Logger.Level, _ message: String,
    _ facts: [(key: String, value: String)], _ time: Int64, inJournal: Bool
  ) -> LogLine {
    let facts = facts.map { key, value in
      let bounded = String(String.UnicodeScalarView(value.unicodeScalars.prefix(longestText)))
      return (key: key, value: bounded, shown: shown(value))
    }
    var line = begin(label, level, message, time)
    for fact in facts {
      line.key(fact.key)
      line.string(fact.shown)
    }
    line.endObject()
    line.newline()
    // Safety: the line's bytes are lent for this call; they are copied.
    let text = unsafe line.withUnsafeBytes { unsafe Array($0) }
    let entry = inJournal ? JournalEntry(level, shown(message), name: name, facts).bytes : nil
    return LogLine(text: text, entry: entry)
  }

  private static func begin(
    _ label: String, _ level: Logger.Level, _ message: String, _ time: Int64
  ) -> JSONWriter {
    var line = JSONWriter(capacity: 512)
    line.beginObject()
    line.key("time")
    line.string(Timestamp.text(milliseconds: time))
    line.key("level")
    line.string(level.rawValue)
    line.key("label")
    line.string(label)
    line.key("message")
    line.string(shown(message))
    return line
  }

  /// CLOCK_REALTIME in milliseconds.
  @Sendable static func wallTime() -> Int64 {
    var now: Int64 = 0
    _ = unsafe envgate_walltime_ms(&now)
    return now
  }

  private static func shown(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == longestText {
        shown.append("…")
        break
      }
      if ForeignText.allows(scalar) {
        shown.append(scalar)
      } else {
        shown.append(contentsOf: ForeignText.escape(of: scalar).unicodeScalars)
      }
    }
    return String(shown)
  }
}
