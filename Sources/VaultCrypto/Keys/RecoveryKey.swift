public import SecretMemory

/// What opens a vault's backups where its root key is lost. It is kept off the host and never enters the daemon.
///
/// A person keeps it as text: `egk1_` and then as a ticket. The text is the key: HKDF takes all of its 54 characters,
/// which carry 256 random bits.
public struct RecoveryKey: ~Copyable, Sendable {
  /// What every recovery key begins with.
  public static let prefix = "egk1_"
  /// Characters of a recovery key: 54.
  public static let characterCount = CheckedText.characterCount

  private static let form = CheckedText(prefix: prefix)

  private let text: SecretBuffer

  /// Takes the key from its text.
  /// - Throws: `CryptoFault.malformedKey` unless form and checksum are those of a recovery key.
  public init(_ text: SecretBuffer) throws {
    guard unsafe text.withUnsafeBytes({ unsafe Self.form.isWellFormed($0) }) else {
      throw CryptoFault.malformedKey
    }
    self.text = text
  }

  /// Draws a new key, as the text that a person keeps.
  /// - Throws: `SecretMemoryError`, or what the source throws.
  public static func generate(random: RandomSource) throws -> SecretBuffer {
    try form.generate(random: random)
  }

  /// The key that wraps the vault's backup key under this one.
  /// - Parameters:
  ///   - vault: the vault whose backup key it wraps.
  ///   - generation: which of the vault's recovery keys this is, from 1.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public borrowing func wrapKey(for vault: VaultID, generation: UInt32) throws -> WrapKey {
    let extracted = try unsafe text.withUnsafeBytes { text in
      try unsafe vault.withUnsafeBytes { salt in
        try unsafe SecretKey { try unsafe HKDF.extract(salt: salt, key: text, into: $0) }
      }
    }
    return WrapKey(
      key: try extracted.expanded("envgate/1/recovery/wrap"), vault: vault, generation: generation)
  }
}
