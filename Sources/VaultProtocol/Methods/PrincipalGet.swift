import StrictJSON
public import VaultCore

/// `principal.get`: where somebody is named, and what is open of theirs.
public struct PrincipalGet: CallParameters {
  /// Who.
  public let principal: PrincipalName
  /// Only places behind this number: the `next` of the page before.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    principal: PrincipalName, after: Int64? = nil, limit: Int = ProtocolLimits.usualItems
  ) {
    self.principal = principal
    self.after = after
    self.limit = limit
  }

  init(from reader: inout ParameterReader) throws {
    let principal = try reader.text("principal")
    after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    limit = try reader.limit()
    try reader.finish()
    self.principal = try PrincipalName(wire: principal)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("principal", principal.text)
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
