import StrictJSON
public import VaultCore

/// `request.list`: the requests that the caller may see, the newest first.
public struct RequestList: CallParameters {
  static let method = Method.requestList
  /// Only of this environment.
  public let environment: EnvironmentName?
  /// Only in this state; one of ``RequestState/texts``.
  public let state: String?
  /// Only with smaller numbers than this.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName? = nil, state: String? = nil, after: Int64? = nil,
    limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.state = state
    self.after = after
    self.limit = limit
  }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.optionalText("environment")
    state = try Self.state(&reader)
    after = try reader.optionalRequestID("after")
    limit = try reader.limit()
    try reader.finish()
    self.environment = try environment.map { try EnvironmentName(wire: $0) }
  }

  private static func state(_ reader: inout ParameterReader) throws -> String? {
    guard let value = reader.optional("state") else { return nil }
    let text = try value.string()
    guard RequestState.texts.contains(text) else {
      throw JSONFault(
        .outOfRange, at: value.offset,
        "state is one of " + RequestState.texts.joined(separator: ", "))
    }
    return text
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("environment", environment?.text)
    writer.optional("state", state)
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
