/// Kinds of bytes that the spellings are made of.
enum ASCIIClass {
  @inline(__always)
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= 0x61 && lower <= 0x7A
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66
  }

  /// A digit of base64, of either alphabet.
  @inline(__always)
  static func isBase64(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "+", "/", "-", "_": true
    default: isAlphanumeric(byte)
    }
  }

  @inline(__always)
  static func isEndOfLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// What a shell, a list or a literal of a program closes and opens a text with.
  @inline(__always)
  static func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }
}
