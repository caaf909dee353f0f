/// One escape of a string (RFC 8259, 7), a surrogate pair being one.
struct Escape {
  let scalar: UInt32
  /// Bytes that it takes in the text.
  let length: Int

  /// Reads the escape whose backslash stands at `index`.
  init(_ text: JSONText, at index: Int) throws(JSONFault) {
    guard index + 1 < text.count else { throw JSONFault(.unexpectedEnd, at: text.count) }
    (scalar, length) =
      text[index + 1] == UInt8(ascii: "u")
      ? try Self.hexadecimal(text, at: index) : (try Self.short(text, at: index), 2)
  }

  private static func short(_ text: JSONText, at index: Int) throws(JSONFault) -> UInt32 {
    switch text[index + 1] {
    case ASCII.quote, ASCII.backslash, ASCII.slash: UInt32(text[index + 1])
    case UInt8(ascii: "b"): UInt32(ASCII.backspace)
    case UInt8(ascii: "f"): UInt32(ASCII.formFeed)
    case UInt8(ascii: "n"): UInt32(ASCII.lineFeed)
    case UInt8(ascii: "r"): UInt32(ASCII.carriageReturn)
    case UInt8(ascii: "t"): UInt32(ASCII.tab)
    default: throw JSONFault(.invalidEscape, at: index)
    }
  }

  private static func hexadecimal(
    _ text: JSONText, at index: Int
  ) throws(JSONFault) -> (scalar: UInt32, length: Int) {
    let unit = try codeUnit(text, at: index)
    switch unit {
    case 0xD800...0xDBFF:
      guard text.peek(index + 6) == ASCII.backslash, text.peek(index + 7) == UInt8(ascii: "u")
      else { throw JSONFault(.loneSurrogate, at: index) }
      let low = try codeUnit(text, at: index + 6)
      guard (0xDC00...0xDFFF).contains(low) else { throw JSONFault(.loneSurrogate, at: index) }
      return (0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00), 12)
    case 0xDC00...0xDFFF: throw JSONFault(.loneSurrogate, at: index)
    default: return (unit, 6)
    }
  }

  private static func codeUnit(_ text: JSONText, at index: Int) throws(JSONFault) -> UInt32 {
    var unit: UInt32 = 0
    for position in index + 2..<index + 6 {
      guard position < text.count else { throw JSONFault(.unexpectedEnd, at: text.count) }
      let byte = text[position]
      let digit: UInt8
      switch byte {
      case ASCII.zero...ASCII.nine: digit = byte - ASCII.zero
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw JSONFault(.invalidEscape, at: index)
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// The scalar in UTF-8, the first byte lowest.
  var encoded: (bytes: UInt32, count: Int) {
    let tail = 0x80 | scalar & 0x3F
    let second = 0x80 | scalar >> 6 & 0x3F
    let third = 0x80 | scalar >> 12 & 0x3F
    return switch scalar {
    case 0..<0x80: (scalar, 1)
    case 0x80..<0x800: (0xC0 | scalar >> 6 | tail << 8, 2)
    case 0x800..<0x1_0000: (0xE0 | scalar >> 12 | second << 8 | tail << 16, 3)
    default: (0xF0 | scalar >> 18 | third << 8 | second << 16 | tail << 24, 4)
    }
  }
}
