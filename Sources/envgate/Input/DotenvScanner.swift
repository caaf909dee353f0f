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
/// Nothing is expanded. What readers of such files differ about is a mistake: text behind a closing quote, a
/// backtick, `$NAME`, `${NAME}` or `$(` outside single quotes, a carriage return that no newline follows, a NUL. One before a newline belongs to the end of the line, which ``notes`` tells.
/// A byte order mark at the start is passed over.
@safe
struct DotenvScanner {
  /// What some programs put in front of a text in UTF-8.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  // Safety: lent by whoever made the scanner, for as long as it is used; read within bounds by `next`
  // and `name(from:to:)` alone.
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var line = 1
  /// The first line that ends in CR LF, and the first of a value in quotes that holds one.
  private(set) var notes = DotenvNotes()

  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

  /// Judges all lines.
  mutating func assignments() throws(DotenvFault) -> [DotenvAssignment] {
    try begin()
    var found: [DotenvAssignment] = []
    var lines: [SecretName: Int] = [:]
    while try skipToAssignment() {
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

  private var next: UInt8? { byte(at: position) }

  private func byte(at index: Int) -> UInt8? { unsafe index < bytes.count ? bytes[index] : nil }

  /// Passes over a byte order mark, and names what is no text of bytes.
  private mutating func begin() throws(DotenvFault) {
    let start = unsafe Array(bytes.prefix(4))
    // UTF-16 with its mark, and without one as a name in it begins.
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.count == 4 && start.map({ $0 == 0 }) == [false, true, false, true]
      || start.count == 4 && start.map({ $0 == 0 }) == [true, false, true, false]
    {
      throw DotenvFault(.utf16, line: 1)
    }
    if start.starts(with: Self.byteOrderMark) { position = Self.byteOrderMark.count }
    if let place = unsafe bytes.firstIndex(of: 0) {
      let newlines = unsafe bytes[..<place].count { $0 == UInt8(ascii: "\n") }
      throw DotenvFault(.nul, line: newlines + 1)
    }
  }

  private static func isBlank(_ byte: UInt8?) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private mutating func skipBlanks() {
    while Self.isBlank(next) { position += 1 }
  }

  /// Goes to the newline that ends the line, or to the end.
  private mutating func skipLine() throws(DotenvFault) {
    while try !skipCarriageReturn(), let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
  }

  /// Passes over a carriage return that ends the line, or the file; whether there was one.
  private mutating func skipCarriageReturn() throws(DotenvFault) -> Bool {
    guard next == UInt8(ascii: "\r") else { return false }
    position += 1
    if let byte = next, byte != UInt8(ascii: "\n") {
      throw DotenvFault(.carriageReturn, line: line)
    }
    if notes.carriageReturn == nil { notes.carriageReturn = line }
    return true
  }

  private mutating func skipToAssignment() throws(DotenvFault) -> Bool {
    while true {
      skipBlanks()
      _ = try skipCarriageReturn()
      switch next {
      case nil: return false
      case UInt8(ascii: "\n"):
        position += 1
        line += 1
      case UInt8(ascii: "#"): try skipLine()
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
    for index in start..<end where unsafe bytes[index] == UInt8(ascii: "\r") {
      throw DotenvFault(.carriageReturn, line: line)
    }
    if end - start > 255 { throw DotenvFault(.name(.tooLong), line: line) }
    for index in start..<end where !Self.isNameByte(unsafe bytes[index]) {
      throw DotenvFault(.name(.character(offset: index - start)), line: line)
    }
    let text = unsafe String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    do { return try SecretName(text) } catch {
      if case .lowerCase(let upper) = error {
        throw DotenvFault(
          .lowerCaseName(offered: endsInPadding(behind: limit) ? nil : upper), line: line)
      }
      throw DotenvFault(.name(error), line: line)
    }
  }

  /// Whether nothing but `=` stands between the equals sign and the end of the line: what looks like a name may
  /// then be a line of base64, a piece of a value, and is not repeated.
  private func endsInPadding(behind equals: Int) -> Bool {
    var index = equals
    while byte(at: index) == UInt8(ascii: "=") || Self.isBlank(byte(at: index)) { index += 1 }
    switch byte(at: index) {
    case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"): return true
    default: return false
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
      return try plainValue()
    }
  }

  /// Refuses `$NAME`, `${NAME}`, `$(command)` and backticks, which some readers expand or run.
  private func refuseExpansion() throws(DotenvFault) {
    if next == UInt8(ascii: "`") { throw DotenvFault(.backtick, line: line) }
    guard next == UInt8(ascii: "$"), let following = byte(at: position + 1) else { return }
    let isExpanded =
      switch following {
      case UInt8(ascii: "("): true
      case UInt8(ascii: "{"): byte(at: position + 2).map(Self.isNameByte) ?? false
      default: Self.isNameByte(following) && !(0x30...0x39).contains(following)
      }
    if isExpanded { throw DotenvFault(.expansion, line: line) }
  }

  private mutating func plainValue() throws(DotenvFault) -> Value {
    var start = position
    var end = position
    var previous: UInt8?
    while try !skipCarriageReturn(), let byte = next, byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "#"), Self.isBlank(previous) { break }
      try refuseExpansion()
      if !Self.isBlank(byte) {
        if start == end { start = position }
        end = position + 1
      }
      previous = byte
      position += 1
    }
    try skipLine()
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
      if quote == UInt8(ascii: "\"") { try refuseExpansion() }
      position += 1
      if byte == UInt8(ascii: "\r"), next == UInt8(ascii: "\n"), notes.keptCarriageReturn == nil {
        notes.keptCarriageReturn = line
      }
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
    _ = try skipCarriageReturn()
    switch next {
    case nil, UInt8(ascii: "\n"): return
    case UInt8(ascii: "#") where position > end: try skipLine()
    default: throw DotenvFault(.afterQuote, line: line)
    }
  }
}
