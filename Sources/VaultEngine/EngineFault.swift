public import VaultStore

/// Why a vault does not open. The daemon says it and stays down: nothing is released by half a vault.
public enum EngineFault: Error {
  /// The store refuses.
  case store(StoreFault)
  /// There is no vault in the state directory yet.
  case notInitialized
  /// There is one already.
  case alreadyInitialized
  /// The root key is another vault's.
  case wrongRootKey
  /// A sealed row, a wrap or the head does not verify; the text names table and key, never content.
  case tampered(String)
  /// libcrypto refuses or is too old.
  case crypto(String)
}
