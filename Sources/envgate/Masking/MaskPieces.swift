import SecretMemory
import StrictJSON

/// What of a value is worth hiding: the value, each line of it, each leaf of the JSON that it is, and the
/// parts that a person would call the secret (``MaskParts``): the value of a field, the password of a URL,
/// what base64 stands for.
///
/// Each is taken apart again, as long as there is something in it: a key of several lines in a JSON object,
/// a JSON text in a string of another. Nothing is shorter than ``least`` bytes: three characters that
/// happen to stand somewhere say nothing, and hiding them would take the log apart. Neither are common
/// words pieces (``CommonWord``), nor lines of blanks and brackets, nor what was excepted by name: hiding
/// these hides everything but the secret (github.com/actions/runner, issue 2232). What is not text is one
/// piece.
struct MaskPieces {
  typealias Body = (UnsafeRawBufferPointer) throws -> Void

  /// The shortest piece, in bytes.
  static let least = 4

  private static let deepest = 6

  let except: [String]
  /// The common words that stay readable though they are a value or a part of one.
  private(set) var words: Set<String> = []

  init(except: [String] = []) { self.except = except }

  /// Calls `body` with each piece of a value, the value itself first. Some come more than once.
  mutating func forEach(of value: SecretBuffer, _ body: Body) throws {
    // Safety: the value lends its bytes for the call, and nothing keeps them.
    try unsafe value.withUnsafeBytes { bytes in
      guard bytes.count >= Self.least, unsafe !bytes.allSatisfy(Self.saysNothing),
        unsafe !isCommon(bytes)
      else { return }
      try unsafe body(bytes)
      try unsafe takeApart(bytes, depth: 0, body)
    }
  }

  private mutating func piece(_ bytes: UnsafeRawBufferPointer, depth: Int, _ body: Body) throws {
    guard bytes.count >= Self.least, unsafe !bytes.allSatisfy(Self.saysNothing),
      unsafe !Self.isRule(bytes),
      unsafe !isCommon(bytes)
    else { return }
    try unsafe body(bytes)
    if depth < Self.deepest { try unsafe takeApart(bytes, depth: depth, body) }
  }

  private mutating func isCommon(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let word = unsafe CommonWord.equal(to: bytes) else { return false }
    words.insert(word)
    return true
  }

  private mutating func takeApart(
    _ bytes: UnsafeRawBufferPointer, depth: Int, _ body: Body
  ) throws {
    if unsafe bytes.contains(where: Self.isBinary) { return }
    // Without what stands around it: a program that prints a line often leaves its indentation out, and
    // with it, the mask follows the indentation.
    var start = 0
    while start < bytes.count {
      let end = unsafe bytes[start...].firstIndex(where: ASCIIClass.isEndOfLine) ?? bytes.count
      let line = unsafe MaskParts.trimmed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      start = end + 1
      let field = unsafe MaskParts.field(of: line)
      if let field, unsafe isExcepted(field.name) { continue }
      if line.count < bytes.count {
        try unsafe piece(line, depth: depth + 1, body)
      } else if let field {
        try unsafe take(field, depth: depth + 1, body)
      }
    }
    try unsafe MaskParts.forEachPair(of: bytes) { try unsafe take($0, depth: depth + 1, body) }
    try unsafe MaskParts.forEachPassword(of: bytes) { try unsafe piece($0, depth: depth + 1, body) }
    try unsafe MaskParts.decoded(bytes) { try unsafe piece($0, depth: depth + 1, body) }
    try unsafe takeApartJSON(Self.withoutMark(bytes), depth: depth + 1, body)
  }

  /// The value of a field, if its name or its length says that it may be a secret.
  private mutating func take(_ field: MaskParts.Field, depth: Int, _ body: Body) throws {
    if unsafe isExcepted(field.name) { return }
    if unsafe field.value.count < MaskParts.leastUnnamed {
      guard unsafe MaskParts.namesSecret(field.name) else { return }
    }
    try unsafe MaskParts.unquoted(field.value) { try unsafe piece($0, depth: depth, body) }
  }

  private func isExcepted(_ name: UnsafeRawBufferPointer) -> Bool {
    except.contains { unsafe $0.utf8.elementsEqual(name) }
  }

  // MARK: JSON

  private mutating func takeApartJSON(
    _ text: UnsafeRawBufferPointer, depth: Int, _ body: Body
  ) throws {
    guard let first = unsafe text.first(where: { !Self.isSpace($0) }), Self.isStartOfJSON(first)
    else { return }
    var reader = JSONReader()
    do {
      try unsafe reader.read(text) { try unsafe leaves($0, of: text, depth: depth, body) }
    } catch is JSONFault {
      if first == UInt8(ascii: "\"") { return }
      // JSON with comments, a key twice or a comma too many is read by some. Or it is none.
      try unsafe LooseJSON.forEachLeaf(of: text) { key, leaf in
        if unsafe key.map({ unsafe isExcepted($0) }) ?? false { return }
        try unsafe piece(leaf, depth: depth, body)
      }
    }
  }

  private mutating func leaves(
    _ value: JSONValue, of text: UnsafeRawBufferPointer, depth: Int, _ body: Body
  ) throws {
    switch value.kind {
    case .object:
      for (key, member) in try value.object() where !except.contains(key) {
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

  /// What stands behind a byte order mark, which some editors put before a text.
  private static func withoutMark(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let hasMark = unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF])
    return unsafe UnsafeRawBufferPointer(rebasing: bytes[(hasMark ? 3 : 0)...])
  }

  // MARK: Bytes

  /// What no text has: control characters beside those that set lines, tabs and colours.
  private static func isBinary(_ byte: UInt8) -> Bool {
    byte < 0x07 || byte >= 0x0E && byte < 0x20 && byte != 0x1B
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    ASCIIClass.isBlank(byte) || ASCIIClass.isEndOfLine(byte)
  }

  private static func saysNothing(_ byte: UInt8) -> Bool {
    if isSpace(byte) { return true }
    switch Unicode.Scalar(byte) {
    case "{", "}", "[", "]", ",", ":", "\"": return true
    default: return false
    }
  }

  /// A line of one sign over and over, as logs draw it.
  private static func isRule(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = unsafe bytes.first, first < 0x80, !ASCIIClass.isAlphanumeric(first) else {
      return false
    }
    return unsafe bytes.allSatisfy { $0 == first }
  }

  private static func isStartOfJSON(_ byte: UInt8) -> Bool {
    ["{", "[", "\""].contains(Unicode.Scalar(byte))
  }
}
