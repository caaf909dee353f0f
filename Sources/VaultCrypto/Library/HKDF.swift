internal import CLibcrypto

/// HKDF with SHA-256 (RFC 5869).
enum HKDF {
  /// RFC 5869, 2.2: a pseudorandom key of 32 bytes.
  static func extract(
    salt: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) throws {
    try unsafe derive(
      mode: EVP_KDF_HKDF_MODE_EXTRACT_ONLY, key: key, Parameter.octets("salt", salt), into: output)
  }

  /// RFC 5869, 2.3: as many bytes as `output` has, at most 8,160.
  static func expand(
    _ key: UnsafeRawBufferPointer, info: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) throws {
    try unsafe derive(
      mode: EVP_KDF_HKDF_MODE_EXPAND_ONLY, key: key, Parameter.octets("info", info), into: output)
  }

  private static func derive(
    mode: Int32, key: UnsafeRawBufferPointer, _ parameter: OSSL_PARAM,
    into output: UnsafeMutableRawBufferPointer
  ) throws {
    let context = try unsafe made(
      EVP_KDF_CTX_new(Algorithms.fetched().hkdf), "EVP_KDF_CTX_new")
    // Freeing overwrites the context's copy of the key.
    defer { unsafe EVP_KDF_CTX_free(context) }
    var mode = mode
    // Safety: `mode`, `key` and what `parameter` borrows live through the one call that reads them.
    try unsafe withUnsafeMutablePointer(to: &mode) { mode in
      let parameters = unsafe [
        Parameter.number("mode", mode), Parameter.name("digest", "SHA2-256"),
        Parameter.octets("key", key), parameter, Parameter.end,
      ]
      try unsafe check(
        EVP_KDF_derive(
          context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count,
          parameters), "EVP_KDF_derive")
    }
  }
}
