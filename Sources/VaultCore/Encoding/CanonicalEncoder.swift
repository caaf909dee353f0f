/// The one binary encoding of sealed content, digests and audit records.
///
/// Invariant: injective. Every text and byte string is preceded by its length, every list by its count
/// (UInt32, big endian), every integer is 8 bytes big endian, an optional is 0 or 1 and the value; so
/// no two different values encode alike.
public struct CanonicalEncoder {
  /// What was encoded so far.
  public private(set) var output: [UInt8]

  /// Starts with nothing.
  public init(capacity: Int = 256) {
    output = []
    output.reserveCapacity(capacity)
  }

  /// Appends one byte.
  public mutating func byte(_ value: UInt8) { output.append(value) }

  /// Appends a truth value as 0 or 1.
  public mutating func bool(_ value: Bool) { output.append(value ? 1 : 0) }

  /// Appends 8 bytes, big endian, two's complement.
  public mutating func integer(_ value: Int64) { word(UInt64(bitPattern: value)) }

  /// Appends 8 bytes, big endian.
  public mutating func word(_ value: UInt64) { number(value) }

  /// Appends a count or a length: 4 bytes, big endian.
  public mutating func count(_ value: Int) {
    number(UInt32(clamping: value))
  }

  private mutating func number(_ value: some FixedWidthInteger) {
    // Safety: lent for this call, which copies the bytes.
    unsafe withUnsafeBytes(of: value.bigEndian) { bytes in unsafe output.append(contentsOf: bytes) }
  }

  /// Appends a length and the bytes.
  public mutating func bytes(_ value: [UInt8]) {
    count(value.count)
    output.append(contentsOf: value)
  }

  /// Appends a length and the UTF-8 bytes.
  public mutating func text(_ value: String) {
    count(value.utf8.count)
    output.append(contentsOf: value.utf8)
  }

  /// Appends 0, or 1 and what the closure writes.
  public mutating func optional<Value>(
    _ value: Value?, _ write: (inout CanonicalEncoder, Value) -> Void
  ) {
    bool(value != nil)
    if let value { write(&self, value) }
  }

  /// Appends a count and each element.
  public mutating func list<Element>(
    _ elements: [Element], _ write: (inout CanonicalEncoder, Element) -> Void
  ) {
    count(elements.count)
    for element in elements { write(&self, element) }
  }
}

/// What a decoder says of bytes that it did not expect. Content was verified before it is decoded, so
/// this means a fault of ours or a format from the future, and is treated like tampering.
public struct DecodingFault: Error, Hashable, Sendable {
  /// A fault at an offset that nobody may learn from.
  public init() {}
}

/// Reads what ``CanonicalEncoder`` wrote, and nothing more: a rest is a fault.
public struct CanonicalDecoder {
  private let input: [UInt8]
  private var position = 0

  /// Reads from the start of the input.
  public init(_ input: [UInt8]) { self.input = input }

  /// Whether everything was read.
  public var isAtEnd: Bool { position == input.count }

  /// Refuses a rest.
  public func finish() throws(DecodingFault) {
    if !isAtEnd { throw DecodingFault() }
  }

  private mutating func take(_ count: Int) throws(DecodingFault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= input.count - position else { throw DecodingFault() }
    defer { position += count }
    return input[position..<position + count]
  }

  /// Reads one byte.
  public mutating func byte() throws(DecodingFault) -> UInt8 {
    guard let byte = try take(1).first else { throw DecodingFault() }
    return byte
  }

  /// Reads 0 or 1; anything else is a fault.
  public mutating func bool() throws(DecodingFault) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw DecodingFault()
    }
  }

  /// Reads 8 bytes.
  public mutating func word() throws(DecodingFault) -> UInt64 {
    try take(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads 8 bytes, two's complement.
  public mutating func integer() throws(DecodingFault) -> Int64 {
    Int64(bitPattern: try word())
  }

  /// Reads a count, which cannot exceed the length of the whole input.
  public mutating func count() throws(DecodingFault) -> Int {
    let count = Int(try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    if count > input.count { throw DecodingFault() }
    return count
  }

  /// Reads a number that ``CanonicalEncoder/count(_:)`` wrote and that counts nothing of the input.
  public mutating func number() throws(DecodingFault) -> Int {
    Int(try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }

  /// Reads a byte string.
  public mutating func bytes() throws(DecodingFault) -> [UInt8] {
    let length = try count()
    return Array(try take(length))
  }

  /// Reads a text; bytes that are not UTF-8 are a fault.
  public mutating func text() throws(DecodingFault) -> String {
    let length = try count()
    guard let text = String(validating: try take(length), as: UTF8.self) else {
      throw DecodingFault()
    }
    return text
  }

  /// Reads an optional.
  public mutating func optional<Value>(
    _ read: (inout CanonicalDecoder) throws(DecodingFault) -> Value
  ) throws(DecodingFault) -> Value? {
    try bool() ? try read(&self) : nil
  }

  /// Reads a list.
  public mutating func list<Element>(
    _ read: (inout CanonicalDecoder) throws(DecodingFault) -> Element
  ) throws(DecodingFault) -> [Element] {
    let number = try count()
    var elements: [Element] = []
    elements.reserveCapacity(number)
    for _ in 0..<number { elements.append(try read(&self)) }
    return elements
  }
}
