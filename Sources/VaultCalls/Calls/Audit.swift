public import VaultCore

/// `audit.list`: the audit records, the oldest first.
public struct AuditList: Sendable {
  /// Only records behind this number.
  public let after: Int64?
  /// Only records up to this number.
  public let through: Int64?
  /// Which of them.
  public let filter: AuditFilter
  /// Whether each comes with its canonical bytes, which are what the chain hashes.
  public let isCanonical: Bool
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    after: Int64? = nil, through: Int64? = nil, filter: AuditFilter = AuditFilter(),
    isCanonical: Bool = false, limit: Int = ProtocolLimits.usualItems
  ) {
    self.after = after
    self.through = through
    self.filter = filter
    self.isCanonical = isCanonical
    self.limit = limit
  }
}
