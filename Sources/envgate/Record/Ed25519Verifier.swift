import Glibc

/// Verifies Ed25519 signatures (RFC 8032) with the distribution's libcrypto, which is loaded when a command needs it:
/// every other command runs where there is only libc.
@safe
struct Ed25519Verifier: ~Copyable {
  /// The soname of OpenSSL 3.
  static let library = "libcrypto.so.3"

  private typealias NewKey =
    @convention(c) (Int32, OpaquePointer?, UnsafePointer<UInt8>?, Int) -> OpaquePointer?
  private typealias NewContext = @convention(c) () -> OpaquePointer?
  private typealias Free = @convention(c) (OpaquePointer?) -> Void
  private typealias Begin =
    @convention(c) (
      OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?
    ) -> Int32
  private typealias Verify =
    @convention(c) (OpaquePointer?, UnsafePointer<UInt8>?, Int, UnsafePointer<UInt8>?, Int) -> Int32

  /// EVP_PKEY_ED25519 of evp.h.
  private static let ed25519: Int32 = 1_087

  // Safety: owned by this value alone; the library stays loaded.
  private let key: OpaquePointer
  private let freeKey: Free
  private let newContext: NewContext
  private let freeContext: Free
  private let begin: Begin
  private let verify: Verify

  /// Loads the library and takes a key.
  /// - Parameter key: 32 bytes.
  /// - Throws: ``CommandFault`` `crypto.missing`, or `audit.export` for what is no key.
  init(publicKey bytes: [UInt8], library: String = library) throws {
    // Safety: the name is lent for the call.
    guard let handle = unsafe dlopen(library, RTLD_NOW | RTLD_LOCAL) else {
      throw CommandFault(
        .cryptoMissing,
        "\(library) cannot be loaded, so no signature can be verified; install the package libssl3, or verify on another host"
      )
    }
    func found<Function>(_ name: String, as: Function.Type) throws -> Function {
      guard let symbol = unsafe dlsym(handle, name) else {
        throw CommandFault(.cryptoMissing, "\(library) has no \(name); install OpenSSL 3")
      }
      // Safety: the type is that of the function in evp.h.
      return unsafe unsafeBitCast(symbol, to: Function.self)
    }
    let newKey = try unsafe found("EVP_PKEY_new_raw_public_key", as: NewKey.self)
    let freeKey = try unsafe found("EVP_PKEY_free", as: Free.self)
    let newContext = try unsafe found("EVP_MD_CTX_new", as: NewContext.self)
    let freeContext = try unsafe found("EVP_MD_CTX_free", as: Free.self)
    let begin = try unsafe found("EVP_DigestVerifyInit", as: Begin.self)
    let verify = try unsafe found("EVP_DigestVerify", as: Verify.self)
    guard bytes.count == 32, let key = unsafe newKey(Self.ed25519, nil, bytes, bytes.count) else {
      throw CommandFault(.auditExport, "the public key is not an Ed25519 key")
    }
    unsafe self.key = key
    unsafe self.freeKey = freeKey
    unsafe self.newContext = newContext
    unsafe self.freeContext = freeContext
    unsafe self.begin = begin
    unsafe self.verify = verify
  }

  deinit { unsafe freeKey(key) }

  /// Whether a signature of some bytes is the key's.
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == 64, let context = unsafe newContext() else { return false }
    defer { unsafe freeContext(context) }
    // Safety: the arrays lend their bytes for the call; 1 alone means that it verifies.
    guard unsafe begin(context, nil, nil, nil, key) == 1 else { return false }
    return unsafe verify(context, signature, signature.count, message, message.count) == 1
  }
}
