import StrictJSON
import VaultCalls
import VaultCore

extension RequestList: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let environment = try reader.optionalText("environment")
    let state = try Self.state(&reader)
    let secret = try reader.optionalText("secret")
    let version = try Self.version(&reader, ofSecret: secret != nil)
    let since = try reader.optional("since")?.time()
    let after = try reader.optionalRequestID("after")
    let limit = try reader.limit()
    try reader.finish()
    self.init(
      environment: try environment.map { try EnvironmentName(wire: $0) }, state: state,
      secret: try secret.map { try SecretName(wire: $0) }, version: version, since: since,
      after: after, limit: limit)
  }

  private static func state(_ reader: inout ParameterReader) throws -> String? {
    guard let value = reader.optional("state") else { return nil }
    guard let text = try value.word(), RequestState.texts.contains(text) else {
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
