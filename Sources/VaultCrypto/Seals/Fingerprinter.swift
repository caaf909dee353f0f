public import SecretMemory

/// Tells whether two values are the same without keeping either: HMAC-SHA-256 under a key of its
/// own, so that nobody without the root key can try values against a fingerprint.
///
/// One owner, one thread at a time.
public struct Fingerprinter: ~Copyable, Sendable {
  private var code: HMACContext

  /// Makes a fingerprinter from the key for the vault's state.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public init(_ state: borrowing StateKey) throws {
    let key = try state.key.expanded("envgate/1/state/fingerprint")
    code = try unsafe key.withUnsafeBytes { try unsafe HMACContext(.sha256, key: $0) }
  }

  /// The fingerprint of a value: the same in every environment of the vault, and in no other vault.
  /// - Throws: `CryptoFault.library`.
  public mutating func fingerprint(of value: SecretBuffer) throws -> Digest32 {
    try unsafe value.withUnsafeBytes { value in
      try unsafe Digest32 { output in
        try unsafe code.authenticate(
          value, UnsafeRawBufferPointer(start: nil, count: 0), into: output)
      }
    }
  }
}
