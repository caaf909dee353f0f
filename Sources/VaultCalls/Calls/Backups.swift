/// `backup.read`: the next bytes of the backup that this connection has opened.
public struct BackupRead: Sendable {
  /// How many bytes of it were read before.
  public let after: Int64

  /// Makes the parameters.
  public init(after: Int64) { self.after = after }
}
