public import VaultCore

/// `audit.list`: the audit records, the oldest first.
public struct AuditList: Sendable {
  /// Only records behind this number.
  public let after: Int64?
  /// Only of this environment.
  public let environment: EnvironmentName?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    after: Int64? = nil, environment: EnvironmentName? = nil,
    limit: Int = ProtocolLimits.usualItems
  ) {
    self.after = after
    self.environment = environment
    self.limit = limit
  }
}

/// `audit.verify`: whether the audit chain and its signature hold.
public struct AuditVerify: Sendable {
  /// Makes the parameters, of which there are none.
  public init() {}
}
