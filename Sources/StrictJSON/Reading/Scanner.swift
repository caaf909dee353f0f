/// Moves through a text token by token and refuses what is none.
struct Scanner {
  let text: JSONText
  private(set) var position = 0
  private let allowsComments: Bool

  init(_ text: JSONText, allowsComments: Bool) throws(JSONFault) {
    self.text = text
    self.allowsComments = allowsComments
    try refuseByteOrderMark()
  }

  var isAtEnd: Bool { position == text.count }

  /// The byte at the position; 0 at the end.
  var current: UInt8 { text.peek(position) }

  mutating func advance() { position += 1 }

  /// RFC 8259, 8.1. UTF-16 without a mark fails at its first zero byte, which no rule takes.
  private func refuseByteOrderMark() throws(JSONFault) {
    switch (text.peek(0), text.peek(1)) {
    case (0xEF, 0xBB), (0xFE, 0xFF), (0xFF, 0xFE): throw JSONFault(.byteOrderMark, at: 0)
    default: return
    }
  }

  mutating func skipSpace() throws(JSONFault) {
    while true {
      switch current {
      case ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: position += 1
      case ASCII.slash where allowsComments && text.peek(position + 1) == ASCII.slash:
        try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONFault) {
    while !isAtEnd {
      switch text[position] {
      case ASCII.lineFeed: return
      case 0x80...: try skipWide()
      default: position += 1
      }
    }
  }

  private mutating func skipWide() throws(JSONFault) {
    let length = text.sequenceLength(at: position)
    guard length > 0 else { throw JSONFault(.invalidUTF8, at: position) }
    position += length
  }

  /// Passes a string whose opening quote is the current byte.
  /// - Returns: whether it has a backslash.
  mutating func skipString() throws(JSONFault) -> Bool {
    position += 1
    var isEscaped = false
    while true {
      while position <= text.count - ByteWord.width {
        let word = text.word(at: position)
        let marks = word.quoteOrBackslash | word.control | word.wide
        guard marks == 0 else {
          position += ByteWord.lanesBefore(marks)
          break
        }
        position += ByteWord.width
      }
      guard !isAtEnd else { throw JSONFault(.unexpectedEnd, at: position) }
      switch text[position] {
      case ASCII.quote:
        position += 1
        return isEscaped
      case ASCII.backslash:
        isEscaped = true
        position += try Escape(text, at: position).length
      case 0..<ASCII.space: throw JSONFault(.controlCharacter, at: position)
      case 0x80...: try skipWide()
      default: position += 1
      }
    }
  }

  /// Passes a number whose minus or first digit is the current byte.
  /// - Returns: whether it has neither fraction nor exponent.
  mutating func skipNumber() throws(JSONFault) -> Bool {
    if current == ASCII.minus { position += 1 }
    if current == ASCII.zero {
      position += 1
      // No zero leads.
      if ASCII.isDigit(current) { throw JSONFault(.invalidNumber, at: position) }
    } else {
      try skipDigits()
    }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try skipDigits()
    }
    if current | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if current == UInt8(ascii: "+") || current == ASCII.minus { position += 1 }
      try skipDigits()
    }
    return isInteger
  }

  private mutating func skipDigits() throws(JSONFault) {
    guard ASCII.isDigit(current) else {
      throw JSONFault(isAtEnd ? .unexpectedEnd : .invalidNumber, at: position)
    }
    while ASCII.isDigit(current) { position += 1 }
  }

  mutating func skipLiteral(_ literal: StaticString) throws(JSONFault) {
    let end = position + literal.utf8CodeUnitCount
    guard end > text.count || !text[position..<end].equals(literal) else {
      position = end
      return
    }
    for index in 0..<literal.utf8CodeUnitCount {
      // Safety: a literal lives for ever, and the index is within it.
      guard current == (unsafe literal.utf8Start[index]) else { throw unexpected() }
      position += 1
    }
  }

  /// The fault of the current byte, where something else has to stand.
  func unexpected() -> JSONFault {
    if isAtEnd { return JSONFault(.unexpectedEnd, at: position) }
    return JSONFault(.unexpectedByte, at: position)
  }
}
