/// Checks a text against the grammar and lays its tape; no recursion, so depth costs nothing but a count.
///
/// Safe to use: it reads the caller's bytes within their count only, for as long as they are lent.
@safe
struct Parser {
  private let bytes: UnsafeRawBufferPointer
  private let size: Int
  private let options: JSONOptions
  private let tape: Tape
  private var position = 0
  private var open: [Int] = []

  init(_ bytes: UnsafeRawBufferPointer, options: JSONOptions, tape: Tape) {
    unsafe self.bytes = bytes
    size = bytes.count
    self.options = options
    self.tape = tape
  }

  mutating func parse() throws(JSONFault) {
    tape.nodes.removeAll(keepingCapacity: true)
    if size >= 2 {
      let first = (unsafe bytes[0], unsafe bytes[1])
      if first == (0xFE, 0xFF) || first == (0xFF, 0xFE) || first == (0xEF, 0xBB) {
        throw JSONFault(.byteOrderMark, at: 0)
      }
    }
    try skipSpace()
    if position == size { throw JSONFault(.empty, at: position) }
    try value()
    while let container = open.last { try step(in: container) }
    try skipSpace()
    if position < size { throw JSONFault(.trailingGarbage, at: position) }
  }

  /// The next thing inside the innermost container: a value, a member, or its end.
  private mutating func step(in container: Int) throws(JSONFault) {
    try skipSpace()
    let isObject = tape.nodes[container].kind == .object
    let isFirst = tape.nodes.count == container + 1
    guard let byte = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
    if byte == (isObject ? 0x7D : 0x5D) {
      position += 1
      close(container)
      if isObject { try refuseDuplicates(container) }
      return
    }
    if !isFirst {
      guard byte == 0x2C else { throw JSONFault(.unexpectedByte, at: position) }
      position += 1
      try skipSpace()
    }
    if isObject {
      guard let quote = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
      guard quote == 0x22 else { throw JSONFault(.unexpectedByte, at: position) }
      let key = tape.nodes.count
      try string(.key)
      try skipSpace()
      guard let colon = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
      guard colon == 0x3A else { throw JSONFault(.unexpectedByte, at: position) }
      position += 1
      tape.nodes[key].next = Int32(key + 1)
      try skipSpace()
    }
    try value()
  }

  private mutating func close(_ container: Int) {
    open.removeLast()
    tape.nodes[container].end = Int32(position)
    tape.nodes[container].next = Int32(tape.nodes.count)
  }

  private mutating func value() throws(JSONFault) {
    guard let byte = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
    switch byte {
    case 0x7B, 0x5B:
      if open.count == options.mostDepth { throw JSONFault(.tooDeep, at: position) }
      open.append(tape.nodes.count)
      tape.nodes.append(
        Node(kind: byte == 0x7B ? .object : .array, start: Int32(position), end: 0))
      position += 1
    case 0x22: try string(.string)
    case 0x74: try word("true", .yes)
    case 0x66: try word("false", .no)
    case 0x6E: try word("null", .null)
    case 0x2D, 0x30...0x39: try number()
    default: throw JSONFault(.unexpectedByte, at: position)
    }
  }

  private mutating func word(_ word: StaticString, _ kind: Node.Kind) throws(JSONFault) {
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard let byte = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
      // Safety: a static string lives for ever and the index is within it.
      guard byte == (unsafe word.utf8Start[index]) else {
        throw JSONFault(.unexpectedByte, at: position)
      }
      position += 1
    }
    append(kind, start)
  }

  private mutating func number() throws(JSONFault) {
    let start = position
    var isComplex = false
    if peek() == 0x2D { position += 1 }
    let zero = peek() == 0x30
    let digits = try digits(start)
    if zero && digits > 1 { throw JSONFault(.invalidNumber, at: position - digits + 1) }
    if peek() == 0x2E {
      position += 1
      isComplex = true
      _ = try self.digits(start)
    }
    if peek() == 0x65 || peek() == 0x45 {
      position += 1
      isComplex = true
      if peek() == 0x2B || peek() == 0x2D { position += 1 }
      _ = try self.digits(start)
    }
    append(.number, start)
    tape.nodes[tape.nodes.count - 1].isComplex = isComplex
  }

  private mutating func digits(_ start: Int) throws(JSONFault) -> Int {
    let first = position
    while let byte = peek(), byte &- 0x30 < 10 { position += 1 }
    if position == first {
      throw JSONFault(position == size ? .unexpectedEnd : .invalidNumber, at: position)
    }
    return position - first
  }

  private mutating func append(_ kind: Node.Kind, _ start: Int) {
    tape.nodes.append(
      Node(
        kind: kind, start: Int32(start), end: Int32(position),
        next: Int32(tape.nodes.count + 1)))
  }

  private mutating func string(_ kind: Node.Kind) throws(JSONFault) {
    let start = position + 1
    position = start
    var isComplex = false
    while true {
      guard position < size else { throw JSONFault(.unexpectedEnd, at: position) }
      // Safety: checked against the count just above.
      let byte = unsafe bytes[position]
      if byte == 0x22 { break }
      if byte < 0x20 { throw JSONFault(.controlCharacter, at: position) }
      if byte == 0x5C {
        isComplex = true
        try escape()
      } else if byte < 0x80 {
        position += 1
      } else {
        guard let length = unsafe UTF8Check.length(bytes, at: position) else {
          throw JSONFault(.invalidUTF8, at: position)
        }
        position += length
      }
    }
    tape.nodes.append(
      Node(
        kind: kind, isComplex: isComplex, start: Int32(start), end: Int32(position),
        next: Int32(tape.nodes.count + 1)))
    position += 1
  }

  private mutating func escape() throws(JSONFault) {
    let start = position
    position += 1
    guard let byte = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
    position += 1
    switch byte {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return
    case 0x75: break
    default: throw JSONFault(.invalidEscape, at: start)
    }
    let unit = try hexadecimal(start)
    if (0xDC00...0xDFFF).contains(unit) { throw JSONFault(.loneSurrogate, at: start) }
    guard (0xD800...0xDBFF).contains(unit) else { return }
    guard peek() == 0x5C else { throw JSONFault(.loneSurrogate, at: start) }
    position += 1
    guard peek() == 0x75 else { throw JSONFault(.loneSurrogate, at: start) }
    position += 1
    guard (0xDC00...0xDFFF).contains(try hexadecimal(start)) else {
      throw JSONFault(.loneSurrogate, at: start)
    }
  }

  private mutating func hexadecimal(_ start: Int) throws(JSONFault) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek() else { throw JSONFault(.unexpectedEnd, at: position) }
      guard let digit = Hexadecimal.value(byte) else { throw JSONFault(.invalidEscape, at: start) }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  private mutating func skipSpace() throws(JSONFault) {
    while let byte = peek() {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case 0x2F where options.allowsComments:
        guard position + 1 < size, unsafe bytes[position + 1] == 0x2F else {
          throw JSONFault(.unexpectedByte, at: position)
        }
        try comment()
      default: return
      }
    }
  }

  /// A comment is text as well: what is not UTF-8 in it is refused like everywhere else.
  private mutating func comment() throws(JSONFault) {
    while let byte = peek(), byte != 0x0A {
      guard let length = unsafe UTF8Check.length(bytes, at: position) else {
        throw JSONFault(.invalidUTF8, at: position)
      }
      position += length
    }
  }

  private func peek() -> UInt8? {
    // Safety: checked against the count.
    position < size ? unsafe bytes[position] : nil
  }

  /// Two spellings of one key are one key: keys are compared as they decode. Few keys are compared one
  /// with another; many go through a set, so that no text is quadratic.
  private func refuseDuplicates(_ object: Int) throws(JSONFault) {
    var keys: [Int] = []
    var index = object + 1
    let end = Int(tape.nodes[object].next)
    while index < end {
      keys.append(index)
      index = Int(tape.nodes[index + 1].next)
    }
    if keys.count < 2 { return }
    if keys.count <= 12 && keys.allSatisfy({ !tape.nodes[$0].isComplex }) {
      for (position, key) in keys.enumerated() {
        for earlier in keys[..<position] where equal(key, earlier) {
          throw JSONFault(.duplicateKey, at: Int(tape.nodes[key].start) - 1)
        }
      }
      return
    }
    var seen: Set<[UInt8]> = []
    for key in keys where !seen.insert(JSONValue(tape: tape, index: key).decoded).inserted {
      throw JSONFault(.duplicateKey, at: Int(tape.nodes[key].start) - 1)
    }
  }

  private func equal(_ left: Int, _ right: Int) -> Bool {
    let left = tape.nodes[left]
    let right = tape.nodes[right]
    guard left.end - left.start == right.end - right.start else { return false }
    // Safety: both ranges were laid by this parser over these bytes.
    for index in 0..<Int(left.end - left.start) {
      if unsafe bytes[Int(left.start) + index] != bytes[Int(right.start) + index] { return false }
    }
    return true
  }
}

/// Hexadecimal digits.
enum Hexadecimal {
  static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}

/// UTF-8 as RFC 3629 has it: shortest form, no surrogates, nothing beyond U+10FFFF.
enum UTF8Check {
  /// The length of the sequence at an offset; nil where it is none.
  static func length(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
    func continuation(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      // Safety: checked against the count.
      unsafe index < bytes.count && range.contains(bytes[index])
    }
    switch unsafe bytes[offset] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return continuation(offset + 1) ? 2 : nil
    case 0xE0: return continuation(offset + 1, 0xA0...0xBF) && continuation(offset + 2) ? 3 : nil
    case 0xED: return continuation(offset + 1, 0x80...0x9F) && continuation(offset + 2) ? 3 : nil
    case 0xE1...0xEF: return continuation(offset + 1) && continuation(offset + 2) ? 3 : nil
    case 0xF0:
      return continuation(offset + 1, 0x90...0xBF) && continuation(offset + 2)
        && continuation(offset + 3) ? 4 : nil
    case 0xF1...0xF3:
      return continuation(offset + 1) && continuation(offset + 2) && continuation(offset + 3)
        ? 4 : nil
    case 0xF4:
      return continuation(offset + 1, 0x80...0x8F) && continuation(offset + 2)
        && continuation(offset + 3) ? 4 : nil
    default: return nil
    }
  }
}
