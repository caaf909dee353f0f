public import SecretMemory

/// Writes JSON into storage of its own: commas by itself, escapes only where they must be.
///
/// Invariant: the storage is wiped when it is reset, when it moves to a larger one and at the end, since
/// secrets pass through it.
@safe
public struct JSONWriter: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  /// The bytes written so far.
  public private(set) var count = 0
  private var needsComma = false

  /// Makes a writer with room for so many bytes; it grows where it must.
  public init(capacity: Int = 4_096) {
    // Safety: owned by this value from here to deinit; it cannot be copied.
    unsafe storage = .allocate(byteCount: max(64, capacity), alignment: 16)
  }

  deinit {
    unsafe wipe(storage, count)
    unsafe storage.deallocate()
  }

  /// Starts again, with nothing of what was written left in memory.
  public mutating func reset() {
    unsafe wipe(storage, count)
    count = 0
    needsComma = false
  }

  /// Lends what was written.
  public borrowing func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    // Safety: valid for this call; the writer cannot change while it is borrowed.
    try unsafe body(UnsafeRawBufferPointer(rebasing: storage[0..<count]))
  }

  // MARK: Structure

  /// Begins an object.
  public mutating func beginObject() { begin(0x7B) }
  /// Ends an object.
  public mutating func endObject() { end(0x7D) }
  /// Begins an array.
  public mutating func beginArray() { begin(0x5B) }
  /// Ends an array.
  public mutating func endArray() { end(0x5D) }

  private mutating func begin(_ byte: UInt8) {
    comma()
    append(byte)
    needsComma = false
  }

  private mutating func end(_ byte: UInt8) {
    append(byte)
    needsComma = true
  }

  /// A key of our own vocabulary: plain ASCII that needs no escape.
  public mutating func key(_ key: StaticString) {
    comma()
    append(0x22)
    // Safety: a static string lives for ever.
    unsafe append(UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    append(0x22)
    append(0x3A)
    needsComma = false
  }

  /// A key that is data.
  public mutating func key(_ key: String) {
    comma()
    quote(key)
    append(0x3A)
    needsComma = false
  }

  // MARK: Values

  /// A string.
  public mutating func string(_ text: String) {
    comma()
    quote(text)
    needsComma = true
  }

  /// An integer.
  public mutating func integer(_ value: Int64) {
    comma()
    var text = String(value)
    // Safety: the string's bytes, for this call.
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
    needsComma = true
  }

  /// A truth value.
  public mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

  /// Null.
  public mutating func null() { word("null") }

  private mutating func word(_ word: StaticString) {
    comma()
    // Safety: a static string lives for ever.
    unsafe append(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    needsComma = true
  }

  /// A newline behind a whole message.
  public mutating func newline() {
    append(0x0A)
    needsComma = false
  }

  /// A secret: a string where it is UTF-8 and its escaped form is not longer than its base64, else
  /// `{"base64":"…"}`.
  public mutating func value(secret: SecretBuffer) {
    comma()
    // Safety: lent for this call.
    unsafe secret.withUnsafeBytes { bytes in
      if let escaped = unsafe Self.escapedCount(bytes), escaped <= Base64.encodedCount(bytes.count)
      {
        append(0x22)
        unsafe escape(bytes, count: escaped)
        append(0x22)
      } else {
        unsafe base64(bytes)
      }
    }
    needsComma = true
  }

  /// A value that is JSON already, written by another writer.
  public mutating func raw(_ json: UnsafeRawBufferPointer) {
    comma()
    // Safety: lent for this call and copied.
    unsafe append(json)
    needsComma = true
  }

  // MARK: Bytes

  private mutating func comma() {
    if needsComma { append(0x2C) }
  }

  private mutating func quote(_ text: String) {
    var text = text
    append(0x22)
    // Safety: the string's bytes, for this call.
    text.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      unsafe escape(bytes, count: Self.escapedCount(bytes) ?? bytes.count * 6)
    }
    append(0x22)
  }

  /// The bytes of the escaped form; nil where the bytes are not UTF-8.
  private static func escapedCount(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var count = 0
    var index = 0
    while index < bytes.count {
      // Safety: within the count.
      let byte = unsafe bytes[index]
      if byte < 0x80 {
        count += Int(escapedLength(byte))
        index += 1
      } else {
        guard let length = unsafe UTF8Check.length(bytes, at: index) else { return nil }
        count += length
        index += length
      }
    }
    return count
  }

  private static func escapedLength(_ byte: UInt8) -> UInt8 {
    if byte >= 0x20 { return byte == 0x22 || byte == 0x5C ? 2 : 1 }
    switch byte {
    case 0x08, 0x09, 0x0A, 0x0C, 0x0D: return 2
    default: return 6
    }
  }

  private mutating func escape(_ bytes: UnsafeRawBufferPointer, count escaped: Int) {
    reserve(escaped)
    if escaped == bytes.count {
      unsafe append(bytes)
      return
    }
    let digits: StaticString = "0123456789abcdef"
    // Safety: room for the escaped form was reserved above; reads stay within the count.
    for unsafebyte in unsafe bytes {
      guard Self.escapedLength(byte) > 1 else {
        unsafe storage[count] = byte
        count += 1
        continue
      }
      unsafe storage[count] = 0x5C
      count += 1
      switch byte {
      case 0x22, 0x5C: put(byte)
      case 0x08: put(0x62)
      case 0x09: put(0x74)
      case 0x0A: put(0x6E)
      case 0x0C: put(0x66)
      case 0x0D: put(0x72)
      default:
        put(0x75)
        put(0x30)
        put(0x30)
        unsafe put(digits.utf8Start[Int(byte >> 4)])
        unsafe put(digits.utf8Start[Int(byte & 15)])
      }
    }
  }

  private mutating func base64(_ bytes: UnsafeRawBufferPointer) {
    let opening: StaticString = "{\"base64\":\""
    // Safety: a static string lives for ever.
    unsafe append(
      UnsafeRawBufferPointer(start: opening.utf8Start, count: opening.utf8CodeUnitCount))
    reserve(Base64.encodedCount(bytes.count) + 2)
    for group in stride(from: 0, to: bytes.count, by: 3) {
      // Safety: indices are held below the count.
      let first = unsafe bytes[group]
      let second = group + 1 < bytes.count ? unsafe bytes[group + 1] : 0
      let third = group + 2 < bytes.count ? unsafe bytes[group + 2] : 0
      put(Base64.digit(first >> 2))
      put(Base64.digit((first & 3) << 4 | second >> 4))
      put(group + 1 < bytes.count ? Base64.digit((second & 15) << 2 | third >> 6) : 0x3D)
      put(group + 2 < bytes.count ? Base64.digit(third & 63) : 0x3D)
    }
    put(0x22)
    put(0x7D)
  }

  /// Writes a byte into room that was reserved.
  private mutating func put(_ byte: UInt8) {
    unsafe storage[count] = byte
    count += 1
  }

  private mutating func append(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    // Safety: room was reserved above.
    unsafe UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  private mutating func reserve(_ more: Int) {
    guard unsafe count + more > storage.count else { return }
    // Safety: the old storage is wiped and freed here, after its bytes were moved.
    let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(storage.count * 2, count + more), alignment: 16)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[0..<count]))
    unsafe wipe(storage, count)
    unsafe storage.deallocate()
    unsafe storage = larger
  }
}

private func wipe(_ storage: UnsafeMutableRawBufferPointer, _ count: Int) {
  unsafe SecretMemory.wipe(UnsafeMutableRawBufferPointer(rebasing: storage[0..<count]))
}
