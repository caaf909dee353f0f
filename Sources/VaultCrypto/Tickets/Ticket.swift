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
  public static let characterCount = CheckedText.characterCount

  private static let text = CheckedText(prefix: prefix)

  /// Draws a new ticket.
  /// - Throws: `SecretMemoryError`, or what the source throws.
  public static func generate(random: RandomSource) throws -> SecretBuffer {
    try text.generate(random: random)
  }

  /// The hash of a ticket, to store or to compare (in constant time) with a stored one.
  /// - Throws: `CryptoFault.malformedTicket` unless form and checksum are those of a ticket.
  public static func hash(of ticket: SecretBuffer) throws -> Digest32 {
    try unsafe ticket.withUnsafeBytes { ticket in
      guard unsafe text.isWellFormed(ticket) else { throw CryptoFault.malformedTicket }
      return try unsafe sha256(ticket)
    }
  }
}
