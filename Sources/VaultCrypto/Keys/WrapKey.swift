internal import SecretMemory

/// Encrypts the vault's other keys. A wrap opens as the key of one kind, owner and generation.
///
/// There is one for each root key, one for the backup key and one for the recovery key: a key is wrapped once under
/// each of them that is to open it.
public struct WrapKey: ~Copyable, Sendable {
  private let key: SecretKey
  /// The vault that it belongs to.
  public let vault: VaultID
  /// Which root, backup or recovery key it comes from; written in each wrap.
  public let generation: UInt32

  init(key: consuming SecretKey, vault: VaultID, generation: UInt32) {
    self.key = key
    self.vault = vault
    self.generation = generation
  }

  /// Wraps the key of an environment: 129 bytes.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`, or what the source throws.
  public borrowing func wrap(
    _ environmentKey: borrowing EnvironmentKey, of environment: Int64, random: RandomSource
  ) throws -> [UInt8] {
    try wrap(
      environmentKey.key, kind: .environmentKey, owner: environment,
      keyGeneration: environmentKey.generation, random: random)
  }

  /// Opens the wrapped key of an environment.
  /// - Parameters:
  ///   - wrapped: the bytes that `wrap` made.
  ///   - environment: whose key the caller knows it to be.
  ///   - generation: the environment's key generation, as the caller knows it.
  /// - Throws: `CryptoFault.doesNotOpen` whatever the cause; `CryptoFault.library`,
  ///   `SecretMemoryError`.
  public borrowing func unwrapEnvironmentKey(
    _ wrapped: [UInt8], of environment: Int64, generation: UInt32
  ) throws -> EnvironmentKey {
    EnvironmentKey(
      key: try unwrap(
        wrapped, kind: .environmentKey, owner: environment, keyGeneration: generation),
      generation: generation)
  }

  /// Wraps the key that signs the audit chain: 129 bytes.
  /// - Parameters:
  ///   - signingKey: the key to wrap.
  ///   - keyGeneration: which of the vault's signing keys it is.
  ///   - random: gives the salt and the nonce.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`, or what the source throws.
  public borrowing func wrap(
    _ signingKey: borrowing SigningKey, keyGeneration: UInt32, random: RandomSource
  ) throws -> [UInt8] {
    try wrap(
      signingKey.seed, kind: .auditSigningKey, owner: 0, keyGeneration: keyGeneration,
      random: random)
  }

  /// Opens the wrapped key that signs the audit chain.
  /// - Throws: `CryptoFault.doesNotOpen` whatever the cause; `CryptoFault.library`,
  ///   `SecretMemoryError`.
  public borrowing func unwrapSigningKey(
    _ wrapped: [UInt8], keyGeneration: UInt32
  ) throws -> SigningKey {
    try SigningKey(
      seed: unwrap(
        wrapped, kind: .auditSigningKey, owner: 0, keyGeneration: keyGeneration))
  }

  /// Wraps the key of seals and fingerprints: 129 bytes.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`, or what the source throws.
  public borrowing func wrap(
    _ stateKey: borrowing StateKey, keyGeneration: UInt32, random: RandomSource
  ) throws -> [UInt8] {
    try wrap(
      stateKey.key, kind: .stateKey, owner: 0, keyGeneration: keyGeneration, random: random)
  }

  /// Opens the wrapped key of seals and fingerprints.
  /// - Throws: `CryptoFault.doesNotOpen` whatever the cause; `CryptoFault.library`,
  ///   `SecretMemoryError`.
  public borrowing func unwrapStateKey(
    _ wrapped: [UInt8], keyGeneration: UInt32
  ) throws -> StateKey {
    StateKey(
      key: try unwrap(wrapped, kind: .stateKey, owner: 0, keyGeneration: keyGeneration),
      vault: vault)
  }

  /// Wraps the key of backups: 129 bytes.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`, or what the source throws.
  public borrowing func wrap(
    _ backupKey: borrowing BackupKey, random: RandomSource
  ) throws -> [UInt8] {
    try wrap(
      backupKey.key, kind: .backupKey, owner: 0, keyGeneration: backupKey.generation,
      random: random)
  }

  /// Opens the wrapped key of backups.
  /// - Throws: `CryptoFault.doesNotOpen` whatever the cause; `CryptoFault.library`,
  ///   `SecretMemoryError`.
  public borrowing func unwrapBackupKey(
    _ wrapped: [UInt8], generation: UInt32
  ) throws -> BackupKey {
    BackupKey(
      key: try unwrap(wrapped, kind: .backupKey, owner: 0, keyGeneration: generation),
      vault: vault, generation: generation)
  }

  /// Wraps anew, under another key, what a wrap holds; it does not leave this call.
  /// - Throws: as `unwrapEnvironmentKey` and `wrap`.
  public borrowing func rewrap(
    _ wrapped: [UInt8], of key: WrappedKey, under other: borrowing WrapKey, random: RandomSource
  ) throws -> [UInt8] {
    let opened = try unwrap(
      wrapped, kind: key.kind, owner: key.owner, keyGeneration: key.generation)
    return try other.wrap(
      opened, kind: key.kind, owner: key.owner, keyGeneration: key.generation, random: random)
  }

  private borrowing func authenticated(
    _ kind: EnvelopeKind, owner: Int64, keyGeneration: UInt32
  ) -> [UInt8] {
    var fields = FieldBytes(capacity: 64)
    fields.appendTag(kind.rawValue)
    fields.append(vault)
    fields.append(owner)
    fields.append(keyGeneration)
    return fields.bytes
  }

  private borrowing func wrap(
    _ wrapped: borrowing SecretKey, kind: EnvelopeKind, owner: Int64, keyGeneration: UInt32,
    random: RandomSource
  ) throws -> [UInt8] {
    let authenticated = authenticated(kind, owner: owner, keyGeneration: keyGeneration)
    return try unsafe wrapped.withUnsafeBytes {
      try unsafe SealedEnvelope.seal(
        $0, kind: kind, authenticated: authenticated, key: key, generation: generation,
        random: random)
    }
  }

  private borrowing func unwrap(
    _ wrapped: [UInt8], kind: EnvelopeKind, owner: Int64, keyGeneration: UInt32
  ) throws -> SecretKey {
    let authenticated = authenticated(kind, owner: owner, keyGeneration: keyGeneration)
    return try unsafe SecretKey { target in
      try unsafe wrapped.withUnsafeBytes { bytes in
        guard let envelope = unsafe EnvelopeView(bytes),
          unsafe envelope.ciphertext.count == SecretKey.byteCount
        else { throw CryptoFault.doesNotOpen }
        let keys = try unsafe SealedEnvelope.keys(
          of: envelope, kind: kind, key: key, generation: generation)
        var context = try GCMContext()
        try unsafe keys.encryption.withUnsafeBytes { key in
          try unsafe context.open(
            envelope.ciphertext, tag: envelope.tag, key: key, nonce: envelope.nonce,
            authenticating: (envelope.header, authenticated), into: target)
        }
      }
    }
  }
}

/// Which key a wrap holds, as whoever opens it knows.
public enum WrappedKey: Hashable, Sendable {
  /// The key of an environment.
  case environment(Int64, generation: UInt32)
  /// The key that signs the audit chain.
  case auditSigning(generation: UInt32)
  /// The key of seals and fingerprints.
  case state(generation: UInt32)
  /// The key of backups.
  case backup(generation: UInt32)

  /// Which of its keys it is, from 1.
  public var generation: UInt32 {
    switch self {
    case .environment(_, let generation), .auditSigning(let generation), .state(let generation),
      .backup(let generation):
      generation
    }
  }

  /// An environment's number, or 0.
  public var owner: Int64 { if case .environment(let id, _) = self { id } else { 0 } }

  var kind: EnvelopeKind {
    switch self {
    case .environment: .environmentKey
    case .auditSigning: .auditSigningKey
    case .state: .stateKey
    case .backup: .backupKey
    }
  }
}
