/// How programs write a piece of a value into their output: the piece, or one of its encodings.
///
/// Each function writes a form and returns its length. The caller lends `mostBytes` of the piece's length,
/// and drops a form that it has already: for most pieces most of them are the same.
enum MaskForms {
  /// How much room a form of so many bytes takes at most.
  static func mostBytes(_ count: Int) -> Int { count * 7 + 8 }

  // MARK: JSON

  /// One of the ways in which writers of JSON escape.
  struct JSONStyle {
    /// `\/` for a slash.
    var slash = false
    /// `\uXXXX` for what is not ASCII.
    var wide = false
    /// Whether the digits of `\uXXXX` are upper-case.
    var upper = false
    /// Characters that are written as `\uXXXX`, though they need not be.
    var also: [UInt8] = []
  }

  /// RFC 8259 as most write it; PHP; Python's `ensure_ascii`; Go, which minds HTML; Gson, which minds more of
  /// it; .NET, which minds most.
  static let jsonStyles: [JSONStyle] = [
    JSONStyle(), JSONStyle(upper: true), JSONStyle(slash: true),
    JSONStyle(wide: true), JSONStyle(wide: true, upper: true), JSONStyle(slash: true, wide: true),
    JSONStyle(also: Array("<>&".utf8)), JSONStyle(also: Array("<>&='".utf8)),
    JSONStyle(wide: true, upper: true, also: Array("\"&'+<>`".utf8)),
  ]

  /// - Parameter outer: how it is escaped once more, as a text of JSON within JSON: a request that a
  ///   structured log quotes.
  static func json(
    _ piece: UnsafeRawBufferPointer, _ style: JSONStyle, within outer: JSONStyle? = nil,
    into target: UnsafeMutableRawBufferPointer
  ) -> Int {
    // Safety: no character takes more than seven bytes for each of its own, which is what the caller lends.
    var form = unsafe FormWriter(target, upper: style.upper, within: outer)
    if style.wide, unsafe isUTF8(piece) {
      unsafe decode(piece) { scalar in
        for unit in UTF16.width(scalar) == 1
          ? [UInt16(scalar.value)] : [UTF16.leadSurrogate(scalar), UTF16.trailSurrogate(scalar)]
        { form.json(unit, style) }
      }
    } else {
      for index in piece.indices { form.json(UInt16(unsafe piece[index]), style) }
    }
    return form.count
  }

  private static func isUTF8(_ piece: UnsafeRawBufferPointer) -> Bool {
    unsafe decode(piece) { _ in }
  }

  /// Goes through the characters of UTF-8 without a copy of them; false where it is none.
  @discardableResult
  private static func decode(
    _ piece: UnsafeRawBufferPointer, _ body: (Unicode.Scalar) -> Void
  ) -> Bool {
    var rest = unsafe piece.makeIterator()
    var decoder = UTF8()
    while true {
      switch unsafe decoder.decode(&rest) {
      case .scalarValue(let scalar): body(scalar)
      case .emptyInput: return true
      case .error: return false
      }
    }
  }

  // MARK: URLs

  /// One of the ways in which programs percent-encode.
  struct URLStyle {
    /// What stays as it is, beside letters and digits.
    var safe: [UInt8]
    /// `+` for a blank.
    var plus = false
    /// Whether the digits are upper-case.
    var upper = true
  }

  /// RFC 3986, 2.3; JavaScript's `encodeURIComponent`; Python's `quote`; forms (WHATWG URL, 5.2); each with
  /// digits of both kinds. Then what leaves more as it is, in a part of a URL that allows it: PHP's
  /// `urlencode`; Go's password, path segment and path; a password and a query of WHATWG URL (1.3);
  /// JavaScript's `encodeURI`.
  static let urlStyles: [URLStyle] =
    [
      ("-._~", false), ("-._~", true), ("-._~!'()*", false), ("-._~/", false), ("-._*", true),
    ].flatMap { safe, plus in
      [true, false].map { URLStyle(safe: Array(safe.utf8), plus: plus, upper: $0) }
    }
    + [
      ("-._", true), ("-._~$&+,;=", false), ("-._~$&+:=@", false), ("-._~$&+,/:;=@", false),
      ("-._~!$%&'()*+,", false), ("-._~!$%&()*+,/:;=?@[\\]^`{|}", false),
      ("-._~!'()*;/?:@&=+$,#", false),
    ].map { URLStyle(safe: Array($0.utf8), plus: $1) }

  static func url(
    _ piece: UnsafeRawBufferPointer, _ style: URLStyle, into target: UnsafeMutableRawBufferPointer
  ) -> Int {
    // Safety: three bytes for each are within what the caller lends.
    var form = unsafe FormWriter(target, upper: style.upper)
    for index in piece.indices {
      let byte = unsafe piece[index]
      if ASCIIClass.isAlphanumeric(byte) || style.safe.contains(byte) {
        form.put(byte)
      } else if byte == 0x20, style.plus {
        form.put(UInt8(ascii: "+"))
      } else {
        form.put(UInt8(ascii: "%"))
        form.hex(UInt16(byte), digits: 2)
      }
    }
    return form.count
  }

  // MARK: Base64

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Base64 (RFC 4648, 4 and 5) of the piece behind `before` other bytes, `before` being 0 to 2: the
  /// characters that depend on the piece alone, whatever stands around it in the text that was encoded.
  static func base64(
    _ piece: UnsafeRawBufferPointer, before: Int, forURLs: Bool,
    into target: UnsafeMutableRawBufferPointer
  ) -> Int {
    // Safety: fewer than two bytes for each.
    var form = unsafe FormWriter(target, upper: false)
    let first = (before * 8 + 5) / 6
    let last = (before + piece.count) * 8 / 6
    for position in first..<max(first, last) {
      let bit = position * 6 - before * 8
      let high = UInt16(unsafe piece[bit / 8]) << 8
      let low = bit / 8 + 1 < piece.count ? UInt16(unsafe piece[bit / 8 + 1]) : 0
      let digit = digits[Int((high | low) >> UInt16(10 - bit % 8) & 0x3F)]
      switch digit {
      case UInt8(ascii: "+") where forURLs: form.put(UInt8(ascii: "-"))
      case UInt8(ascii: "/") where forURLs: form.put(UInt8(ascii: "_"))
      default: form.put(digit)
      }
    }
    return form.count
  }
}

/// Writes a form into memory that somebody lends.
@safe
private struct FormWriter {
  // Safety: lent by the caller of the function that makes this value, which does not outlive it.
  private let target: UnsafeMutableRawBufferPointer
  private let digits: [UInt8]
  private let outer: MaskForms.JSONStyle?
  private(set) var count = 0

  /// - Parameter outer: a style of JSON in which the form, being JSON itself, is escaped once more.
  init(
    _ target: UnsafeMutableRawBufferPointer, upper: Bool, within outer: MaskForms.JSONStyle? = nil
  ) {
    unsafe self.target = target
    self.outer = outer
    digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
  }

  mutating func put(_ byte: UInt8) {
    precondition(count < (unsafe target.count), "no room for the form")
    unsafe target[count] = byte
    count += 1
  }

  mutating func hex(_ value: UInt16, digits wanted: Int) {
    for place in (0..<wanted).reversed() { put(digits[Int(value >> UInt16(place * 4) & 0xF)]) }
  }

  /// A byte that stays one, or a unit of UTF-16.
  mutating func json(_ unit: UInt16, _ style: MaskForms.JSONStyle) {
    json(unit, style, within: outer)
  }

  private mutating func json(
    _ unit: UInt16, _ style: MaskForms.JSONStyle, within outer: MaskForms.JSONStyle?
  ) {
    guard let byte = UInt8(exactly: unit), !(style.wide && byte >= 0x80) else {
      return unicode(unit, within: outer)
    }
    if style.also.contains(byte) { return unicode(unit, within: outer) }
    switch byte {
    case 0x22, 0x5C: escape(byte, within: outer)
    case 0x2F where style.slash: escape(byte, within: outer)
    case 0x08: escape(UInt8(ascii: "b"), within: outer)
    case 0x09: escape(UInt8(ascii: "t"), within: outer)
    case 0x0A: escape(UInt8(ascii: "n"), within: outer)
    case 0x0C: escape(UInt8(ascii: "f"), within: outer)
    case 0x0D: escape(UInt8(ascii: "r"), within: outer)
    case 0..<0x20: unicode(unit, within: outer)
    default: put(byte, within: outer)
    }
  }

  private mutating func unicode(_ unit: UInt16, within outer: MaskForms.JSONStyle?) {
    escape(UInt8(ascii: "u"), within: outer)
    // Digits are letters and digits, which nobody escapes.
    hex(unit, digits: 4)
  }

  private mutating func escape(_ byte: UInt8, within outer: MaskForms.JSONStyle?) {
    put(0x5C, within: outer)
    put(byte, within: outer)
  }

  private mutating func put(_ byte: UInt8, within outer: MaskForms.JSONStyle?) {
    if let outer { json(UInt16(byte), outer, within: nil) } else { put(byte) }
  }
}

/// Kinds of bytes that the forms are made of.
enum ASCIIClass {
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  /// A digit of base64, of either alphabet.
  static func isBase64(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "+", "/", "-", "_": true
    default: isAlphanumeric(byte)
    }
  }
}
