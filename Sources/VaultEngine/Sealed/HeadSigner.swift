import VaultCore
import VaultCrypto
import VaultStore

/// Signs the head of the audit chain, so that whoever holds the public key notices a truncation.
final class HeadSigner {
  private let store: Store
  private let key: SigningKey
  private let vault: VaultID

  init(store: Store, vault: VaultID, wraps: WrapKeys) throws {
    self.store = store
    self.vault = vault
    key = try wraps.open(.auditSigning(generation: KeyState.signing)) {
      try $0.unwrapSigningKey($1, keyGeneration: KeyState.signing)
    }
  }

  var publicKey: PublicKey { key.publicKey }

  /// Whether the stored signature, where there is one, is ours and no newer than the head.
  func holds(through head: Head) throws -> Bool {
    guard let stored = try store.signature() else { return true }
    let signed = ChainSignature(
      vault: vault.bytes, sequence: stored.sequence, hash: stored.hash, time: stored.time,
      signature: stored.signature)
    let isOurs = try key.publicKey.verifies(signed.signature, of: signed.signedBytes)
    return isOurs && stored.sequence <= head.sequence
  }

  /// Signs the head, inside the batch's transaction.
  func sign(_ head: Head, at now: Moment) throws -> ChainSignature {
    let signature = ChainSignature(
      vault: vault.bytes, sequence: head.sequence, hash: head.hash.bytes, time: now.wall)
    let bytes = try key.sign(signature.signedBytes)
    try store.put(
      SignatureRow(sequence: head.sequence, hash: head.hash.bytes, time: now.wall, signature: bytes)
    )
    return signature.with(bytes)
  }
}
