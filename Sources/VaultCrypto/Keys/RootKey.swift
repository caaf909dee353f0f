public import SecretMemory

/// The one key that is kept outside the vault: 32 random bytes in a file or a systemd credential.
///
/// It encrypts nothing itself. Each use has a key of its own, derived by HKDF-SHA-256 with the
/// vault id as salt and `envgate/1/` and the purpose as info, in a type of its own: a key for one
/// use cannot be passed where another is wanted.
public struct RootKey: ~Copyable, Sendable {
  private let key: SecretKey

  /// Takes the key from what its provider read: exactly 32 bytes.
  /// - Throws: `CryptoFault.malformedKey` for any other number.
  public init(_ bytes: SecretBuffer) throws {
    guard bytes.count == SecretKey.byteCount else { throw CryptoFault.malformedKey }
    key = try bytes.withBytes { try SecretKey(copying: $0) }
  }

  /// The key that wraps the vault's other keys.
  /// - Parameters:
  ///   - vault: the vault whose keys it wraps.
  ///   - generation: which root key this is; it stands in every wrap, so that during a rotation old
  ///     and new wraps are told apart.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public borrowing func wrapKey(for vault: VaultID, generation: UInt32) throws -> WrapKey {
    WrapKey(key: try key.derived("wrap", for: vault), vault: vault, generation: generation)
  }

  /// The key of row seals and fingerprints.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public borrowing func stateKey(for vault: VaultID) throws -> StateKey {
    StateKey(key: try key.derived("state", for: vault), vault: vault)
  }

  /// A value to store beside the vault that tells this root key from any other and says nothing
  /// about the keys in use.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public borrowing func checkValue(for vault: VaultID) throws -> Digest32 {
    let check = try key.derived("check", for: vault)
    return unsafe check.withUnsafeBytes { unsafe Digest32(loading: $0) }
  }
}

/// The key from which seals of rows and fingerprints of values are made.
public struct StateKey: ~Copyable, Sendable {
  let key: SecretKey
  /// The vault that it belongs to.
  public let vault: VaultID
}
