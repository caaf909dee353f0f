import VaultCore

/// One `NAME=value` of a dotenv file, judged: where the value stands, not what it is.
struct DotenvAssignment {
  let line: Int
  let name: SecretName
  /// The value's bytes in the file, without its quotes.
  let range: Range<Int>
  /// Whether they hold escapes to be undone.
  let isEscaped: Bool
  /// The bytes of the value once they are.
  let count: Int
}

/// Finds the assignments of a dotenv file.
///
///     NAME=value             # blanks at both ends do not count; " #" begins a comment
///     export NAME='value'    every byte as it is, newlines too
///     NAME="value"           with \n \r \t \\ \" \$; newlines too
///
/// Nothing is expanded: `$HOME` is five characters. Text behind a closing quote is a mistake, because
/// readers of such files differ about it. A carriage return at the end of a line is blank.
@safe
struct DotenvScanner {
  // Safety: lent by whoever made the scanner, for as long as it is used; read within bounds by `next`
  // and `name(from:to:)` alone.
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var line = 1

  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

  /// Judges all lines.
  mutating func assignments() throws(DotenvFault) -> [DotenvAssignment] {
    var found: [DotenvAssignment] = []
    var lines: [SecretName: Int] = [:]
    while skipToAssignment() {
      let assignment = try assignment()
      if let first = lines.updateValue(assignment.line, forKey: assignment.name) {
        throw DotenvFault(.repeatedName(firstLine: first), line: assignment.line)
      }
      found.append(assignment)
    }
    return found
  }

  /// What an escape in double quotes stands for; nil where there is no such escape.
  static func unescaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "n"): UInt8(ascii: "\n")
    case UInt8(ascii: "r"): UInt8(ascii: "\r")
    case UInt8(ascii: "t"): UInt8(ascii: "\t")
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "$"): byte
    default: nil
    }
  }

  private var next: UInt8? { unsafe position < bytes.count ? bytes[position] : nil }

  private static func isBlank(_ byte: UInt8?) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private mutating func skipBlanks() {
    while Self.isBlank(next) { position += 1 }
  }

  /// Goes to the newline that ends the line, or to the end.
  private mutating func skipLine() {
    while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipToAssignment() -> Bool {
    while true {
      skipBlanks()
      switch next {
      case nil: return false
      case UInt8(ascii: "\n"):
        position += 1
        line += 1
      case UInt8(ascii: "#"): skipLine()
      default: return true
      }
    }
  }

  private mutating func assignment() throws(DotenvFault) -> DotenvAssignment {
    let line = line
    skipExport()
    let start = position
    while let byte = next, byte != UInt8(ascii: "="), byte != UInt8(ascii: "\n") { position += 1 }
    guard next == UInt8(ascii: "=") else { throw DotenvFault(.noEqualsSign, line: line) }
    let name = try name(from: start, to: position)
    position += 1
    let value = try value()
    if value.count > SecretInput.limit { throw DotenvFault(.tooLong, line: line) }
    return DotenvAssignment(
      line: line, name: name, range: value.range, isEscaped: value.isEscaped, count: value.count)
  }

  private mutating func skipExport() {
    let start = position
    for byte in "export".utf8 {
      guard next == byte else { return position = start }
      position += 1
    }
    guard Self.isBlank(next) else { return position = start }
    skipBlanks()
  }

  private func name(from start: Int, to limit: Int) throws(DotenvFault) -> SecretName {
    var end = limit
    while end > start, Self.isBlank(unsafe bytes[end - 1]) { end -= 1 }
    // Judged before it is copied: where the quotes are forgotten, this is a line of a value.
    if end - start > 255 { throw DotenvFault(.name(.tooLong), line: line) }
    for index in start..<end where !Self.isNameByte(unsafe bytes[index]) {
      throw DotenvFault(.name(.character(offset: index - start)), line: line)
    }
    let text = unsafe String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    do { return try SecretName(text) } catch {
      // What looks like a name may be a piece of a value: it is not repeated.
      if case .lowerCase = error { throw DotenvFault(.lowerCaseName, line: line) }
      throw DotenvFault(.name(error), line: line)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }

  private typealias Value = (range: Range<Int>, isEscaped: Bool, count: Int)

  private mutating func value() throws(DotenvFault) -> Value {
    let start = position
    skipBlanks()
    switch next {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return try quotedValue()
    default:
      position = start
      return plainValue()
    }
  }

  private mutating func plainValue() -> Value {
    var start = position
    var end = position
    var previous: UInt8?
    while let byte = next, byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "#"), Self.isBlank(previous) { break }
      if !Self.isBlank(byte) {
        if start == end { start = position }
        end = position + 1
      }
      previous = byte
      position += 1
    }
    skipLine()
    return (start..<end, false, end - start)
  }

  private mutating func quotedValue() throws(DotenvFault) -> Value {
    let opening = DotenvFault(.openQuote, line: line)
    let quote = next
    position += 1
    let start = position
    var escapes = 0
    while next != quote {
      guard let byte = next else { throw opening }
      position += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        guard let escape = next else { throw opening }
        if Self.unescaped(escape) == nil { throw DotenvFault(.unknownEscape, line: line) }
        escapes += 1
        position += 1
      }
    }
    let range = start..<position
    position += 1
    try endOfQuoted()
    return (range, escapes > 0, range.count - escapes)
  }

  private mutating func endOfQuoted() throws(DotenvFault) {
    let end = position
    skipBlanks()
    switch next {
    case nil, UInt8(ascii: "\n"): return
    case UInt8(ascii: "#") where position > end: skipLine()
    default: throw DotenvFault(.afterQuote, line: line)
    }
  }
}
