internal import CLibcrypto
public import SecretMemory

/// The Ed25519 key (RFC 8032) that signs the head of the audit chain.
@safe
public struct SigningKey: ~Copyable, @unchecked Sendable {
  let seed: SecretKey
  // Safety: owned by this value alone, from init to deinit. libcrypto allows one object to sign on
  // several threads at once.
  private let key: OpaquePointer
  /// What verifies its signatures.
  public let publicKey: PublicKey

  /// Draws a new key.
  /// - Throws: `SecretMemoryError`, `CryptoFault.library`, or what the source throws.
  public init(random: RandomSource) throws {
    try self.init(seed: SecretKey.random(random))
  }

  /// Takes a key from its seed: the 32 bytes of RFC 8032, 5.1.5.
  /// - Throws: `SecretMemoryError`, `CryptoFault.library`.
  public init(seed: consuming SecretKey) throws {
    let key = try unsafe seed.withUnsafeBytes { bytes in
      try unsafe made(
        EVP_PKEY_new_raw_private_key_ex(
          nil, "ED25519", nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count),
        "EVP_PKEY_new_raw_private_key_ex")
    }
    do {
      publicKey = PublicKey(
        try unsafe Digest32 { output in
          var count = output.count
          try unsafe check(
            EVP_PKEY_get_raw_public_key(
              key, output.baseAddress?.assumingMemoryBound(to: UInt8.self), &count),
            "EVP_PKEY_get_raw_public_key")
        })
    } catch {
      unsafe EVP_PKEY_free(key)
      throw error
    }
    unsafe self.key = key
    self.seed = seed
  }

  deinit {
    unsafe EVP_PKEY_free(key)
  }

  /// The signature of `message`: 64 bytes, the same each time.
  /// - Throws: `CryptoFault.library`.
  public borrowing func sign(_ message: [UInt8]) throws -> [UInt8] {
    let context = try unsafe made(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
    defer { unsafe EVP_MD_CTX_free(context) }
    try unsafe check(
      EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key, nil), "EVP_DigestSignInit_ex")
    var signature = [UInt8](repeating: 0, count: PublicKey.signatureCount)
    var count = signature.count
    try unsafe check(
      EVP_DigestSign(context, &signature, &count, message, message.count), "EVP_DigestSign")
    guard count == PublicKey.signatureCount else { throw CryptoFault.library("EVP_DigestSign") }
    return signature
  }
}
