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
  /// The keys that may be written: numbers, names and reasons of ours.
  static let allowedKeys: Set<String> = [
    "account", "connection", "connections", "count", "environment", "errno", "event", "fault",
    "hash",
    "limit", "locked", "path", "pid", "protocol", "reason", "request", "row", "sequence", "signal",
    "setting", "signature", "socket", "uid", "vault", "version",
  ]

  /// Scalars of one text that are shown.
  private static let longestText = 1_000
  private static let line = Locked(())

  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let label: String
  private let descriptor: Int32
  private let clock: @Sendable () -> Int64

  /// - Parameters:
  ///   - descriptor: where lines go; it stays the caller's.
  ///   - clock: wall time in milliseconds.
  init(
    label: String, descriptor: Int32 = STDERR_FILENO,
    clock: @escaping @Sendable () -> Int64 = JSONLogHandler.wallTime
  ) {
    self.label = label
    self.descriptor = descriptor
    self.clock = clock
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.key("time")
    writer.string(Timestamp.text(milliseconds: clock()))
    writer.key("level")
    writer.string(event.level.rawValue)
    writer.key("label")
    writer.string(label)
    writer.key("message")
    writer.string(Self.shown("\(event.message)"))
    if let error = event.error {
      writer.key("error")
      writer.string("\(type(of: error))")
    }
    // The members above come first and are never given twice, whatever the metadata is called.
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for key in all.keys.sorted() where Self.allowedKeys.contains(key) {
      guard let value = all[key] else { continue }
      writer.key(key)
      writer.string(Self.shown("\(value)"))
    }
    writer.endObject()
    writer.newline()
    // Safety: the writer's bytes are lent for this call.
    unsafe writer.withUnsafeBytes { bytes in unsafe Self.write(bytes, to: descriptor) }
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
        shown.append(
          contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
      }
    }
    return String(shown)
  }

  /// Whole lines only: two threads never share one. What cannot be written is lost, as it must be.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    line.withLock { _ in
      var written = 0
      while written < bytes.count {
        // Safety: within the bytes that the caller lends.
        let count = unsafe Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        written += count
      }
    }
  }
}
