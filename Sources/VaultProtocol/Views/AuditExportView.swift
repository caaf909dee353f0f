/// The first line of an export of the audit record: behind which record it begins, and the signed head with which it
/// ends. Each line after it is an ``AuditRecordView`` with its canonical bytes.
public struct AuditExportView: DescribedView, Hashable {
  /// The format of the file, ``format``.
  public let export: Int64
  /// The vault's id in hexadecimal.
  public let vault: String
  /// `ed25519:` and the key in hexadecimal, as the vault says it. What verifies the file is a key from elsewhere.
  public let publicKey: String
  /// The first record of the file is the one after this.
  public let after: Int64
  /// `sha256:…`, the chain's hash after that record.
  public let previous: String
  /// The newest signed head, which the last record of the file leads to.
  public let head: AuditKeyView.SignedHead

  /// Its members.
  public static let shape = Shape<AuditExportView>(
    Member("export", \.export, .integer),
    Member("vault", \.vault, .text),
    Member("public_key", \.publicKey, .text),
    Member("after", \.after, .integer),
    Member("previous", \.previous, .text),
    Member("head", \.head, .view),
    as: AuditExportView.init(export:vault:publicKey:after:previous:head:))
}

extension AuditExportView {
  /// The format that this version writes: raised with every change of a line.
  public static let format: Int64 = 1

  /// Makes the line.
  /// - Parameter previous: the chain's hash after record `after`, 32 bytes.
  public init(_ key: AuditKeyView, _ head: AuditKeyView.SignedHead, after: Int64, previous: [UInt8])
  {
    self.init(
      export: Self.format, vault: key.vault, publicKey: key.publicKey, after: after,
      previous: Digest(previous).text, head: head)
  }
}
