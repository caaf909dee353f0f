/// Why a text is not what it should be, and at which byte.
///
/// Invariant (`no-echo`): code, offset and words of our own schema; never content of the text.
public struct JSONFault: Error, Hashable, Sendable {
  /// A stable word for each kind of fault.
  public enum Code: String, Sendable, CaseIterable {
    case empty
    case unexpectedByte = "unexpected_byte"
    case unexpectedEnd = "unexpected_end"
    case trailingGarbage = "trailing_garbage"
    case byteOrderMark = "byte_order_mark"
    case tooDeep = "too_deep"
    case tooLong = "too_long"
    case duplicateKey = "duplicate_key"
    case invalidUTF8 = "invalid_utf8"
    case invalidEscape = "invalid_escape"
    case loneSurrogate = "lone_surrogate"
    case controlCharacter = "control_character"
    case invalidNumber = "invalid_number"
    case invalidBase64 = "invalid_base64"
    case wrongType = "wrong_type"
    case missingMember = "missing_member"
    case unknownMember = "unknown_member"
    case outOfRange = "out_of_range"
  }

  /// What is wrong.
  public var code: Code
  /// The byte, counted from 0.
  public var offset: Int
  /// The member or type of our own schema that was expected, where that helps.
  public var detail: String?

  /// Makes a fault.
  public init(_ code: Code, at offset: Int, _ detail: String? = nil) {
    self.code = code
    self.offset = offset
    self.detail = detail
  }

  /// The line and column of the fault in a file, both from 1; a column counts bytes.
  public func position(in text: UnsafeRawBufferPointer) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    // Safety: the caller lends the text for this call; the offset is held within it.
    for index in 0..<min(offset, text.count) {
      if unsafe text[index] == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return (line, column)
  }
}
