public import SecretMemory

/// Opens records one after another: one context of libcrypto, and the derived keys of the records
/// that were opened lately.
///
/// One owner, one thread at a time. It serves one vault: a cached key is found by environment and
/// generation, which name one key only within a vault.
public struct RecordOpener: ~Copyable, Sendable {
  /// Derived keys that are kept unless said otherwise: 4,096, in 128 KiB of secret memory.
  public static let defaultCachedKeys = 4_096

  private var context: GCMContext
  private var cache: RecordKeyCache

  /// Makes an opener.
  /// - Parameter cachedKeys: derived keys to keep at most; 0 keeps none.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public init(cachedKeys: Int = Self.defaultCachedKeys) throws {
    let context = try GCMContext()
    let cache = try RecordKeyCache(limit: cachedKeys)
    self.context = context
    self.cache = cache
  }

  /// How many derived keys are held now.
  public var cachedKeyCount: Int { cache.count }

  /// Opens a record into memory that was reserved for it.
  /// - Parameters:
  ///   - record: the bytes that `Envelope.seal` made.
  ///   - context: where the caller knows the record to be.
  ///   - key: the environment's key of the record's generation.
  ///   - room: has at least `Envelope.plaintextCount(of:)` bytes; spent, also when this throws.
  /// - Throws: `CryptoFault.doesNotOpen` whatever the cause; `CryptoFault.library`,
  ///   `SecretMemoryError`.
  public mutating func open(
    _ record: [UInt8], in context: RecordContext, under key: borrowing EnvironmentKey,
    into room: SecretReservation
  ) throws -> SecretBuffer {
    try unsafe record.withUnsafeBytes { bytes in
      guard let envelope = unsafe EnvelopeView(bytes),
        unsafe envelope.generation == key.generation,
        unsafe envelope.ciphertext.count <= room.capacity
      else { throw CryptoFault.doesNotOpen }
      let identity = unsafe RecordKeyCache.Identity(
        salt: envelope.salt, commitment: envelope.commitment, environment: context.environment,
        generation: key.generation)
      if let index = cache.index(of: identity) {
        return try unsafe Self.decrypt(
          envelope, withKeyAt: index, of: cache, through: &self.context,
          authenticated: context.authenticated, into: room)
      }
      let keys = try unsafe SealedEnvelope.keys(
        of: envelope, kind: .secret, key: key.key, generation: key.generation)
      let plaintext = try unsafe keys.encryption.withUnsafeBytes {
        try unsafe Self.decrypt(
          envelope, with: $0, through: &self.context, authenticated: context.authenticated,
          into: room)
      }
      cache.insert(keys.encryption, for: identity)
      return plaintext
    }
  }

  /// Forgets the key of a record, when its version is disabled or destroyed.
  public mutating func forget(_ record: [UInt8]) {
    guard
      let salt = unsafe record.withUnsafeBytes({ bytes in
        unsafe EnvelopeView(bytes).map { unsafe $0.salt }
      })
    else { return }
    cache.removeAll { $0.salt == salt }
  }

  /// Forgets the keys of an environment, when it is rotated or deleted.
  public mutating func forget(environment: Int64) {
    cache.removeAll { $0.environment == environment }
  }

  private static func decrypt(
    _ envelope: EnvelopeView, withKeyAt index: Int, of cache: borrowing RecordKeyCache,
    through context: inout GCMContext, authenticated: [UInt8], into room: SecretReservation
  ) throws -> SecretBuffer {
    try unsafe cache.withKey(at: index) {
      try unsafe decrypt(
        envelope, with: $0, through: &context, authenticated: authenticated, into: room)
    }
  }

  private static func decrypt(
    _ envelope: EnvelopeView, with key: UnsafeRawBufferPointer, through context: inout GCMContext,
    authenticated: [UInt8], into room: SecretReservation
  ) throws -> SecretBuffer {
    try unsafe room.fill { target in
      let plaintext = unsafe UnsafeMutableRawBufferPointer(
        rebasing: target[..<envelope.ciphertext.count])
      try unsafe context.open(
        envelope.ciphertext, tag: envelope.tag, key: key, nonce: envelope.nonce,
        authenticating: (envelope.header, authenticated), into: plaintext)
      return unsafe envelope.ciphertext.count
    }
  }
}
