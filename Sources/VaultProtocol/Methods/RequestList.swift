import StrictJSON
public import VaultCore

/// `request.list`: the requests that the caller may see, the newest first.
public struct RequestList: CallParameters {
  static let method = Method.requestList
  /// Only of this environment.
  public let environment: EnvironmentName?
  /// Only in this state; one of ``RequestState/texts``.
  public let state: String?
  /// Only those that name this secret.
  public let secret: SecretName?
  /// Only those that name it at this version.
  public let version: Int64?
  /// Only those made at this time or later, in milliseconds since the epoch.
  public let since: Int64?
  /// Only with smaller numbers than this.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName? = nil, state: String? = nil, secret: SecretName? = nil,
    version: Int64? = nil, since: Int64? = nil, after: Int64? = nil,
    limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.state = state
    self.secret = secret
    self.version = version
    self.since = since
    self.after = after
    self.limit = limit
  }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.optionalText("environment")
    state = try Self.state(&reader)
    let secret = try reader.optionalText("secret")
    version = try Self.version(&reader, ofSecret: secret != nil)
    since = try reader.optional("since")?.time()
    after = try reader.optionalRequestID("after")
    limit = try reader.limit()
    try reader.finish()
    self.environment = try environment.map { try EnvironmentName(wire: $0) }
    self.secret = try secret.map { try SecretName(wire: $0) }
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

  private static func version(
    _ reader: inout ParameterReader, ofSecret isOfSecret: Bool
  ) throws -> Int64? {
    guard let value = reader.optional("version") else { return nil }
    if !isOfSecret { throw JSONFault(.outOfRange, at: value.offset, "version needs secret") }
    return try value.integer(in: 1...ParameterReader.largestInteger)
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("environment", environment?.text)
    writer.optional("state", state)
    writer.optional("secret", secret?.text)
    writer.optional("version", version)
    if let since { writer.member("since", time: since) }
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
