internal import CLibcrypto

/// AES-256-GCM (NIST SP 800-38D), one message after another through one context of libcrypto.
@safe
struct GCMContext: ~Copyable, @unchecked Sendable {
  static let nonceCount = 12
  static let tagCount = 16

  // Safety: owned by this value alone, from init to deinit; libcrypto wipes it as it frees it.
  private let context: OpaquePointer
  private let nonceCount: Int

  /// - Parameter nonceCount: bytes of a nonce. Envelopes have 12; test vectors have others too.
  init(nonceCount: Int = Self.nonceCount) throws {
    let context = try unsafe made(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
    do {
      try unsafe check(
        EVP_EncryptInit_ex2(context, Algorithms.fetched().aes256GCM, nil, nil, nil),
        "EVP_EncryptInit_ex2")
      if nonceCount != Self.nonceCount {
        try unsafe check(
          EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(nonceCount), nil),
          "EVP_CIPHER_CTX_ctrl")
      }
    } catch {
      unsafe EVP_CIPHER_CTX_free(context)
      throw error
    }
    unsafe self.context = context
    self.nonceCount = nonceCount
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(context)
  }

  /// Encrypts `plaintext` into `ciphertext`, of the same size, and writes the tag.
  mutating func seal(
    _ plaintext: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer,
    nonce: UnsafeRawBufferPointer, authenticating parts: (UnsafeRawBufferPointer, [UInt8]),
    into ciphertext: UnsafeMutableRawBufferPointer, tag: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(key.count == 32 && nonce.count == nonceCount, "key and nonce have their sizes")
    precondition(ciphertext.count == plaintext.count && tag.count == Self.tagCount)
    try unsafe check(
      EVP_EncryptInit_ex2(context, nil, start(key), start(nonce), nil), "EVP_EncryptInit_ex2")
    try unsafe authenticate(parts.0, with: EVP_EncryptUpdate)
    try unsafe parts.1.withUnsafeBytes { try unsafe authenticate($0, with: EVP_EncryptUpdate) }
    try unsafe transform(plaintext, into: ciphertext, with: EVP_EncryptUpdate)
    var rest: Int32 = 0
    var nothing: UInt8 = 0
    try unsafe check(EVP_EncryptFinal_ex(context, &nothing, &rest), "EVP_EncryptFinal_ex")
    try unsafe check(
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), tag.baseAddress),
      "EVP_CIPHER_CTX_ctrl")
  }

  /// Decrypts `ciphertext` into `plaintext`, of the same size.
  /// - Throws: `CryptoFault.doesNotOpen` when the tag does not match; what was written to
  ///   `plaintext` must then be discarded.
  mutating func open(
    _ ciphertext: UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer,
    key: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
    authenticating parts: (UnsafeRawBufferPointer, [UInt8]),
    into plaintext: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(key.count == 32 && nonce.count == nonceCount, "key and nonce have their sizes")
    precondition(plaintext.count == ciphertext.count)
    try unsafe check(
      EVP_DecryptInit_ex2(context, nil, start(key), start(nonce), nil), "EVP_DecryptInit_ex2")
    try unsafe authenticate(parts.0, with: EVP_DecryptUpdate)
    try unsafe parts.1.withUnsafeBytes { try unsafe authenticate($0, with: EVP_DecryptUpdate) }
    try unsafe transform(ciphertext, into: plaintext, with: EVP_DecryptUpdate)
    // libcrypto reads the tag here and does not write to it.
    try unsafe check(
      EVP_CIPHER_CTX_ctrl(
        context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count),
        UnsafeMutableRawPointer(mutating: tag.baseAddress)), "EVP_CIPHER_CTX_ctrl")
    var rest: Int32 = 0
    var nothing: UInt8 = 0
    guard unsafe EVP_DecryptFinal_ex(context, &nothing, &rest) == 1 else {
      ERR_clear_error()
      throw CryptoFault.doesNotOpen
    }
  }

  private typealias Update = (
    OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int32>?,
    UnsafePointer<UInt8>?, Int32
  ) -> Int32

  private mutating func authenticate(_ bytes: UnsafeRawBufferPointer, with update: Update) throws {
    guard unsafe !bytes.isEmpty else { return }
    var count: Int32 = 0
    try unsafe check(update(context, nil, &count, start(bytes), Int32(bytes.count)), "EVP_Update")
  }

  private mutating func transform(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    with update: Update
  ) throws {
    guard unsafe !input.isEmpty else { return }
    var count: Int32 = 0
    let target = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    try unsafe check(
      update(context, target, &count, start(input), Int32(input.count)), "EVP_Update")
    // GCM is a stream mode: every byte comes out at once, none waits for the end.
    guard Int(count) == input.count else { throw CryptoFault.library("EVP_Update") }
  }

  private func start(_ bytes: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
    unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }
}
