internal import CLibcrypto

/// Links the records of the audit chain:
///
///     h_n = SHA-256("audit" || vault id || n || h_{n-1} || length of record n || record n)
///
/// with n and the length as UInt64, big-endian; h_0 is `Digest32.zero`. It needs no key, so that an
/// export can be verified by anybody; the signature over its head is what vouches for it.
///
/// One owner, one thread at a time.
@safe
public struct ChainHasher: ~Copyable, @unchecked Sendable {
  // Safety: owned by this value alone, from init to deinit.
  private let context: OpaquePointer
  private let algorithms: Algorithms
  private let vault: VaultID

  /// Makes a hasher for the chain of a vault.
  /// - Throws: `CryptoFault.library`.
  public init(vault: VaultID) throws {
    let algorithms = try Algorithms.fetched()
    let context = try unsafe made(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
    self.algorithms = algorithms
    unsafe self.context = context
    self.vault = vault
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
  }

  /// The hash of a record, given that of the one before it.
  /// - Parameters:
  ///   - sequence: the number of the record; the first is 1.
  ///   - previous: the hash of record `sequence - 1`.
  ///   - record: its canonical bytes.
  /// - Throws: `CryptoFault.library`.
  public mutating func link(
    sequence: UInt64, after previous: Digest32, record: [UInt8]
  ) throws -> Digest32 {
    try unsafe check(EVP_DigestInit_ex2(context, algorithms.sha256, nil), "EVP_DigestInit_ex2")
    // "audit" 5, vault id 16, number 8, hash 32, length 8
    try unsafe withUnsafeTemporaryAllocation(byteCount: 69, alignment: 1) { prefix in
      unsafe prefix.copyBytes(from: "audit".utf8)
      func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: prefix[offset...]).copyMemory(from: bytes)
      }
      unsafe vault.withUnsafeBytes { unsafe put($0, at: 5) }
      unsafe withUnsafeBytes(of: sequence.bigEndian) { unsafe put($0, at: 21) }
      unsafe previous.withUnsafeBytes { unsafe put($0, at: 29) }
      unsafe withUnsafeBytes(of: UInt64(record.count).bigEndian) { unsafe put($0, at: 61) }
      try unsafe check(
        EVP_DigestUpdate(context, prefix.baseAddress, prefix.count), "EVP_DigestUpdate")
    }
    try unsafe record.withUnsafeBytes { record in
      try unsafe check(
        EVP_DigestUpdate(context, record.baseAddress, record.count), "EVP_DigestUpdate")
    }
    return try unsafe Digest32 { output in
      try unsafe check(
        EVP_DigestFinal_ex(
          context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil),
        "EVP_DigestFinal_ex")
    }
  }
}
