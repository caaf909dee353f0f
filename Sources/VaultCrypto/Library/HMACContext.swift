internal import CLibcrypto
internal import SecretMemory

/// HMAC (RFC 2104) under one key, for many messages: the key is scheduled once.
@safe
struct HMACContext: ~Copyable, @unchecked Sendable {
  enum Hash {
    case sha256
    case sha512

    var byteCount: Int { self == .sha256 ? 32 : 64 }
    fileprivate var name: StaticString { self == .sha256 ? "SHA2-256" : "SHA2-512" }
  }

  // Safety: owned by this value alone, from init to deinit; libcrypto wipes it as it frees it.
  private let context: OpaquePointer
  private let hash: Hash

  init(_ hash: Hash, key: UnsafeRawBufferPointer) throws {
    let context = try unsafe made(
      EVP_MAC_CTX_new(Algorithms.fetched().hmac), "EVP_MAC_CTX_new")
    do {
      let parameters = unsafe [Parameter.name("digest", hash.name), Parameter.end]
      try unsafe check(
        EVP_MAC_init(
          context, key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count, parameters),
        "EVP_MAC_init")
    } catch {
      unsafe EVP_MAC_CTX_free(context)
      throw error
    }
    unsafe self.context = context
    self.hash = hash
  }

  deinit {
    unsafe EVP_MAC_CTX_free(context)
  }

  /// The code over `first` and `second`, one after the other, into `output` of the hash's size.
  mutating func authenticate(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(output.count == hash.byteCount, "the output has the size of the hash")
    // Without a key the context starts anew under the one that it has.
    try unsafe check(EVP_MAC_init(context, nil, 0, nil), "EVP_MAC_init")
    try unsafe update(first)
    try unsafe update(second)
    var count = 0
    try unsafe check(
      EVP_MAC_final(
        context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), &count, output.count),
      "EVP_MAC_final")
    guard count == output.count else { throw CryptoFault.library("EVP_MAC_final") }
  }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) throws {
    guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return }
    try unsafe check(
      EVP_MAC_update(context, start.assumingMemoryBound(to: UInt8.self), bytes.count),
      "EVP_MAC_update")
  }
}
