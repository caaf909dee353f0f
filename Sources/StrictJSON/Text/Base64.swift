/// RFC 4648, 4: the standard alphabet, padded, canonical (3.5), nothing else in between.
///
/// Eight characters at a time by arithmetic on their lanes. No table and no branch depends on what is
/// decoded, which is secret.
enum Base64 {
  /// Characters for so many bytes.
  static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Bytes that so many characters stand for at most.
  static func decodedCapacity(_ count: Int) -> Int { count / 4 * 3 }

  /// Writes the bytes that `text` stands for.
  /// - Parameter target: at least ``decodedCapacity(_:)`` bytes.
  /// - Returns: how many of them count; nil where the text is not canonical base64.
  static func decode(_ text: JSONText, into target: UnsafeMutableRawBufferPointer) -> Int? {
    guard text.count.isMultiple(of: 4) else { return nil }
    precondition(target.count >= decodedCapacity(text.count), "no room for the bytes")
    var read = 0
    var written = 0
    while text.count - read > 8 {
      guard let bytes = packed(text.word(at: read).lanes) else { return nil }
      // Safety: eight characters have room for six bytes.
      unsafe target.storeBytes(
        of: UInt32(truncatingIfNeeded: bytes >> 16).bigEndian, toByteOffset: written,
        as: UInt32.self)
      unsafe target.storeBytes(
        of: UInt16(truncatingIfNeeded: bytes).bigEndian, toByteOffset: written + 4,
        as: UInt16.self)
      read += 8
      written += 6
    }
    return unsafe decodeEnd(text, from: read, into: target, at: written)
  }

  /// The last two groups or fewer, the only place where padding may stand.
  private static func decodeEnd(
    _ text: JSONText, from read: Int, into target: UnsafeMutableRawBufferPointer, at start: Int
  ) -> Int? {
    guard read < text.count else { return start }
    var padding = 0
    if text[text.count - 1] == ASCII.equals {
      padding = text[text.count - 2] == ASCII.equals ? 2 : 1
    }
    // `A` means six zero bits, so what padding replaced, and bits that nothing uses, come out as bytes
    // that must be zero.
    var lanes = ByteWord.ones &* UInt64(UInt8(ascii: "A"))
    for index in read..<text.count - padding {
      let shift = UInt64(index - read) * 8
      lanes = lanes & ~(0xFF << shift) | UInt64(text[index]) << shift
    }
    guard let bytes = packed(lanes) else { return nil }
    let count = (text.count - read) / 4 * 3 - padding
    for index in 0..<count {
      unsafe target[start + index] = UInt8(truncatingIfNeeded: bytes >> UInt64(40 - index * 8))
    }
    return bytes & (0xFFFF_FFFF_FFFF >> UInt64(count * 8)) == 0 ? start + count : nil
  }

  /// The 48 bits that eight characters stand for, the first byte on top; nil where one is no digit.
  @inline(__always)
  private static func packed(_ characters: UInt64) -> UInt64? {
    let lower = range(characters, "a", "z")
    let upper = range(characters, "A", "Z")
    let digit = range(characters, "0", "9")
    let plus = range(characters, "+", "+")
    let slash = range(characters, "/", "/")
    let isValid =
      characters & ByteWord.tops == 0 && lower | upper | digit | plus | slash == ByteWord.ones
    guard isValid else { return nil }
    // No lane borrows from its neighbour: each digit is at least what is taken from it.
    let values = characters &+ digit &* 4 &+ plus &* 19 &+ slash &* 16 &- upper &* 65 &- lower &* 71
    let sextets = values.byteSwapped
    let pairs = sextets >> 2 & 0x0FC0_0FC0_0FC0_0FC0 | sextets & 0x003F_003F_003F_003F
    let triples = pairs >> 4 & 0x00FF_F000_00FF_F000 | pairs & 0x0000_0FFF_0000_0FFF
    return triples >> 8 & 0xFFFF_FF00_0000 | triples & 0x0000_00FF_FFFF
  }

  /// 1 in each lane from `first` to `last`; all lanes are below 0x80.
  @inline(__always)
  private static func range(
    _ lanes: UInt64, _ first: Unicode.Scalar, _ last: Unicode.Scalar
  ) -> UInt64 {
    let word = ByteWord(lanes: lanes)
    return (word.below(UInt8(ascii: last) + 1) & ~word.below(UInt8(ascii: first))) >> 7
  }

  /// Writes the characters for `source`.
  /// - Parameter target: at least ``encodedCount(_:)`` bytes, plus eight that may be overwritten.
  static func encode(_ source: JSONText, into target: UnsafeMutableRawPointer) {
    var read = 0
    var written = 0
    while source.count - read >= ByteWord.width {
      let bytes = source.word(at: read).lanes.byteSwapped >> 16
      // Safety: the caller owns that room.
      unsafe target.storeBytes(
        of: characters(bytes).bigEndian, toByteOffset: written, as: UInt64.self)
      read += 6
      written += 8
    }
    while read < source.count {
      var bytes: UInt64 = 0
      let count = min(6, source.count - read)
      for index in 0..<count { bytes |= UInt64(source[read + index]) << UInt64(40 - index * 8) }
      // Safety: as above.
      unsafe target.storeBytes(
        of: characters(bytes).bigEndian, toByteOffset: written, as: UInt64.self)
      read += count
      written += encodedCount(count)
      for pad in 0..<(3 - count % 3) % 3 {
        unsafe target.storeBytes(of: ASCII.equals, toByteOffset: written - 1 - pad, as: UInt8.self)
      }
    }
  }

  /// The eight characters for 48 bits, the first on top.
  @inline(__always)
  private static func characters(_ bytes: UInt64) -> UInt64 {
    let triples = (bytes & 0xFFFF_FF00_0000) << 8 | bytes & 0x0000_00FF_FFFF
    let pairs = (triples & 0x00FF_F000_00FF_F000) << 4 | triples & 0x0000_0FFF_0000_0FFF
    let values = (pairs & 0x0FC0_0FC0_0FC0_0FC0) << 2 | pairs & 0x003F_003F_003F_003F
    let word = ByteWord(lanes: values)
    let from26 = ~word.below(26) & ByteWord.tops
    let from52 = ~word.below(52) & ByteWord.tops
    let from62 = ~word.below(62) & ByteWord.tops
    let from63 = ~word.below(63) & ByteWord.tops
    return values &+ ByteWord.ones &* 65 &+ (from26 >> 7) &* 6 &+ (from63 >> 7) &* 3
      &- (from52 >> 7) &* 75 &- (from62 >> 7) &* 15
  }
}
