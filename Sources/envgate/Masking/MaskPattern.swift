import Glibc

/// A piece of a value as a program may have coded it: its own bytes, or the digits of base64 that depend on
/// it alone.
///
/// Digits are computed when they are asked for: three alignments of a large value would take four times its
/// memory. Whoever made this value lends the bytes for as long as it lives.
@safe
struct MaskPattern {
  /// How the piece is coded.
  enum Code: UInt8, CaseIterable {
    case plain
    /// Base64 (RFC 4648, 4 and 5) of a text in which so many other bytes stand before the piece, modulo 3.
    case base64, base64Behind1, base64Behind2

    fileprivate var before: Int { self == .plain ? 0 : Int(rawValue) - 1 }
  }

  /// The shortest base64 that is found across ends of lines: of less, ordinary text has too much.
  static let leastBroken = 8

  // Safety: `bytes` of them, lent by the maker.
  private let base: UnsafePointer<UInt8>
  private let bytes: Int
  private let before: Int
  /// The first digit that no byte before the piece has a part in.
  private let first: Int
  let isBase64: Bool
  /// How many characters it has: bytes, or digits.
  let count: Int

  init(_ base: UnsafePointer<UInt8>, bytes: Int, _ code: Code) {
    unsafe self.base = base
    self.bytes = bytes
    isBase64 = code != .plain
    before = code.before
    first = (before * 8 + 5) / 6
    count = isBase64 ? max(0, (before + bytes) * 8 / 6 - first) : bytes
  }

  @inline(__always)
  subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "beyond the pattern")
    // Safety: within the piece.
    return isBase64 ? digit(first + index) : unsafe base[index]
  }

  private func digit(_ position: Int) -> UInt8 {
    let bit = position * 6 - before * 8
    let place = bit >> 3
    // Safety: the last digit ends within the piece.
    let high = UInt16(unsafe base[place]) << 8
    let low = place + 1 < bytes ? UInt16(unsafe base[place + 1]) : 0
    let value = UInt8(truncatingIfNeeded: (high | low) >> UInt16(10 - bit & 7) & 0x3F)
    switch value {
    case 0..<26: return 0x41 + value
    case 26..<52: return 0x61 + value - 26
    case 52..<62: return 0x30 + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }

  /// How many bytes of the pattern stand in a text as they are, from the pattern's first on; nil where
  /// another byte comes before either ends.
  func literal(in text: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    if isBase64 { return nil }
    let here = min(bytes, count)
    // Safety: both are that long.
    return unsafe memcmp(text, base, here) == 0 ? here : nil
  }

  /// A character that is longer than a byte, with its length, where one begins (`forwards`) or ends.
  func character(at index: Int, forwards: Bool) -> (value: UInt32, length: Int)? {
    if isBase64 { return nil }
    if forwards { return character(from: index) }
    for length in 2...4 where index >= length {
      if self[index - length] & 0xC0 == 0x80 { continue }
      guard let found = character(from: index - length), found.length == length else { return nil }
      return found
    }
    return nil
  }

  private func character(from start: Int) -> (value: UInt32, length: Int)? {
    let head = self[start]
    guard head >= 0xC2, head < 0xF5 else { return nil }
    let length = head < 0xE0 ? 2 : head < 0xF0 ? 3 : 4
    guard start + length <= count else { return nil }
    var value = UInt32(head) & (0x7F >> UInt32(length))
    for index in start + 1..<start + length {
      guard self[index] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(self[index] & 0x3F)
    }
    return Unicode.Scalar(value) == nil ? nil : (value, length)
  }
}
