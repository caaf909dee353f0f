import VaultCore
import VaultCrypto
import VaultStore

/// Signs the head of the audit chain, so that whoever holds the public key notices a truncation.
final class HeadSigner {
  private let store: Store
  private let key: SigningKey
  private let vault: VaultID
  private(set) var signedThrough: Int64

  init(store: Store, vault: VaultID, wrapKey: borrowing WrapKey) throws {
    self.store = store
    self.vault = vault
    guard
      let record = try store.wrap(
        kind: WrapKind.auditSigningKey, id: 0, generation: 1)?.record
    else { throw Tampering("wrap", "audit signing key") }
    do {
      key = try wrapKey.unwrapSigningKey(record, keyGeneration: 1)
    } catch { throw Tampering("wrap", "audit signing key") }
    signedThrough = try store.signature()?.sequence ?? 0
  }

  var publicKey: PublicKey { key.publicKey }

  /// Whether the stored signature, where there is one, is ours and no newer than the head.
  func holds(through head: Head) throws -> Bool {
    guard let stored = try store.signature() else { return true }
    let signed = ChainSignature(
      vault: vault, sequence: stored.sequence, hash: stored.hash, time: stored.time,
      signature: stored.signature)
    let isOurs = try key.publicKey.verifies(signed.signature, of: signed.signedBytes)
    return isOurs && stored.sequence <= head.sequence
  }

  /// Takes the stored signature for none.
  func forget() { signedThrough = 0 }

  /// Whether the head has moved since it was signed.
  func hasNews(_ head: Head) -> Bool { head.sequence > signedThrough }

  /// Signs the head, inside the batch's transaction.
  func sign(_ head: Head, at now: Moment) throws -> ChainSignature {
    let signature = ChainSignature(
      vault: vault, sequence: head.sequence, hash: head.hash.bytes, time: now.wall, signature: [])
    let bytes = try key.sign(signature.signedBytes)
    try store.put(
      SignatureRow(sequence: head.sequence, hash: head.hash.bytes, time: now.wall, signature: bytes)
    )
    return signature.with(bytes)
  }

  /// The batch that holds the signature is durable.
  func committed(_ signature: ChainSignature) { signedThrough = signature.sequence }
}

/// A signed head of the audit chain.
public struct ChainSignature: Sendable {
  let vault: VaultID
  /// The last record that it covers.
  public let sequence: Int64
  /// The chain's hash after that record.
  public let hash: [UInt8]
  /// When it was made, in milliseconds since the epoch.
  public let time: Int64
  /// The Ed25519 signature (RFC 8032), 64 bytes.
  public let signature: [UInt8]

  /// What is signed.
  var signedBytes: [UInt8] {
    var encoder = CanonicalEncoder()
    encoder.text("envgate/1/audit-head")
    encoder.bytes(vault.bytes)
    encoder.integer(sequence)
    encoder.bytes(hash)
    encoder.integer(time)
    return encoder.output
  }

  func with(_ signature: [UInt8]) -> ChainSignature {
    ChainSignature(
      vault: vault, sequence: sequence, hash: hash, time: time, signature: signature)
  }
}
