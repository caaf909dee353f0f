import Glibc
import SecretMemory
import VaultCore

/// A secret as a dotenv file gives it.
struct DotenvEntry {
  let name: SecretName
  let value: SecretBuffer
  /// The line on which it stands, from 1.
  let line: Int
}

/// Takes the secrets of a dotenv file: all of them, or none where one line is wrong.
///
/// The file is read into secret memory as a whole and the values are copied from there into buffers of
/// their own; none of them stands in ordinary memory.
enum DotenvReader {
  /// The longest file, in bytes: what secret memory gives at once, less one byte that tells a longer one.
  static let limit = SecretArena.largestBlock - 1

  /// Reads a descriptor to its end.
  /// - Throws: ``CommandFault`` `dotenv.invalid` with the line of the first mistake.
  static func read(_ descriptor: Int32) throws -> (entries: [DotenvEntry], notes: DotenvNotes) {
    // Safety: the room is lent for the closure.
    let file = try unsafe SecretBuffer(capacity: limit + 1) { room in
      guard let count = unsafe SecretInput.fill(room, from: descriptor) else {
        throw CommandFault(.fileUnreadable, "the file cannot be read: \(SystemText.of(errno))")
      }
      if count > limit {
        throw CommandFault(
          .dotenvInvalid, "the file is longer than \(limit) bytes; import it in parts")
      }
      return count
    }
    return try take(file)
  }

  /// The secrets of a file that was read.
  static func entries(of file: SecretBuffer) throws -> [DotenvEntry] { try take(file).entries }

  private static func take(
    _ file: SecretBuffer
  ) throws -> (entries: [DotenvEntry], notes: DotenvNotes) {
    // Safety: the buffer lends its bytes for the closure, in which scanner and copies live.
    try unsafe file.withUnsafeBytes { bytes in
      let assignments: [DotenvAssignment]
      var scanner = unsafe DotenvScanner(bytes)
      do throws(DotenvFault) { assignments = try scanner.assignments() } catch {
        throw error.commandFault
      }
      let entries = try assignments.map { assignment in
        DotenvEntry(
          name: assignment.name, value: try unsafe assignment.value(in: bytes),
          line: assignment.line)
      }
      return (entries, scanner.notes)
    }
  }
}

extension DotenvAssignment {
  /// The value, its escapes undone.
  fileprivate func value(in bytes: UnsafeRawBufferPointer) throws -> SecretBuffer {
    // Safety: the scanner found the range in these bytes, and counted what is written.
    try unsafe SecretBuffer(capacity: count) { room in
      var from = range.lowerBound
      for index in 0..<count {
        var byte = unsafe bytes[from]
        if isEscaped, byte == UInt8(ascii: "\\") {
          from += 1
          byte = DotenvScanner.unescaped(unsafe bytes[from]) ?? byte
        }
        unsafe room[index] = byte
        from += 1
      }
      return count
    }
  }
}
