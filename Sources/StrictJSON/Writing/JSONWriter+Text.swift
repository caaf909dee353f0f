extension JSONWriter {
  private static let base64Key: StaticString = #"{"base64":""#
  private static let base64End: StaticString = #""}"#
  /// Longer strings are measured before room is made for them.
  private static let shortest = 64
  /// The longest escape, `\u001f`.
  private static let longestEscape = 6

  /// Writes UTF-8 as a string.
  mutating func appendString(_ text: JSONText) {
    let extra =
      text.count <= Self.shortest
      ? text.count * (Self.longestEscape - 1) : text.escapingCost()
    appendQuoted(text, extra: extra)
  }

  /// Writes bytes as a string where they are UTF-8 and that is no longer, else as base64.
  mutating func appendValue(_ bytes: JSONText) {
    let longest =
      Base64.encodedCount(bytes.count) + Self.base64Key.utf8CodeUnitCount
      + Self.base64End.utf8CodeUnitCount
    if let extra = bytes.utf8EscapingCost(), bytes.count + extra + 2 <= longest {
      appendQuoted(bytes, extra: extra)
      return
    }
    appendBase64(bytes)
  }

  /// Writes bytes as `{"base64":"…"}`, which the caller has separated from what is before.
  mutating func appendBase64(_ bytes: JSONText) {
    append(Self.base64Key)
    let encoded = Base64.encodedCount(bytes.count)
    reserve(encoded + ByteWord.width)
    // Safety: the room was reserved, with the eight bytes that the encoder may overwrite.
    unsafe Base64.encode(bytes, into: storage.start + count)
    count += encoded
    append(Self.base64End)
  }

  private mutating func append(_ literal: StaticString) {
    // Safety: the bytes of a literal live as long as the process.
    unsafe append(
      UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Writes a string, escaping only what has to be (RFC 8259, 7).
  /// - Parameter extra: bytes that the escapes add at most.
  private mutating func appendQuoted(_ text: JSONText, extra: Int) {
    reserve(text.count + extra + 2 + ByteWord.width)
    putReserved(ASCII.quote)
    if extra == 0 {
      // Safety: the text lends its bytes for the call.
      unsafe text.withUnsafeBytes { unsafe append($0) }
      putReserved(ASCII.quote)
      return
    }
    // Safety: the room was reserved for the string and for the part of a word that is overwritten.
    var target = unsafe storage.start + count
    var read = 0
    while read < text.count {
      if read <= text.count - ByteWord.width {
        let word = text.word(at: read)
        unsafe target.storeBytes(of: word.lanes.littleEndian, as: UInt64.self)
        let marks = word.quoteOrBackslash | word.control
        let plain = marks == 0 ? ByteWord.width : ByteWord.lanesBefore(marks)
        read += plain
        unsafe target += plain
        if marks == 0 { continue }
      }
      unsafe target += Self.write(text[read], to: target)
      read += 1
    }
    unsafe count = target - storage.start
    putReserved(ASCII.quote)
  }

  /// Writes one byte of a string, escaped where it has to be.
  /// - Returns: the bytes that were written.
  @inline(__always)
  private static func write(_ byte: UInt8, to target: UnsafeMutableRawPointer) -> Int {
    // Safety: the caller has room for the longest escape.
    if let letter = byte.escapeLetter {
      unsafe target.storeBytes(of: ASCII.backslash, as: UInt8.self)
      unsafe target.storeBytes(of: letter, toByteOffset: 1, as: UInt8.self)
      return 2
    }
    guard byte < ASCII.space else {
      unsafe target.storeBytes(of: byte, as: UInt8.self)
      return 1
    }
    unsafe target.copyMemory(from: ("\\u00" as StaticString).utf8Start, byteCount: 4)
    let digit = byte & 0xF
    unsafe target.storeBytes(of: ASCII.zero + byte >> 4, toByteOffset: 4, as: UInt8.self)
    unsafe target.storeBytes(
      of: digit < 10 ? ASCII.zero + digit : UInt8(ascii: "a") + digit - 10, toByteOffset: 5,
      as: UInt8.self)
    return longestEscape
  }
}

extension UInt8 {
  /// What follows the backslash where a short form exists.
  fileprivate var escapeLetter: UInt8? {
    switch self {
    case ASCII.quote, ASCII.backslash: self
    case ASCII.backspace: UInt8(ascii: "b")
    case ASCII.tab: UInt8(ascii: "t")
    case ASCII.lineFeed: UInt8(ascii: "n")
    case ASCII.formFeed: UInt8(ascii: "f")
    case ASCII.carriageReturn: UInt8(ascii: "r")
    default: nil
    }
  }

  fileprivate var escapingCost: Int {
    if escapeLetter != nil { return 1 }
    return self < ASCII.space ? 5 : 0
  }
}

extension JSONText {
  /// The bytes that escapes add.
  fileprivate func escapingCost() -> Int {
    var cost = 0
    var index = plainLength()
    while index <= count - ByteWord.width {
      cost += escapingCost(word(at: index), at: index)
      index += ByteWord.width
    }
    while index < count {
      cost += self[index].escapingCost
      index += 1
    }
    return cost
  }

  /// The bytes that escapes add; nil where this is not UTF-8.
  fileprivate func utf8EscapingCost() -> Int? {
    var cost = 0
    var index = plainLength()
    while index < count {
      if index <= count - ByteWord.width {
        let word = word(at: index)
        if word.wide == 0 {
          cost += escapingCost(word, at: index)
          index += ByteWord.width
          continue
        }
      }
      if self[index] < 0x80 {
        cost += self[index].escapingCost
        index += 1
      } else {
        let length = sequenceLength(at: index)
        guard length > 0 else { return nil }
        index += length
      }
    }
    return cost
  }

  @inline(__always)
  private func escapingCost(_ word: ByteWord, at index: Int) -> Int {
    let visible = word.quoteOrBackslash
    var controls = word.control
    // Most words need nothing, and counting bits is dear on the oldest x86-64.
    if visible | controls == 0 { return 0 }
    var cost = visible.nonzeroBitCount
    while controls != 0 {
      cost += self[index + ByteWord.lanesBefore(controls)].escapingCost
      controls &= controls - 1
    }
    return cost
  }
}
