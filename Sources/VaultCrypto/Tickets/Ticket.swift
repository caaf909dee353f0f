public import SecretMemory

/// The bearer secret of a request: whoever shows it is who made the request.
///
/// `egr1_`, 43 characters of `0-9A-Za-z` drawn at random (256 bits), and six of the same alphabet
/// that carry the CRC-32 of all before them. The form is what secret scanners look for; the
/// checksum keeps them from false alarms. The vault stores only the hash.
public enum Ticket {
  /// What every ticket begins with.
  public static let prefix = "egr1_"
  /// Characters of a ticket: 54.
  public static let characterCount = 5 + randomCount + checksumCount

  private static let randomCount = 43
  private static let checksumCount = 6
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// Draws a new ticket.
  /// - Throws: `SecretMemoryError`, or what the source throws.
  public static func generate(random: RandomSource) throws -> SecretBuffer {
    try unsafe SecretBuffer(capacity: characterCount) { text in
      unsafe text.copyBytes(from: prefix.utf8)
      let pool = try unsafe SecretReservation(capacity: 64).fill { bytes in
        var next = bytes.count
        for index in 5..<5 + randomCount {
          unsafe text[index] = try unsafe character(from: bytes, &next, random)
        }
        return bytes.count
      }
      _ = consume pool
      unsafe writeChecksum(of: text)
      return characterCount
    }
  }

  /// The hash of a ticket, to store or to compare (in constant time) with a stored one.
  /// - Throws: `CryptoFault.malformedTicket` unless form and checksum are those of a ticket.
  public static func hash(of text: SecretBuffer) throws -> Digest32 {
    try unsafe text.withUnsafeBytes { text in
      guard unsafe isWellFormed(text) else { throw CryptoFault.malformedTicket }
      return try unsafe sha256(text)
    }
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

  private static func isWellFormed(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count == characterCount, unsafe text.starts(with: prefix.utf8),
      unsafe text.dropFirst(5).allSatisfy(alphabet.contains)
    else { return false }
    let end = 5 + randomCount
    return unsafe text[end...].elementsEqual(checksum(of: text[..<end]))
  }

  private static func writeChecksum(of text: UnsafeMutableRawBufferPointer) {
    let end = 5 + randomCount
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
