public import SecretMemory

/// The encrypted form in which every value lies in the vault.
public enum Envelope {
  /// Bytes that an envelope has beyond its plaintext: 97.
  public static let overhead = EnvelopeLayout.overhead

  /// Seals a value for one place.
  /// - Parameters:
  ///   - plaintext: at most `SecretArena.largestBlock` bytes.
  ///   - context: the only place where the record will open.
  ///   - key: the environment's key; its generation is written in the record.
  ///   - random: gives the salt and the nonce.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`, or what the source throws.
  public static func seal(
    _ plaintext: SecretBuffer, in context: RecordContext, under key: borrowing EnvironmentKey,
    random: RandomSource
  ) throws -> [UInt8] {
    try unsafe plaintext.withUnsafeBytes {
      try unsafe SealedEnvelope.seal(
        $0, kind: .secret, authenticated: context.authenticated, key: key.key,
        generation: key.generation, random: random)
    }
  }

  /// Opens one record. What opens many has a `RecordOpener`.
  /// - Throws: `CryptoFault.doesNotOpen` whatever the cause; `CryptoFault.library`,
  ///   `SecretMemoryError`.
  static func open(
    _ record: [UInt8], in context: RecordContext, under key: borrowing EnvironmentKey
  ) throws -> SecretBuffer {
    guard let count = plaintextCount(of: record) else { throw CryptoFault.doesNotOpen }
    var opener = try RecordOpener(cachedKeys: 0)
    return try opener.open(
      record, in: context, under: key, into: SecretReservation(capacity: count))
  }

  /// Seals anew, for another place or key, what a record holds; the value does not leave this call.
  /// For rotation and rollback.
  /// - Throws: as `open` and `seal`.
  public static func reseal(
    _ record: [UInt8], from old: RecordContext, under oldKey: borrowing EnvironmentKey,
    to new: RecordContext, under newKey: borrowing EnvironmentKey, random: RandomSource
  ) throws -> [UInt8] {
    try seal(open(record, in: old, under: oldKey), in: new, under: newKey, random: random)
  }

  /// How many bytes a record's value has, for reserving room; nil when the bytes are no record.
  /// Nothing vouches for it before the record opens.
  public static func plaintextCount(of record: [UInt8]) -> Int? {
    unsafe record.withUnsafeBytes { unsafe EnvelopeView($0)?.ciphertext.count }
  }

  /// The generation of the key that opens a record, for selecting it; nil when the bytes are no
  /// record. A changed generation selects a key under which the record does not open.
  public static func generation(of record: [UInt8]) -> UInt32? {
    unsafe record.withUnsafeBytes { unsafe EnvelopeView($0)?.generation }
  }
}
