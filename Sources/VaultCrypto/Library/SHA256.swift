internal import CLibcrypto
public import SecretMemory

/// SHA-256 (FIPS 180-4) of `bytes`.
/// - Throws: `CryptoFault.library`.
public func sha256(_ bytes: [UInt8]) throws -> Digest32 {
  try unsafe bytes.withUnsafeBytes { try unsafe sha256($0) }
}

/// SHA-256 (FIPS 180-4) of `bytes`. The hash of a secret with little entropy gives it away.
/// - Throws: `CryptoFault.library`.
public func sha256(_ bytes: SecretBuffer) throws -> Digest32 {
  try unsafe bytes.withUnsafeBytes { try unsafe sha256($0) }
}

/// SHA-256 of a region that the caller lends for this call.
func sha256(_ bytes: UnsafeRawBufferPointer) throws -> Digest32 {
  let algorithm = try Algorithms.fetched()
  return try unsafe Digest32 { output in
    try unsafe check(
      EVP_Digest(
        bytes.baseAddress, bytes.count, output.baseAddress?.assumingMemoryBound(to: UInt8.self),
        nil, algorithm.sha256, nil), "EVP_Digest")
  }
}
