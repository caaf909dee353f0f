/// Base64 as RFC 4648, section 4 has it: the standard alphabet, padded, and canonical (the bits that pad
/// the last digit are zero), so that one value has one text.
enum Base64 {
  /// The bytes of the text for so many bytes.
  static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Decodes into room for three bytes a group; nil where the text is not canonical base64.
  static func decode(
    _ digits: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard digits.count % 4 == 0 else { return nil }
    var written = 0
    for group in stride(from: 0, to: digits.count, by: 4) {
      // Safety: the count is a multiple of four, and the target holds three bytes a group.
      let isLast = group + 4 == digits.count
      var padding = 0
      if isLast {
        if unsafe digits[group + 3] == 0x3D { padding = 1 }
        if padding == 1, unsafe digits[group + 2] == 0x3D { padding = 2 }
      }
      var word: UInt32 = 0
      for index in 0..<4 - padding {
        guard let value = value(unsafe digits[group + index]) else { return nil }
        word |= UInt32(value) << UInt32(18 - 6 * index)
      }
      if padding == 1 && word & 0xFF != 0 || padding == 2 && word & 0xFFFF != 0 { return nil }
      for index in 0..<3 - padding {
        unsafe target[written] = UInt8(truncatingIfNeeded: word >> UInt32(16 - 8 * index))
        written += 1
      }
    }
    return written
  }

  /// The digit for six bits.
  static func digit(_ bits: UInt8) -> UInt8 {
    switch bits {
    case 0...25: 0x41 + bits
    case 26...51: 0x61 + bits - 26
    case 52...61: 0x30 + bits - 52
    case 62: 0x2B
    default: 0x2F
    }
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x41...0x5A: digit - 0x41
    case 0x61...0x7A: digit - 0x61 + 26
    case 0x30...0x39: digit - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
