/// The ways in which programs write a character that they do not write as it is.
///
/// Shells, the literals and dumps of programming languages, JSON, XML and HTML, URLs, quoted-printable,
/// `cat -v`. What stands here is one level; that `\n` may be `\\n`, and `&lt;` `&amp;lt;`, is for
/// ``MaskReader`` to know, which reads the characters of a spelling as it reads those of a value.
enum MaskSpelling {
  /// One of them. Letters count as alike in both cases.
  struct Token {
    private(set) var bytes = InlineArray<16, UInt8>(repeating: 0)
    private(set) var count = 0

    init(_ text: StaticString = "") { put(text) }

    fileprivate mutating func put(_ byte: UInt8) {
      bytes[count] = byte
      count += 1
    }

    private mutating func put(_ text: StaticString) {
      // Safety: a literal's bytes live as long as the process.
      text.withUTF8Buffer { for index in $0.indices { put(unsafe $0[index]) } }
    }

    fileprivate func with(_ byte: UInt8) -> Token {
      var token = self
      token.put(byte)
      return token
    }

    fileprivate func with(_ text: StaticString) -> Token {
      var token = self
      token.put(text)
      return token
    }

    /// With the digits of a number behind it, at least so many.
    fileprivate func with(_ value: UInt32, radix: UInt32, least: Int = 1) -> Token {
      var token = self
      var power: UInt32 = 1
      var digits = 1
      while value / power >= radix || digits < least {
        power *= radix
        digits += 1
      }
      while power > 0 {
        let digit = UInt8(value / power % radix)
        token.put(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        power /= radix
      }
      return token
    }
  }

  /// What is written.
  struct Subject: Equatable {
    let value: UInt32
    /// Whether it is one byte of a character of several, or of none at all.
    var isByte = false
  }

  /// How many ways there are, and the character that each begins with; 0: any.
  static let ways = 23
  static func lead(of way: Int) -> UInt8 {
    switch way {
    case 8, 9: UInt8(ascii: "%")
    case 10...14: UInt8(ascii: "&")
    case 15: UInt8(ascii: "=")
    case 16: UInt8(ascii: "^")
    case 17...19: 0
    default: 0x5C
    }
  }

  /// What stands behind a lead where it was spelled by its own kind.
  static func tails(of lead: UInt8) -> [StaticString] {
    switch Unicode.Scalar(lead) {
    case "%": ["25"]
    case "&": ["amp;", "#38;", "#x26;"]
    case "\\": ["134", "x5c", "u005c"]
    case "=": ["3d"]
    default: []
    }
  }

  /// The spelling of a character in one of the ways; nil where there is none.
  static func token(_ way: Int, of subject: Subject) -> Token? {
    let value = subject.value
    let isShort = value < 0x100
    switch way {
    case 0: return utf16(value, "\\u")
    case 1: return isShort ? Token("\\x").with(value, radix: 16, least: 2) : nil
    case 2: return Token("\\x{").with(value, radix: 16).with("}")
    case 3: return Token("\\u{").with(value, radix: 16).with("}")
    case 4: return Token("\\U").with(value, radix: 16, least: 8)
    case 5: return isShort ? Token("\\").with(value, radix: 8, least: 3) : nil
    case 6: return value < 0x40 ? Token("\\").with(value, radix: 8) : nil
    case 7: return letter(value).map { Token("\\").with($0) }
    case 8: return isShort ? Token("%").with(value, radix: 16, least: 2) : nil
    case 9: return utf16(value, "%u")
    case 10: return Token("&#").with(value, radix: 10).with(";")
    case 11: return value < 100 ? Token("&#").with(value, radix: 10, least: 3).with(";") : nil
    case 12: return Token("&#x").with(value, radix: 16).with(";")
    case 13: return Token("&#x").with(value, radix: 16, least: 4).with(";")
    case 14: return HTMLEntity.name(of: value).map { Token("&").with($0).with(";") }
    case 15: return isShort ? Token("=").with(value, radix: 16, least: 2) : nil
    case 16: return subject.isByte ? nil : control(value).map { Token("^").with($0) }
    case 17: return subject.isByte ? meta(UInt8(value)) : nil
    case 18: return value == 0x20 ? Token("+") : nil
    // Latin-1.
    case 19:
      return !subject.isByte && value >= 0xA0 && isShort ? Token().with(UInt8(value)) : nil
    case 22: return subject.isByte ? nil : control(value).map { Token("\\C-").with($0) }
    case 20: return Token("\\N{U+").with(value, radix: 16).with("}")
    default: return lone(subject)
    }
  }

  private static func utf16(_ value: UInt32, _ lead: StaticString) -> Token {
    if value < 0x10000 { return Token(lead).with(value, radix: 16, least: 4) }
    let rest = value - 0x10000
    return Token(lead).with(0xD800 + rest >> 10, radix: 16)
      .with(lead).with(0xDC00 + rest & 0x3FF, radix: 16)
  }

  /// What Python makes of a byte that is no UTF-8 (PEP 383); a control character with one digit.
  private static func lone(_ subject: Subject) -> Token? {
    if subject.isByte { return Token("\\udc").with(subject.value, radix: 16, least: 2) }
    return subject.value < 0x10 ? Token("\\x").with(subject.value, radix: 16) : nil
  }

  /// The letter behind a backslash, as C and the shells have it.
  private static func letter(_ value: UInt32) -> UInt8? {
    switch value {
    case 0x07: UInt8(ascii: "a")
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0B: UInt8(ascii: "v")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    case 0x1B: UInt8(ascii: "e")
    default: nil
    }
  }

  /// The character behind a caret.
  private static func control(_ value: UInt32) -> UInt8? {
    value < 0x20 || value == 0x7F ? UInt8(value) ^ 0x40 : nil
  }

  private static func meta(_ byte: UInt8) -> Token {
    let low = byte & 0x7F
    guard let control = control(UInt32(low)) else { return Token("M-").with(low) }
    return Token("M-^").with(control)
  }

  /// Whether a spelling of an ASCII character may begin with it: then it is looked for before the character.
  static func isLead(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "\\", "%", "&", "=": true
    default: false
    }
  }

  /// Whether a spelling may begin with this byte.
  static func canBegin(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "\\", "%", "&", "=", "^", "+", "M", "m": true
    default: byte >= 0x80
    }
  }
}
