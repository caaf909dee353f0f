/// An encoding in which no two different lists of fields have the same bytes: every field stands
/// behind its length (UInt32, big-endian).
struct FieldBytes {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// A byte without a length, for a tag at the very start.
  mutating func appendTag(_ tag: UInt8) {
    bytes.append(tag)
  }

  mutating func append(_ field: [UInt8]) {
    appendLength(field.count)
    bytes.append(contentsOf: field)
  }

  mutating func append(_ field: String) {
    let text = field.utf8
    appendLength(text.count)
    bytes.append(contentsOf: text)
  }

  mutating func append(_ field: VaultID) {
    appendLength(VaultID.byteCount)
    unsafe field.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(_ field: some FixedWidthInteger) {
    appendLength(field.bitWidth / 8)
    appendBigEndian(field)
  }

  /// The length of a field whose bytes are passed on separately. A field has at most 4 GiB, far
  /// above what any caller can hold.
  mutating func appendLength(_ count: Int) {
    appendBigEndian(UInt32(count))
  }

  private mutating func appendBigEndian<Number: FixedWidthInteger>(_ number: Number) {
    unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
