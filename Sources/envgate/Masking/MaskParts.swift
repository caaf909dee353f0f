import SecretMemory

/// The parts of a text that a person would call the secret, where the text says by its shape that it has
/// some: fields with names, URLs with a password, base64 of a text.
@safe
enum MaskParts {
  /// `NAME=value` of a dotenv file, `name: value` of YAML, `Name=value` of a connection string.
  @safe
  struct Field {
    // Safety: parts of the text, lent as long as it is.
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer
  }

  /// The shortest value of a field whose name does not say that it is a secret: what is shorter is a port or
  /// a mode, and stands in logs by itself.
  static let leastUnnamed = 8

  private static let secretNames = [
    "pass", "pwd", "secret", "token", "key", "sig", "auth", "cred", "private",
  ]

  static func namesSecret(_ name: UnsafeRawBufferPointer) -> Bool {
    secretNames.contains { word in
      let word = Array(word.utf8)
      return name.indices.contains { start in
        start + word.count <= name.count
          && word.indices.allSatisfy { unsafe name[start + $0] | 0x20 == word[$0] }
      }
    }
  }

  // MARK: Fields

  /// The field that a line is.
  static func field(of line: UnsafeRawBufferPointer) -> Field? {
    var text = unsafe line
    for lead in ["export ", "set ", "- "] where unsafe text.starts(with: lead.utf8) {
      unsafe text = trimmed(UnsafeRawBufferPointer(rebasing: text[lead.utf8.count...]))
    }
    let isQuoted = unsafe text.first.map(ASCIIClass.isQuote) ?? false
    let start = isQuoted ? 1 : 0
    guard let end = unsafe text[start...].firstIndex(where: { !isPartOfName($0) }), end > start
    else { return nil }
    var next = end
    if isQuoted {
      guard unsafe text[end] == text[0] else { return nil }
      next += 1
    }
    while next < text.count, ASCIIClass.isBlank(unsafe text[next]) { next += 1 }
    guard next < text.count else { return nil }
    let sign = unsafe text[next]
    let isColon = sign == UInt8(ascii: ":")
    guard sign == UInt8(ascii: "=") || isColon else { return nil }
    // `a:b` of a URL or a user is no field.
    if isColon, !isQuoted, next + 1 < text.count, !ASCIIClass.isBlank(unsafe text[next + 1]) {
      return nil
    }
    return unsafe Field(
      name: UnsafeRawBufferPointer(rebasing: text[start..<end]),
      value: trimmed(UnsafeRawBufferPointer(rebasing: text[(next + 1)...])))
  }

  /// Lends each field of a line that is nothing but fields: `Server=…;Password=…`, `host=… password=…`, the
  /// query of a URL.
  static func forEachPair(
    of text: UnsafeRawBufferPointer, _ body: (Field) throws -> Void
  ) throws {
    if unsafe text.contains(where: ASCIIClass.isEndOfLine) { return }
    let query = unsafe text.firstIndex(of: UInt8(ascii: "?")).map { $0 + 1 } ?? 0
    let kinds: [(Unicode.Scalar, Int)] = [(";", 0), (" ", 0), ("&", query)]
    for (separator, start) in kinds {
      let line = unsafe trimmed(UnsafeRawBufferPointer(rebasing: text[start...]))
      let parts = unsafe line.split(separator: UInt8(ascii: separator)).map {
        unsafe UnsafeRawBufferPointer(rebasing: $0)
      }
      let isQuery = start > 0
      guard unsafe isQuery || parts.count > 1 else { continue }
      let fields = unsafe parts.compactMap { unsafe pair(trimmed($0)) }
      guard unsafe fields.count == parts.count else { continue }
      for field in fields {
        try body(field)
        try unsafe percentDecoded(field.value) {
          try unsafe body(Field(name: field.name, value: $0))
        }
      }
    }
  }

  private static func pair(_ part: UnsafeRawBufferPointer) -> Field? {
    guard let sign = unsafe part.firstIndex(of: UInt8(ascii: "=")), sign > 0,
      unsafe part[..<sign].allSatisfy({ isPartOfName($0) || $0 == 0x20 })
    else { return nil }
    return unsafe Field(
      name: UnsafeRawBufferPointer(rebasing: part[..<sign]),
      value: UnsafeRawBufferPointer(rebasing: part[(sign + 1)...]))
  }

  /// Lends the value of a field without what its file writes around it.
  static func unquoted(
    _ value: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var text = unsafe value
    while let last = unsafe text.last, last == UInt8(ascii: ",") || last == UInt8(ascii: ";") {
      unsafe text = trimmed(UnsafeRawBufferPointer(rebasing: text.dropLast()))
    }
    guard let quote = unsafe text.first, ASCIIClass.isQuote(quote) else {
      // A comment, as dotenv and YAML have it behind a blank.
      let comment = text.indices.dropFirst().first {
        unsafe text[$0] == UInt8(ascii: "#") && ASCIIClass.isBlank(text[$0 - 1])
      }
      let end = comment ?? text.count
      return try unsafe body(trimmed(UnsafeRawBufferPointer(rebasing: text[..<end])))
    }
    guard let end = unsafe text.dropFirst().lastIndex(of: quote) else {
      return try unsafe body(text)
    }
    if quote == UInt8(ascii: "\"") {
      return try unsafe LooseJSON.string(UnsafeRawBufferPointer(rebasing: text[...end]), body)
    }
    try unsafe body(UnsafeRawBufferPointer(rebasing: text[1..<end]))
  }

  // MARK: URLs

  /// Lends the password of each URL in a text, as it stands there and decoded; where there is a name alone,
  /// as those have it that put a token there, the name if it is long.
  static func forEachPassword(
    of text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    for start in 0..<max(0, text.count - 3)
    where unsafe text[start] == 0x3A && text[start + 1] == 0x2F && text[start + 2] == 0x2F {
      let authority = unsafe text[(start + 3)...].prefix { $0 > 0x20 && !ASCIIClass.isQuote($0) }
      // A slash in a password should be encoded, and often is not.
      let plain = unsafe authority.prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
      let hasSlash = unsafe !plain.contains(0x40)
      guard let end = unsafe (hasSlash ? authority : plain).lastIndex(of: 0x40) else { continue }
      let user = unsafe authority[..<end]
      if let colon = unsafe user.firstIndex(of: 0x3A) {
        if unsafe hasSlash && user[..<colon].contains(0x2F) { continue }
        let password = unsafe UnsafeRawBufferPointer(rebasing: user[(colon + 1)...])
        try unsafe body(password)
        try unsafe percentDecoded(password, body)
      } else if unsafe user.count >= 16 && !hasSlash {
        try unsafe body(UnsafeRawBufferPointer(rebasing: user))
      }
    }
  }

  private static func percentDecoded(
    _ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard unsafe text.contains(UInt8(ascii: "%")) else { return }
    let decoded = try unsafe SecretBuffer(capacity: text.count) { room in
      var (read, written) = (0, 0)
      while read < text.count {
        unsafe room[written] = text[read]
        if unsafe text[read] == UInt8(ascii: "%"), read + 2 < text.count,
          let high = unsafe digit(text[read + 1]), let low = unsafe digit(text[read + 2])
        {
          unsafe room[written] = high << 4 | low
          read += 2
        }
        read += 1
        written += 1
      }
      return written
    }
    // Safety: lent for the call.
    try unsafe decoded.withUnsafeBytes { try unsafe body($0) }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    if ASCIIClass.isDigit(byte) { return byte - 0x30 }
    return ASCIIClass.isHexadecimal(byte) ? (byte | 0x20) - 0x57 : nil
  }

  // MARK: Base64

  /// Lends the text that another one is in base64, as a Kubernetes secret and a docker configuration have
  /// it; of `user:password`, the password too.
  static func decoded(
    _ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var text = unsafe trimmed(text)
    let isBasic = unsafe text.starts(with: "Basic ".utf8)
    if isBasic { unsafe text = trimmed(UnsafeRawBufferPointer(rebasing: text[6...])) }
    guard text.count >= 8, unsafe text.allSatisfy(isPartOfBase64) else { return }
    let decoded = try unsafe SecretBuffer(capacity: text.count) { unsafe decode(text, into: $0) }
    // Safety: lent for the call.
    try unsafe decoded.withUnsafeBytes { bytes in
      guard bytes.count >= MaskPieces.least, unsafe isText(bytes) else { return }
      try unsafe body(bytes)
      if let colon = unsafe bytes.firstIndex(of: 0x3A), unsafe !bytes.contains(0x0A),
        unsafe !bytes.starts(with: "{".utf8)
      {
        try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[(colon + 1)...]))
      }
    }
  }

  private static func isPartOfBase64(_ byte: UInt8) -> Bool {
    ASCIIClass.isBase64(byte) || byte == UInt8(ascii: "=") || ASCIIClass.isEndOfLine(byte)
      || ASCIIClass.isBlank(byte)
  }

  private static func decode(
    _ text: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    var (bits, count, written) = (UInt32(0), 0, 0)
    for index in text.indices {
      let byte = unsafe text[index]
      let value: UInt8
      switch byte {
      case 0x41...0x5A: value = byte - 0x41
      case 0x61...0x7A: value = byte - 0x61 + 26
      case 0x30...0x39: value = byte - 0x30 + 52
      case 0x2B, 0x2D: value = 62
      case 0x2F, 0x5F: value = 63
      default: continue
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      unsafe room[written] = UInt8(truncatingIfNeeded: bits >> UInt32(count))
      written += 1
    }
    return written
  }

  private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if unsafe bytes.contains(where: { $0 < 0x20 && $0 != 0x09 && !ASCIIClass.isEndOfLine($0) }) {
      return false
    }
    var rest = unsafe bytes.makeIterator()
    var decoder = UTF8()
    while true {
      switch unsafe decoder.decode(&rest) {
      case .scalarValue: continue
      case .emptyInput: return true
      case .error: return false
      }
    }
  }

  // MARK: Bytes

  static func trimmed(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    func isSpace(_ byte: UInt8) -> Bool {
      ASCIIClass.isBlank(byte) || ASCIIClass.isEndOfLine(byte)
    }
    guard let first = unsafe line.firstIndex(where: { !isSpace($0) }),
      let last = unsafe line.lastIndex(where: { !isSpace($0) })
    else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeRawBufferPointer(rebasing: line[first...last])
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "_", "-", ".", "/": true
    default: ASCIIClass.isAlphanumeric(byte)
    }
  }
}
