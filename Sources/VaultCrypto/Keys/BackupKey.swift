internal import SecretMemory

/// The key of a vault's backups: 32 random bytes, wrapped under the root key and, where there is one, the recovery key.
///
/// The vault's other keys are wrapped under it, beside the root key: a copy of the database is opened by it alone. It is
/// replaced with each new recovery key, so that an old recovery key opens no later backup.
public struct BackupKey: ~Copyable, Sendable {
  let key: SecretKey
  /// The vault that it belongs to.
  public let vault: VaultID
  /// Which of the vault's backup keys it is, from 1.
  public let generation: UInt32

  init(key: consuming SecretKey, vault: VaultID, generation: UInt32) {
    self.key = key
    self.vault = vault
    self.generation = generation
  }

  /// Draws a new key.
  /// - Throws: `SecretMemoryError`, or what the source throws.
  public init(of vault: VaultID, generation: UInt32, random: RandomSource) throws {
    self.init(key: try SecretKey.random(random), vault: vault, generation: generation)
  }

  /// The key that wraps the vault's other keys under this one.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public borrowing func wrapKey() throws -> WrapKey {
    WrapKey(
      key: try key.derived("backup/wrap", for: vault), vault: vault, generation: generation)
  }
}
