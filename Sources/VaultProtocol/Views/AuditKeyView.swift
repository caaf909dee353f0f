public import VaultCore

/// What `audit.key` answers: what verifies the record, for whoever keeps it elsewhere.
public struct AuditKeyView: DescribedView, Hashable {
  /// A signed head of the chain.
  public struct SignedHead: DescribedView, Hashable {
    /// The last record that it covers.
    public let sequence: Int64
    /// `sha256:…`, the chain's hash after that record.
    public let hash: String
    /// When it was signed, in milliseconds since the epoch.
    public let time: Int64
    /// The Ed25519 signature in hexadecimal.
    public let signature: String

    /// Its members.
    public static let shape = Shape<SignedHead>(
      Member("sequence", \.sequence, .integer),
      Member("hash", \.hash, .text),
      Member("time", \.time, .time),
      Member("signature", \.signature, .text),
      as: SignedHead.init(sequence:hash:time:signature:))
  }

  /// The vault's id in hexadecimal.
  public let vault: String
  /// `ed25519:` and the key in hexadecimal.
  public let publicKey: String
  /// The newest signed head; nil before the first.
  public let head: SignedHead?

  /// Its members.
  public static let shape = Shape<AuditKeyView>(
    Member("vault", \.vault, .text),
    Member("public_key", \.publicKey, .text),
    Member("head", \.head, .nullable(.view)),
    as: AuditKeyView.init(vault:publicKey:head:))
}

extension AuditKeyView {
  /// What a key begins with.
  public static let keyPrefix = "ed25519:"

  /// Makes the view.
  public init(vault: [UInt8], publicKey: [UInt8], signature: ChainSignature?) {
    self.init(
      vault: Hexadecimal.text(vault), publicKey: Self.keyPrefix + Hexadecimal.text(publicKey),
      head: signature.map { SignedHead($0) })
  }
}

extension AuditKeyView.SignedHead {
  /// Makes the view.
  public init(_ signature: ChainSignature) {
    self.init(
      sequence: signature.sequence, hash: Digest(signature.hash).text, time: signature.time,
      signature: Hexadecimal.text(signature.signature))
  }

  /// The signature; nil where the texts are none.
  /// - Parameter vault: the vault that it is said to be of, in hexadecimal.
  public func signed(of vault: String) -> ChainSignature? {
    guard let vault = Hexadecimal.bytes(vault), let hash = Digest(hash)?.bytes,
      let signature = Hexadecimal.bytes(signature)
    else { return nil }
    return ChainSignature(
      vault: vault, sequence: sequence, hash: hash, time: time, signature: signature)
  }
}
