import StrictJSON
public import VaultCore

/// `environment.list`: the environments that the caller may see, by name.
public struct EnvironmentList: CallParameters {
  static let method = Method.environmentList
  /// Only those behind this name.
  public let after: EnvironmentName?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(after: EnvironmentName? = nil, limit: Int = ProtocolLimits.usualItems) {
    self.after = after
    self.limit = limit
  }

  init(from reader: inout ParameterReader) throws {
    let after = try reader.optionalText("after")
    limit = try reader.limit()
    try reader.finish()
    self.after = try after.map { try EnvironmentName(wire: $0) }
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("after", after?.text)
    writer.member("limit", Int64(limit))
  }
}
