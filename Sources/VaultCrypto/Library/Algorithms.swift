internal import CLibcrypto

/// The algorithms of libcrypto that the vault uses, fetched once: looking one up by name at every
/// use costs more than a short message does.
@safe
final class Algorithms: @unchecked Sendable {
  // Safety: fetched algorithms are immutable and counted by libcrypto; this object holds one
  // reference to each and is never released, since `shared` keeps it.
  let aes256GCM: OpaquePointer
  let sha256: OpaquePointer
  let hmac: OpaquePointer
  let hkdf: OpaquePointer

  private static let shared = Result<Algorithms, any Error> { try Algorithms() }

  /// The algorithms, or why there are none.
  static func fetched() throws -> Algorithms { try shared.get() }

  private init() throws {
    try checkLibraryVersion()
    unsafe aes256GCM = try made(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), "EVP_CIPHER_fetch")
    unsafe sha256 = try made(EVP_MD_fetch(nil, "SHA2-256", nil), "EVP_MD_fetch")
    unsafe hmac = try made(EVP_MAC_fetch(nil, "HMAC", nil), "EVP_MAC_fetch")
    unsafe hkdf = try made(EVP_KDF_fetch(nil, "HKDF", nil), "EVP_KDF_fetch")
  }
}

/// Refuses a libcrypto whose AES-GCM can take the wrong nonce length (CVE-2023-5363). The vault
/// does not use the affected call; a library that old lacks other mends too.
/// - Throws: `CryptoFault.tooOldLibrary` before 3.0.12, and from 3.1.0 to 3.1.3.
public func checkLibraryVersion() throws(CryptoFault) {
  guard isSupported(libraryVersion: UInt(OpenSSL_version_num())) else { throw .tooOldLibrary }
}

/// `version` as OpenSSL_version_num(3) has it: 0xMNN00PP0.
func isSupported(libraryVersion version: UInt) -> Bool {
  version >= 0x3_01_00_00_0 ? version >= 0x3_01_00_04_0 : version >= 0x3_00_00_0C_0
}

/// Turns a return code other than 1 into an error.
func check(_ code: Int32, _ function: StaticString) throws(CryptoFault) {
  guard code == 1 else { throw failure(function) }
}

/// Turns a missing object into an error.
func made(_ object: OpaquePointer?, _ function: StaticString) throws(CryptoFault) -> OpaquePointer {
  guard let object = unsafe object else { throw failure(function) }
  return unsafe object
}

private func failure(_ function: StaticString) -> CryptoFault {
  // What the library queued for this thread would otherwise be taken for the next call's.
  ERR_clear_error()
  return .library(function.description)
}
