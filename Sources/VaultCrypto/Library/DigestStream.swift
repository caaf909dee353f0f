internal import CLibcrypto

/// SHA-256 (FIPS 180-4) of bytes that come one piece after another.
///
/// One owner, one thread at a time.
@safe
public struct DigestStream: ~Copyable, @unchecked Sendable {
  // Safety: owned by this value alone, from init to deinit.
  private let context: OpaquePointer

  /// Begins with nothing.
  /// - Throws: `CryptoFault.library`.
  public init() throws {
    let algorithms = try Algorithms.fetched()
    let context = try unsafe made(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
    do {
      try unsafe check(EVP_DigestInit_ex2(context, algorithms.sha256, nil), "EVP_DigestInit_ex2")
    } catch {
      unsafe EVP_MD_CTX_free(context)
      throw error
    }
    unsafe self.context = context
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
  }

  /// Adds a piece.
  /// - Throws: `CryptoFault.library`.
  public mutating func update(_ piece: [UInt8]) throws {
    try unsafe piece.withUnsafeBytes { piece in
      try unsafe check(
        EVP_DigestUpdate(context, piece.baseAddress, piece.count), "EVP_DigestUpdate")
    }
  }

  /// The hash of all pieces; nothing is added after it.
  /// - Throws: `CryptoFault.library`.
  public mutating func finish() throws -> Digest32 {
    try unsafe Digest32 { output in
      try unsafe check(
        EVP_DigestFinal_ex(
          context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil),
        "EVP_DigestFinal_ex")
    }
  }
}
