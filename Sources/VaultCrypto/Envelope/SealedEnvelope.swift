internal import SecretMemory

/// Sealing and opening, the same for records and for wraps.
enum SealedEnvelope {
  /// Makes an envelope with a fresh salt and nonce.
  static func seal(
    _ plaintext: UnsafeRawBufferPointer, kind: EnvelopeKind, authenticated: [UInt8],
    key: borrowing SecretKey, generation: UInt32, random: RandomSource
  ) throws -> [UInt8] {
    guard plaintext.count <= SecretArena.largestBlock else { throw SecretMemoryError.tooLarge }
    let total = EnvelopeLayout.overhead + plaintext.count
    var envelope = [UInt8](repeating: 0, count: total)
    try unsafe envelope.withUnsafeMutableBytes { envelope in
      func part(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: envelope[range])
      }
      unsafe envelope[0] = EnvelopeLayout.version
      unsafe envelope.storeBytes(of: generation.bigEndian, toByteOffset: 1, as: UInt32.self)
      try unsafe random.fill(part(EnvelopeLayout.salt))
      try unsafe random.fill(part(EnvelopeLayout.nonce))
      let salt = unsafe UnsafeRawBufferPointer(part(EnvelopeLayout.salt))
      let keys = try unsafe DerivedKeys(from: key, salt: salt, for: kind)
      unsafe keys.commitment.withUnsafeBytes {
        unsafe part(EnvelopeLayout.commitment).copyMemory(from: $0)
      }
      let end = total - GCMContext.tagCount
      var context = try GCMContext()
      try unsafe keys.encryption.withUnsafeBytes { key in
        try unsafe context.seal(
          plaintext, key: key, nonce: UnsafeRawBufferPointer(part(EnvelopeLayout.nonce)),
          authenticating: (
            UnsafeRawBufferPointer(part(0..<EnvelopeLayout.headerCount)), authenticated
          ),
          into: part(EnvelopeLayout.headerCount..<end), tag: part(end..<total))
      }
    }
    return envelope
  }

  /// The keys of an envelope, once its commitment has shown that `key` made it.
  static func keys(
    of envelope: EnvelopeView, kind: EnvelopeKind, key: borrowing SecretKey, generation: UInt32
  ) throws -> DerivedKeys {
    guard unsafe envelope.generation == generation else { throw CryptoFault.doesNotOpen }
    let salt = unsafe envelope.salt
    let keys = try unsafe salt.withUnsafeBytes {
      try unsafe DerivedKeys(from: key, salt: $0, for: kind)
    }
    guard unsafe keys.commitment.constantTimeEquals(envelope.commitment) else {
      throw CryptoFault.doesNotOpen
    }
    return keys
  }
}
