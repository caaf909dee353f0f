import SecretMemory
import StrictJSON

/// What of a value is worth hiding: the value, each line of it, and each leaf of the JSON that it is.
///
/// Lines and leaves are taken apart again, as long as there is something in them: a key of several lines in
/// a JSON object, a JSON text in a string of another. Nothing is shorter than ``least`` bytes: three
/// characters that happen to stand somewhere say nothing, and hiding them would take the log apart.
/// Neither are `true`, `false` and `null` pieces, nor lines of blanks and brackets: hiding these hides
/// everything but the secret (github.com/actions/runner, issue 2232).
enum MaskPieces {
  /// The shortest piece, in bytes.
  static let least = 4

  private static let deepest = 6

  /// Calls `body` with each piece of a value, the value itself first. Some come more than once.
  static func forEach(of value: SecretBuffer, _ body: (UnsafeRawBufferPointer) throws -> Void)
    throws
  {
    // Safety: the value lends its bytes for the call, and nothing keeps them.
    try unsafe value.withUnsafeBytes { bytes in
      if bytes.count >= least { try unsafe body(bytes) }
      try unsafe takeApart(bytes, depth: 0, body)
    }
  }

  private static func piece(
    _ bytes: UnsafeRawBufferPointer, depth: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard bytes.count >= least, unsafe !bytes.allSatisfy(saysNothing) else { return }
    try unsafe body(bytes)
    if depth < deepest { try unsafe takeApart(bytes, depth: depth, body) }
  }

  private static func takeApart(
    _ bytes: UnsafeRawBufferPointer, depth: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // Without what stands around it: a program that prints a line often leaves its indentation out, and
    // with it, the mask follows the indentation.
    var start = 0
    while start < bytes.count {
      let end = unsafe bytes[start...].firstIndex(where: isEndOfLine) ?? bytes.count
      let line = unsafe trimmed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      if line.count < bytes.count { try unsafe piece(line, depth: depth + 1, body) }
      start = end + 1
    }
    let text = unsafe withoutMark(bytes)
    guard let first = unsafe text.first(where: { !isBlank($0) }), isStartOfJSON(first) else {
      return
    }
    var reader = JSONReader()
    do {
      try unsafe reader.read(text) { try unsafe leaves($0, of: text, depth: depth + 1, body) }
    } catch is JSONFault {
      if first == UInt8(ascii: "\"") { return }
      // JSON with comments, a key twice or a comma too many is read by some. Or it is none.
      try unsafe LooseJSON.forEachLeaf(of: text) { try unsafe piece($0, depth: depth + 1, body) }
    }
  }

  /// What stands behind a byte order mark, which some editors put before a text.
  private static func withoutMark(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let hasMark = unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF])
    return unsafe UnsafeRawBufferPointer(rebasing: bytes[(hasMark ? 3 : 0)...])
  }

  private static func leaves(
    _ value: JSONValue, of text: UnsafeRawBufferPointer, depth: Int,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    switch value.kind {
    case .object:
      for (_, member) in try value.object() {
        try unsafe leaves(member, of: text, depth: depth, body)
      }
    case .array:
      for element in try value.array() { try unsafe leaves(element, of: text, depth: depth, body) }
    case .string:
      try unsafe value.secret().withUnsafeBytes { try unsafe piece($0, depth: depth, body) }
    case .number:
      try unsafe piece(UnsafeRawBufferPointer(rebasing: text[value.rawRange]), depth: depth, body)
    case .bool, .null:
      return
    }
  }

  private static func trimmed(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let first = unsafe line.firstIndex(where: { !isBlank($0) }),
      let last = unsafe line.lastIndex(where: { !isBlank($0) })
    else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeRawBufferPointer(rebasing: line[first...last])
  }

  private static func isEndOfLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || isEndOfLine(byte)
  }

  private static func saysNothing(_ byte: UInt8) -> Bool {
    if isBlank(byte) { return true }
    switch Unicode.Scalar(byte) {
    case "{", "}", "[", "]", ",", ":", "\"": return true
    default: return false
    }
  }

  private static func isStartOfJSON(_ byte: UInt8) -> Bool {
    ["{", "[", "\""].contains(Unicode.Scalar(byte))
  }
}
