import StrictJSON

/// `environment.list`: the environments that the caller may see, in the order of their creation.
public struct EnvironmentList: CallParameters {
  /// Only those behind this number: the `next` of the page before.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(after: Int64? = nil, limit: Int = ProtocolLimits.usualItems) {
    self.after = after
    self.limit = limit
  }

  init(from reader: inout ParameterReader) throws {
    after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    limit = try reader.limit()
    try reader.finish()
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
