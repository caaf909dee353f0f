/// Where a record belongs. A record opens in the context it was sealed in and in no other; whoever
/// opens it says what the context is, and nothing of it is read from the record.
public struct RecordContext: Hashable, Sendable {
  /// The vault.
  public var vault: VaultID
  /// The environment's internal id, which is never reused.
  public var environment: Int64
  /// The secret's name, in the one spelling that the vault stores; compared by its UTF-8 bytes.
  public var name: String
  /// The version of the secret.
  public var version: Int64

  /// Makes a context.
  public init(vault: VaultID, environment: Int64, name: String, version: Int64) {
    self.vault = vault
    self.environment = environment
    self.name = name
    self.version = version
  }

  /// What the tag binds a record to, after the header.
  var authenticated: [UInt8] {
    var fields = FieldBytes(capacity: 64 + name.utf8.count)
    fields.appendTag(EnvelopeKind.secret.rawValue)
    fields.append(vault)
    fields.append(environment)
    fields.append(name)
    fields.append(version)
    return fields.bytes
  }
}
