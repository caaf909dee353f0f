import StrictJSON
public import VaultCore

/// `audit.list`: the audit records, the oldest first.
public struct AuditList: CallParameters {
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

  init(from reader: inout ParameterReader) throws {
    after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    let environment = try reader.optionalText("environment")
    limit = try reader.limit()
    try reader.finish()
    self.environment = try environment.map { try EnvironmentName(wire: $0) }
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("after", after)
    writer.optional("environment", environment?.text)
    writer.member("limit", Int64(limit))
  }
}
