/// A signed head of the audit chain.
public struct ChainSignature: Hashable, Sendable {
  /// The vault's id, 16 bytes.
  public let vault: [UInt8]
  /// The last record that it covers.
  public let sequence: Int64
  /// The chain's hash after that record, 32 bytes.
  public let hash: [UInt8]
  /// When it was made, in milliseconds since the epoch.
  public let time: Int64
  /// The Ed25519 signature (RFC 8032), 64 bytes.
  public let signature: [UInt8]

  /// Takes a signature with what it is said to cover.
  public init(
    vault: [UInt8], sequence: Int64, hash: [UInt8], time: Int64, signature: [UInt8] = []
  ) {
    self.vault = vault
    self.sequence = sequence
    self.hash = hash
    self.time = time
    self.signature = signature
  }

  /// What is signed.
  public var signedBytes: [UInt8] {
    var encoder = CanonicalEncoder()
    encoder.text("envgate/1/audit-head")
    encoder.bytes(vault)
    encoder.integer(sequence)
    encoder.bytes(hash)
    encoder.integer(time)
    return encoder.output
  }

  /// The same head with a signature.
  public func with(_ signature: [UInt8]) -> ChainSignature {
    ChainSignature(vault: vault, sequence: sequence, hash: hash, time: time, signature: signature)
  }
}
