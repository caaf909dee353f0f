internal import SecretMemory

/// The two keys of one envelope, or of one backup file, made from a long-lived key and a salt of its own.
///
/// The commitment is stored in the envelope. AES-GCM alone does not commit: two keys can be found
/// under which one ciphertext has a valid tag. Since both values come from one extraction, an
/// envelope whose commitment matches was made with this key (the construction of the AWS Encryption
/// SDK, algorithm suites with key commitment).
struct DerivedKeys: ~Copyable {
  let encryption: SecretKey
  let commitment: Digest32

  init(
    from key: borrowing SecretKey, salt: UnsafeRawBufferPointer, for kind: EnvelopeKind
  ) throws {
    try unsafe self.init(from: key, salt: salt, label: "envgate/1/" + kind.purpose)
  }

  init(
    from key: borrowing SecretKey, salt: UnsafeRawBufferPointer, label: String
  ) throws {
    let extracted = try unsafe key.extracted(salt: salt)
    let encryption = try extracted.expanded(label + "/DERIVEKEY/" + EnvelopeLayout.suite)
    let committed = try extracted.expanded(label + "/COMMITKEY")
    self.encryption = encryption
    commitment = unsafe committed.withUnsafeBytes { unsafe Digest32(loading: $0) }
  }
}
