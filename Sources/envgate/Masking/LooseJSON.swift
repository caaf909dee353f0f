import SecretMemory
import StrictJSON

/// The leaves of a text that means to be JSON and is not, strictly: its strings that are no keys, and its
/// numbers.
enum LooseJSON {
  /// Calls `body` with each, behind the key that stood before it: a string decoded where that can be done, a
  /// number as it stands.
  static func forEachLeaf(
    of text: UnsafeRawBufferPointer,
    _ body: (_ key: UnsafeRawBufferPointer?, _ leaf: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var place = 0
    var key: UnsafeRawBufferPointer?
    while place < text.count {
      let start = place
      let byte = unsafe text[place]
      if byte == quote {
        place = unsafe endOfString(text, from: place)
        let literal = unsafe UnsafeRawBufferPointer(rebasing: text[start..<place])
        if unsafe isKey(text, endingAt: place) {
          unsafe key = UnsafeRawBufferPointer(rebasing: literal.dropFirst().dropLast())
        } else {
          try unsafe string(literal) { try unsafe body(key, $0) }
        }
      } else if byte == UInt8(ascii: "-") || ASCIIClass.isAlphanumeric(byte) {
        while place < text.count, unsafe isPartOfNumber(text[place]) { place += 1 }
        if !ASCIIClass.isLetter(byte) {
          try unsafe body(key, UnsafeRawBufferPointer(rebasing: text[start..<place]))
        }
      } else {
        place += 1
      }
    }
  }

  private static let quote = UInt8(ascii: "\"")

  private static func endOfString(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var place = start + 1
    while place < text.count {
      let byte = unsafe text[place]
      place += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == quote { break }
    }
    return min(place, text.count)
  }

  private static func isKey(_ text: UnsafeRawBufferPointer, endingAt end: Int) -> Bool {
    let next = unsafe text[end...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return next == UInt8(ascii: ":")
  }

  /// Lends a string decoded, or what stands between its quotes where it cannot be.
  static func string(
    _ literal: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var reader = JSONReader()
    let value: SecretBuffer
    do { value = try unsafe reader.read(literal) { try $0.secret() } } catch is JSONFault {
      let isClosed = unsafe literal.count > 1 && literal.last == quote
      let end = literal.count - (isClosed ? 1 : 0)
      return try unsafe body(UnsafeRawBufferPointer(rebasing: literal[1..<end]))
    }
    // Safety: lent for the call.
    try unsafe value.withUnsafeBytes { try unsafe body($0) }
  }

  /// Letters too, so that a word ends where it ends and no digit in it passes for a number.
  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    ASCIIClass.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".")
  }
}
