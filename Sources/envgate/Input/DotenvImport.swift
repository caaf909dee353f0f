import SecretMemory
import VaultCore

/// The secrets of a dotenv file.
enum DotenvImport {
  /// - Throws: ``CommandFault`` `dotenv.invalid` with the line of the first mistake.
  static func read(_ bytes: UnsafeRawBufferPointer) throws -> ImportFile {
    let assignments: [DotenvAssignment]
    // Safety: the bytes are the caller's, and outlive the scanner.
    var scanner = unsafe DotenvScanner(bytes)
    do throws(DotenvFault) { assignments = try scanner.assignments() } catch {
      throw error.commandFault
    }
    let entries = try assignments.map { assignment in
      ImportEntry(
        name: assignment.name, value: try unsafe assignment.value(in: bytes),
        place: "line \(assignment.line)")
    }
    return ImportFile(
      batches: [ImportBatch(environment: nil, entries: entries)], reason: .dotenvInvalid,
      notes: scanner.notes.sentences)
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
