internal import SecretMemory

/// The text of a bearer secret: a prefix of five characters, 43 characters of `0-9A-Za-z` drawn at random (256 bits),
/// and six of the same alphabet that carry the CRC-32 of all before them.
///
/// The form is what secret scanners look for; the checksum keeps them from false alarms, and tells a typing error.
struct CheckedText {
  /// What it begins with: five characters.
  let prefix: String

  /// Characters of every such text: 54.
  static let characterCount = prefixCount + randomCount + checksumCount

  private static let prefixCount = 5
  private static let randomCount = 43
  private static let checksumCount = 6
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// Draws a new text.
  func generate(random: RandomSource) throws -> SecretBuffer {
    try unsafe SecretBuffer(capacity: Self.characterCount) { text in
      unsafe text.copyBytes(from: prefix.utf8)
      let pool = try unsafe SecretReservation(capacity: 64).fill { bytes in
        var next = bytes.count
        for index in Self.prefixCount..<Self.prefixCount + Self.randomCount {
          unsafe text[index] = try unsafe Self.character(from: bytes, &next, random)
        }
        return bytes.count
      }
      _ = consume pool
      unsafe Self.writeChecksum(of: text)
      return Self.characterCount
    }
  }

  /// Whether form and checksum are those of such a text.
  func isWellFormed(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count == Self.characterCount, unsafe text.starts(with: prefix.utf8),
      unsafe text.dropFirst(Self.prefixCount).allSatisfy(Self.alphabet.contains)
    else { return false }
    let end = Self.prefixCount + Self.randomCount
    return unsafe text[end...].elementsEqual(Self.checksum(of: text[..<end]))
  }

  /// One character without bias: bytes from 248 on are drawn again, 248 being four times 62.
  private static func character(
    from pool: UnsafeMutableRawBufferPointer, _ next: inout Int, _ random: RandomSource
  ) throws -> UInt8 {
    while true {
      if next == pool.count {
        try unsafe random.fill(pool)
        next = 0
      }
      let byte = unsafe pool[next]
      next += 1
      if byte < 248 { return alphabet[Int(byte) % alphabet.count] }
    }
  }

  private static func writeChecksum(of text: UnsafeMutableRawBufferPointer) {
    let end = prefixCount + randomCount
    let characters = unsafe checksum(of: UnsafeRawBufferPointer(text)[..<end])
    for (offset, character) in characters.enumerated() {
      unsafe text[end + offset] = character
    }
  }

  /// CRC-32 (ISO 3309) in base 62, most significant digit first.
  private static func checksum(of text: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
    var crc = UInt32.max
    for index in unsafe text.indices {
      crc ^= unsafe UInt32(text[index])
      for _ in 0..<8 {
        crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
    var rest = Int(~crc)
    var characters = [UInt8](repeating: alphabet[0], count: checksumCount)
    for index in characters.indices.reversed() {
      characters[index] = alphabet[rest % alphabet.count]
      rest /= alphabet.count
    }
    return characters
  }
}
