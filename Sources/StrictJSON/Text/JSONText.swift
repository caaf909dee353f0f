internal import Glibc

/// Bytes that are read, with a bound on every access: a mistake of ours traps, it does not read on.
@safe
struct JSONText {
  // Safety: whoever makes the value lends the bytes for the call in which it does, and no value that
  // holds them is used after that.
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

  @inline(__always)
  var count: Int { unsafe bytes.count }

  @inline(__always)
  subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "beyond the text")
    return unsafe bytes[index]
  }

  /// The byte, or 0 beyond the end, which no rule of the grammar takes.
  @inline(__always)
  func peek(_ index: Int) -> UInt8 { index < count ? self[index] : 0 }

  @inline(__always)
  func word(at index: Int) -> ByteWord {
    precondition(index >= 0 && index <= count - ByteWord.width, "beyond the text")
    return unsafe ByteWord(
      lanes: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
  }

  /// How many bytes from the beginning on are ASCII that stands in a string as it is, in whole blocks of 32.
  /// Most values are so from end to end.
  func plainLength() -> Int {
    var index = 0
    while index <= count - 4 * ByteWord.width {
      let doubts =
        word(at: index).doubts | word(at: index + 8).doubts | word(at: index + 16).doubts
        | word(at: index + 24).doubts
      if doubts != 0 { break }
      index += 4 * ByteWord.width
    }
    return index
  }

  subscript(range: Range<Int>) -> JSONText {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "beyond the text")
    return unsafe JSONText(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }

  func equals(_ other: JSONText) -> Bool {
    guard count == other.count else { return false }
    guard let left = unsafe bytes.baseAddress, let right = unsafe other.bytes.baseAddress else {
      return true
    }
    return unsafe memcmp(left, right, count) == 0
  }

  func equals(_ name: StaticString) -> Bool {
    let size = name.utf8CodeUnitCount
    guard count == size, let start = unsafe bytes.baseAddress else { return count == size }
    return unsafe memcmp(start, name.utf8Start, size) == 0
  }

  /// Lends the bytes, for a copy of them to be made.
  func withUnsafeBytes<Result, Fault: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    try unsafe body(bytes)
  }

  /// The length of the well-formed UTF-8 sequence at `index`, which is not ASCII; 0 where there is none.
  ///
  /// The Unicode Standard, table 3-7: only the second byte has bounds other than 0x80 to 0xBF.
  func sequenceLength(at index: Int) -> Int {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch self[index] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard second.contains(peek(index + 1)) else { return 0 }
    for offset in 2..<max(length, 2) where peek(index + offset) & 0xC0 != 0x80 { return 0 }
    return length
  }
}
