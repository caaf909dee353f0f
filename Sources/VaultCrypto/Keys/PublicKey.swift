internal import CLibcrypto

/// What verifies the signatures of a `SigningKey`.
public struct PublicKey: Hashable, Sendable {
  /// Bytes of an Ed25519 signature: 64.
  public static let signatureCount = 64

  private let point: Digest32

  init(_ point: Digest32) {
    self.point = point
  }

  /// Makes a key from its 32 bytes.
  /// - Throws: `CryptoFault.malformedKey` for any other number.
  public init(_ bytes: [UInt8]) throws(CryptoFault) {
    guard let point = Digest32(bytes) else { throw .malformedKey }
    self.point = point
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { point.bytes }
  /// 64 lower-case hexadecimal digits.
  public var hex: String { point.hex }
  /// 44 characters of base64 (RFC 4648, 4).
  public var base64: String {
    var text = [UInt8](repeating: 0, count: 45)
    let bytes = bytes
    let count = unsafe EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
  }

  /// Whether `signature` is this key's for `message`.
  /// - Throws: `CryptoFault.library` when the library fails; a wrong signature is no failure.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) throws -> Bool {
    guard signature.count == Self.signatureCount else { return false }
    let point = bytes
    let key = try unsafe made(
      EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, point, point.count),
      "EVP_PKEY_new_raw_public_key_ex")
    defer { unsafe EVP_PKEY_free(key) }
    let context = try unsafe made(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
    defer { unsafe EVP_MD_CTX_free(context) }
    try unsafe check(
      EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key, nil), "EVP_DigestVerifyInit_ex")
    let verdict = unsafe EVP_DigestVerify(
      context, signature, signature.count, message, message.count)
    ERR_clear_error()
    return verdict == 1
  }
}
