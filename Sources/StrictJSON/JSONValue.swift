public import SecretMemory

/// What a value is.
public enum JSONKind: String, Sendable {
  case object, array, string, number, bool, null
}

/// A value of a text that is being read.
///
/// Valid only inside the body that a ``JSONReader`` lends it to; it refers to the text and copies nothing
/// until it is asked.
public struct JSONValue {
  let tape: Tape
  let index: Int

  var node: Node { tape.nodes[index] }

  /// What it is.
  public var kind: JSONKind {
    switch node.kind {
    case .object: .object
    case .array: .array
    case .string, .key: .string
    case .number: .number
    case .yes, .no: .bool
    case .null: .null
    }
  }

  /// The byte of the text that it starts at; of a string its quote.
  public var offset: Int {
    let node = node
    return node.kind == .string || node.kind == .key ? Int(node.start) - 1 : Int(node.start)
  }

  /// Where the value stands in the text, with the quotes of a string.
  public var rawRange: Range<Int> {
    let node = node
    return node.kind == .string || node.kind == .key
      ? Int(node.start) - 1..<Int(node.end) + 1 : Int(node.start)..<Int(node.end)
  }

  /// Whether it is null.
  public var isNull: Bool { node.kind == .null }

  func wrongType(_ expected: String) -> JSONFault { JSONFault(.wrongType, at: offset, expected) }

  // MARK: Scalars

  /// Its truth.
  public func bool() throws(JSONFault) -> Bool {
    switch node.kind {
    case .yes: return true
    case .no: return false
    default: throw wrongType("true or false")
    }
  }

  /// An integer without fraction or exponent, within 2^53 - 1 of zero (RFC 7493, 2.2). `-0` is 0.
  public func integer() throws(JSONFault) -> Int64 {
    let node = node
    guard node.kind == .number else { throw wrongType("an integer") }
    guard !node.isComplex else { throw wrongType("an integer") }
    var value: Int64 = 0
    var isNegative = false
    // Safety: the node's range was laid over these bytes.
    for position in Int(node.start)..<Int(node.end) {
      let byte = unsafe tape.bytes[position]
      if byte == 0x2D {
        isNegative = true
        continue
      }
      value = value * 10 + Int64(byte - 0x30)
      if value >= 1 << 53 { throw JSONFault(.outOfRange, at: offset) }
    }
    return isNegative ? -value : value
  }

  /// An integer of a range.
  public func integer(in range: ClosedRange<Int64>) throws(JSONFault) -> Int64 {
    let value = try integer()
    guard range.contains(value) else {
      throw JSONFault(.outOfRange, at: offset, "\(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  // MARK: Strings

  /// The text of a string. Not for secrets: a `String` leaves copies.
  public func string() throws(JSONFault) -> String {
    let node = try text()
    if node.isComplex { return String(decoding: decoded, as: UTF8.self) }
    // Safety: the range was checked to be UTF-8; the string copies it.
    return unsafe String(
      decoding: UnsafeRawBufferPointer(rebasing: tape.bytes[Int(node.start)..<Int(node.end)]),
      as: UTF8.self)
  }

  /// The text of a string of at most so many bytes of UTF-8.
  public func string(maximumBytes: Int) throws(JSONFault) -> String {
    let text = try string()
    if text.utf8.count > maximumBytes { throw JSONFault(.tooLong, at: offset) }
    return text
  }

  /// The bytes of a string. Not for secrets.
  public func bytes() throws(JSONFault) -> [UInt8] {
    _ = try text()
    return decoded
  }

  /// The bytes of a string, straight into secret memory; no copy of them is left behind.
  /// - Throws: ``JSONFault`` for another type, `SecretMemoryError` where the arena is full.
  public func secret() throws -> SecretBuffer {
    let node = try text()
    return try unsafe SecretBuffer(capacity: Int(node.end - node.start)) { target in
      unsafe decode(node, into: target)
    }
  }

  /// The bytes that a string of base64 (RFC 4648, 4: padded, canonical) stands for, straight into secret
  /// memory.
  public func base64Secret() throws -> SecretBuffer {
    let node = try text()
    guard !node.isComplex else { throw JSONFault(.invalidBase64, at: offset) }
    // Safety: the node's range was laid over these bytes; lent for this call.
    let digits = unsafe UnsafeRawBufferPointer(
      rebasing: tape.bytes[Int(node.start)..<Int(node.end)])
    return try unsafe SecretBuffer(capacity: digits.count / 4 * 3) { target in
      guard let count = unsafe Base64.decode(digits, into: target) else {
        throw JSONFault(.invalidBase64, at: offset)
      }
      return count
    }
  }

  /// Whether this is a string of exactly these ASCII characters.
  public func equalsASCII(_ other: StaticString) -> Bool {
    let node = node
    guard node.kind == .string || node.kind == .key else { return false }
    if node.isComplex {
      // Safety: a static string lives for ever.
      return unsafe decoded.elementsEqual(
        UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }
    guard Int(node.end - node.start) == other.utf8CodeUnitCount else { return false }
    for index in 0..<other.utf8CodeUnitCount {
      if unsafe tape.bytes[Int(node.start) + index] != other.utf8Start[index] { return false }
    }
    return true
  }

  private func text() throws(JSONFault) -> Node {
    let node = node
    guard node.kind == .string || node.kind == .key else { throw wrongType("a string") }
    return node
  }

  /// A string or key after its escapes were read.
  var decoded: [UInt8] {
    let node = node
    return unsafe [UInt8](unsafeUninitializedCapacity: Int(node.end - node.start)) {
      target, count in
      unsafe count = decode(node, into: UnsafeMutableRawBufferPointer(target))
    }
  }

  /// Decodes a checked string into room for at least its raw length; answers the bytes used.
  private func decode(_ node: Node, into target: UnsafeMutableRawBufferPointer) -> Int {
    // Safety: the target holds the raw length, and decoding never makes a string longer.
    let raw = unsafe UnsafeRawBufferPointer(
      rebasing: tape.bytes[Int(node.start)..<Int(node.end)])
    if !node.isComplex {
      unsafe target.copyMemory(from: raw)
      return raw.count
    }
    var read = 0
    var written = 0
    while read < raw.count {
      let byte = unsafe raw[read]
      guard byte == 0x5C else {
        unsafe target[written] = byte
        read += 1
        written += 1
        continue
      }
      let escape = unsafe raw[read + 1]
      read += 2
      guard escape == 0x75 else {
        unsafe target[written] = Self.plain(escape)
        written += 1
        continue
      }
      var scalar = unsafe Self.unit(raw, read)
      read += 4
      if (0xD800...0xDBFF).contains(scalar) {
        scalar = unsafe 0x10000 + (scalar - 0xD800) << 10 + (Self.unit(raw, read + 2) - 0xDC00)
        read += 6
      }
      for byte in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}")
        ?? UTF8.encodedReplacementCharacter
      {
        unsafe target[written] = byte
        written += 1
      }
    }
    return written
  }

  private static func plain(_ escape: UInt8) -> UInt8 {
    switch escape {
    case 0x62: 0x08
    case 0x66: 0x0C
    case 0x6E: 0x0A
    case 0x72: 0x0D
    case 0x74: 0x09
    default: escape
    }
  }

  private static func unit(_ raw: UnsafeRawBufferPointer, _ start: Int) -> UInt32 {
    // Safety: four digits were checked to stand here.
    (0..<4).reduce(UInt32(0)) {
      unsafe $0 << 4 | UInt32(Hexadecimal.value(raw[start + $1]) ?? 0)
    }
  }

  // MARK: Containers

  /// The elements of an array.
  public func array() throws(JSONFault) -> JSONArray {
    guard node.kind == .array else { throw wrongType("an array") }
    return JSONArray(container: self)
  }

  /// The members of an object.
  public func object() throws(JSONFault) -> JSONObject {
    guard node.kind == .object else { throw wrongType("an object") }
    return JSONObject(container: self)
  }
}

/// The elements of an array, in order; valid as long as its value is.
public struct JSONArray: Sequence {
  let container: JSONValue

  /// Whether there is none.
  public var isEmpty: Bool { container.node.next == container.index + 1 }

  /// Walks the elements.
  public func makeIterator() -> AnyIterator<JSONValue> {
    var index = container.index + 1
    let end = Int(container.node.next)
    let tape = container.tape
    return AnyIterator {
      guard index < end else { return nil }
      defer { index = Int(tape.nodes[index].next) }
      return JSONValue(tape: tape, index: index)
    }
  }
}
