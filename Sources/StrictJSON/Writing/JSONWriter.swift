public import SecretMemory

/// Writes JSON into memory of its own: compact, always UTF-8, commas put where they belong.
///
/// The caller pairs begins with ends and gives each member a key before its value. Values that are
/// secret pass through the memory, so it is wiped by ``reset()``, when it grows, and at its end.
@safe
public struct JSONWriter {
  var storage: WriterStorage
  /// The bytes that were written since the beginning or the last ``reset()``.
  public internal(set) var count = 0
  private var needsComma = false

  /// Makes a writer with room for so many bytes; it grows where it must.
  public init(capacity: Int = 512) { storage = WriterStorage(capacity: max(64, capacity)) }

  /// Begins anew: wipes what was written and keeps the memory.
  public mutating func reset() {
    if isKnownUniquelyReferenced(&storage) {
      storage.wipe(count)
    } else {
      storage = WriterStorage(capacity: storage.capacity)
    }
    count = 0
    needsComma = false
  }

  /// Lends what was written. The pointer is valid during the call alone.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    // Safety: the storage is kept alive by this writer, and nobody writes to it during the call.
    try unsafe body(UnsafeRawBufferPointer(start: storage.start, count: count))
  }

  /// Begins an object.
  public mutating func beginObject() { begin(ASCII.openBrace) }

  /// Ends the object that was begun last.
  public mutating func endObject() { end(ASCII.closeBrace) }

  /// Begins an array.
  public mutating func beginArray() { begin(ASCII.openBracket) }

  /// Ends the array that was begun last.
  public mutating func endArray() { end(ASCII.closeBracket) }

  /// Writes the key of the member whose value comes next.
  public mutating func key(_ name: StaticString) {
    // Safety: the bytes of a literal live as long as the process.
    let text = unsafe JSONText(
      UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    separate()
    appendString(text)
    put(ASCII.colon)
    needsComma = false
  }

  /// Writes the key of the member whose value comes next.
  public mutating func key(_ name: String) {
    string(name)
    put(ASCII.colon)
    needsComma = false
  }

  /// Writes a string.
  public mutating func string(_ value: String) {
    separate()
    var value = value
    // Safety: the string lends its bytes for the call.
    value.withUTF8 { appendString(unsafe JSONText(UnsafeRawBufferPointer($0))) }
  }

  /// Writes an integer. Beyond 2^53 not every reader keeps it exactly, and ours refuses it.
  public mutating func integer(_ value: Int64) {
    separate()
    reserve(20)
    if value < 0 { putReserved(ASCII.minus) }
    var magnitude = value.magnitude
    var digits = 1
    var bound: UInt64 = 10
    while digits < 19, magnitude >= bound {
      digits += 1
      bound &*= 10
    }
    for place in stride(from: count + digits - 1, through: count, by: -1) {
      let (rest, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
      // Safety: within the 20 bytes that were reserved.
      unsafe storage.start.storeBytes(
        of: ASCII.zero + UInt8(digit), toByteOffset: place, as: UInt8.self)
      magnitude = rest
    }
    count += digits
  }

  /// Writes `true` or `false`.
  public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  /// Writes `null`.
  public mutating func null() { literal("null") }

  /// Ends a message; the next value begins another.
  public mutating func newline() {
    put(ASCII.lineFeed)
    needsComma = false
  }

  /// Writes a secret value: as a string where it is UTF-8 and no longer so than as base64, else as
  /// `{"base64":"…"}`.
  public mutating func value(secret: SecretBuffer) {
    separate()
    // Safety: the secret lends its bytes for the call.
    unsafe secret.withUnsafeBytes { appendValue(unsafe JSONText($0)) }
  }

  /// Writes bytes as `{"base64":"…"}`.
  public mutating func base64(_ bytes: [UInt8]) {
    separate()
    // Safety: the array lends its bytes for the call.
    unsafe bytes.withUnsafeBytes { appendBase64(unsafe JSONText($0)) }
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    put(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    put(bracket)
    needsComma = true
  }

  private mutating func literal(_ text: StaticString) {
    separate()
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func separate() {
    if needsComma { put(ASCII.comma) }
    needsComma = true
  }

  private mutating func put(_ byte: UInt8) {
    reserve(1)
    putReserved(byte)
  }

  /// Makes room for so many bytes behind what was written.
  mutating func reserve(_ more: Int) {
    if isKnownUniquelyReferenced(&storage) && storage.capacity - count >= more { return }
    let larger = WriterStorage(
      capacity: max(count + more, min(count, 1 << 20) + count))
    // Safety: both own their memory, and `larger` is at least `count` bytes.
    unsafe larger.start.copyMemory(from: storage.start, byteCount: count)
    storage = larger
  }

  mutating func putReserved(_ byte: UInt8) {
    // Safety: the caller reserved the byte.
    unsafe storage.start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    // Safety: the room was reserved, and the caller lends the source for the call.
    unsafe (storage.start + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// Whether `pattern` stands anywhere in the memory, written or left behind. For tests.
  func contains(_ pattern: [UInt8]) -> Bool {
    guard pattern.count <= storage.capacity else { return false }
    return (0...storage.capacity - pattern.count).contains { start in
      pattern.indices.allSatisfy {
        unsafe storage.start.load(fromByteOffset: start + $0, as: UInt8.self) == pattern[$0]
      }
    }
  }
}
