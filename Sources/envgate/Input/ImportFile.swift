import Glibc
import SecretMemory
import VaultCore

/// A secret as a file gives it.
struct ImportEntry {
  let name: SecretName
  let value: SecretBuffer
  /// Where it stands in the file: `line 3`, `byte 120`.
  let place: String
}

/// The secrets of one environment in a file.
struct ImportBatch {
  /// The environment that the file names; nil where it names none.
  let environment: EnvironmentName?
  let entries: [ImportEntry]
}

/// Secrets from a file: all of them, or none where one is wrong.
///
/// The file is read into secret memory as a whole and the values are copied from there into buffers of
/// their own; none of them stands in ordinary memory.
struct ImportFile {
  /// The longest file, in bytes: what secret memory gives at once, less one byte that tells a longer one.
  static let limit = SecretArena.largestBlock - 1

  let batches: [ImportBatch]
  /// The reason of a fault in a file of its kind.
  let reason: OwnReason
  /// What makes a secret in a file of its kind.
  var remedy: String {
    reason == .dotenvInvalid
      ? "write NAME=value on a line" : #"write a name and a value, as in {"NAME":"value"}"#
  }
  /// Names that the file writes in another way, with the names that stand for them.
  var mapped: [(from: String, to: SecretName)] = []
  /// What a person is told of the file, a sentence each.
  var notes: [String] = []

  /// Reads a descriptor to its end. A file whose first byte is `{` or `[` is JSON: no dotenv file begins so.
  /// - Parameter mapsNames: whether a name such as `my-secret` may become `MY_SECRET`.
  /// - Throws: ``CommandFault`` with the place of the first mistake.
  static func read(_ descriptor: Int32, mapsNames: Bool = false) throws -> ImportFile {
    // Safety: the room is lent for the closure.
    let file = try unsafe SecretBuffer(capacity: limit + 1) { room in
      guard let count = unsafe SecretInput.fill(room, from: descriptor) else {
        throw CommandFault(.fileUnreadable, "the file cannot be read: \(SystemText.of(errno))")
      }
      if count > limit {
        throw CommandFault(
          .importInvalid, "the file is longer than \(limit) bytes; import it in parts")
      }
      return count
    }
    return try read(file, mapsNames: mapsNames)
  }

  /// The secrets of a file that was read.
  static func read(_ file: SecretBuffer, mapsNames: Bool = false) throws -> ImportFile {
    // Safety: the buffer lends its bytes for the closure, in which its readers and their copies live.
    try unsafe file.withUnsafeBytes { bytes in
      let text = unsafe UnsafeRawBufferPointer(
        rebasing: bytes.dropFirst(
          bytes.starts(with: DotenvScanner.byteOrderMark) ? DotenvScanner.byteOrderMark.count : 0))
      let first = unsafe text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        ? try unsafe JSONImport.read(text, mapsNames: mapsNames)
        : try unsafe DotenvImport.read(bytes)
    }
  }
}
