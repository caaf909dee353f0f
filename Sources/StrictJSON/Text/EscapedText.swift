/// What stands between the quotes of a string that was found well-formed, and what it means.
struct EscapedText {
  let text: JSONText
  let isEscaped: Bool

  /// Bytes that the meaning has at most.
  var capacity: Int { text.count }

  func decodedCount() throws(JSONFault) -> Int {
    guard isEscaped else { return text.count }
    var bytes = DecodedBytes(self)
    var count = 0
    while try bytes.next() != nil { count += 1 }
    return count
  }

  /// Writes the meaning.
  /// - Parameter target: at least ``capacity`` bytes, which this call alone writes.
  /// - Returns: how many of them count.
  func decode(into target: UnsafeMutableRawBufferPointer) throws(JSONFault) -> Int {
    precondition(target.count >= capacity, "no room for the text")
    guard isEscaped else {
      unsafe text.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
      return text.count
    }
    var read = 0
    var written = 0
    // Safety: an escape is longer than what it means, so `written` never passes `read`, and what is
    // stored ends within `capacity`.
    while read < text.count {
      if read <= text.count - ByteWord.width {
        let word = text.word(at: read)
        unsafe target.storeBytes(
          of: word.lanes.littleEndian, toByteOffset: written, as: UInt64.self)
        let marks = word.equal(to: ASCII.backslash)
        let plain = marks == 0 ? ByteWord.width : ByteWord.lanesBefore(marks)
        read += plain
        written += plain
        if marks == 0 { continue }
      }
      guard text[read] == ASCII.backslash else {
        unsafe target[written] = text[read]
        read += 1
        written += 1
        continue
      }
      let escape = try Escape(text, at: read)
      var (bytes, count) = escape.encoded
      read += escape.length
      while count > 0 {
        unsafe target[written] = UInt8(truncatingIfNeeded: bytes)
        bytes >>= 8
        written += 1
        count -= 1
      }
    }
    return written
  }

  func means(_ other: EscapedText) throws(JSONFault) -> Bool {
    if !isEscaped && !other.isEscaped { return text.equals(other.text) }
    var left = DecodedBytes(self)
    var right = DecodedBytes(other)
    while let byte = try left.next() {
      if try right.next() != byte { return false }
    }
    return try right.next() == nil
  }

  func means(_ name: StaticString) throws(JSONFault) -> Bool {
    guard isEscaped else { return text.equals(name) }
    // Safety: the bytes of a literal live as long as the process.
    let literal = unsafe JSONText(
      UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    return try means(EscapedText(text: literal, isEscaped: false))
  }
}

/// The meaning of a string byte by byte, without memory of its own.
struct DecodedBytes {
  private let text: JSONText
  private let isEscaped: Bool
  private var position = 0
  private var pending: (bytes: UInt32, count: Int) = (0, 0)

  init(_ escaped: EscapedText) {
    text = escaped.text
    isEscaped = escaped.isEscaped
  }

  mutating func next() throws(JSONFault) -> UInt8? {
    if pending.count == 0 {
      guard position < text.count else { return nil }
      let byte = text[position]
      guard isEscaped, byte == ASCII.backslash else {
        position += 1
        return byte
      }
      let escape = try Escape(text, at: position)
      position += escape.length
      pending = escape.encoded
    }
    defer { pending = (pending.bytes >> 8, pending.count - 1) }
    return UInt8(truncatingIfNeeded: pending.bytes)
  }
}
