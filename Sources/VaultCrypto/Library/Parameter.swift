internal import CLibcrypto

/// Makes the parameters that libcrypto's key derivation and MAC functions take (OSSL_PARAM(3)).
///
/// Safety: a parameter borrows its name, which is static, and its data, which the caller keeps
/// alive through the call that gets the parameter. libcrypto does not write to the data.
enum Parameter {
  static func octets(
    _ name: StaticString, _ bytes: UnsafeRawBufferPointer
  ) -> OSSL_PARAM {
    unsafe OSSL_PARAM_construct_octet_string(
      text(name), UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  static func name(_ name: StaticString, _ value: StaticString) -> OSSL_PARAM {
    unsafe OSSL_PARAM_construct_utf8_string(
      text(name), UnsafeMutablePointer(mutating: text(value)), value.utf8CodeUnitCount)
  }

  static func number(_ name: StaticString, _ value: UnsafeMutablePointer<Int32>) -> OSSL_PARAM {
    unsafe OSSL_PARAM_construct_int(text(name), value)
  }

  static var end: OSSL_PARAM { unsafe OSSL_PARAM_construct_end() }

  private static func text(_ text: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
