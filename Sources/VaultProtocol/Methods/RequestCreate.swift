import StrictJSON
import VaultCalls
import VaultCore

extension RequestCreate: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let names = try Self.secretTexts(&reader)
    let context = RequestContext(
      reason: try reader.optionalText("reason"), ref: try reader.optionalText("ref"),
      commit: try reader.optionalText("commit"), runURL: try reader.optionalText("run_url"),
      command: try reader.optional("command")?.array().map { try $0.string() } ?? [],
      delivery: try reader.optionalText("delivery"), key: try reader.optionalText("key"))
    let attended = try reader.bool("attended", default: false)
    let supersede = try reader.optional("supersede").map { try Superseded($0) }
    try reader.finish()

    let place = try EnvironmentName(wire: environment)
    let secrets = try names.map { texts in
      var seen: Set<SecretName> = []
      return try texts.map { try SecretName(wire: $0) }.filter { seen.insert($0).inserted }
    }
    try context.check()
    if context.wireSize > ProtocolLimits.longestContext {
      throw Refusal.contextInvalid(
        "command",
        "and the other texts together are longer than \(ProtocolLimits.longestContext) bytes")
    }
    self.init(
      environment: place, secrets: secrets, context: context, attended: attended,
      supersede: supersede)
  }

  /// An empty list is refused: it would read as "none" and mean "all".
  private static func secretTexts(_ reader: inout ParameterReader) throws -> [String]? {
    guard let value = reader.optional("secrets") else { return nil }
    let texts = try value.array().map { try $0.string() }
    if texts.isEmpty || texts.count > AccessRequest.mostSecrets {
      throw JSONFault(
        .outOfRange, at: value.offset,
        "secrets names 1 to \(AccessRequest.mostSecrets) secrets; leave it out for all")
    }
    return texts
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    if let secrets { writer.member("secrets", secrets.map(\.text)) }
    context.writeMembers(to: &writer)
    if attended { writer.member("attended", true) }
    if let supersede {
      writer.key("supersede")
      writer.beginObject()
      writer.member("request", supersede.request)
      writer.optional("ticket", secret: supersede.ticket)
      writer.endObject()
    }
  }
}

extension RequestCreate.Superseded {
  fileprivate init(_ value: JSONValue) throws {
    var object = try value.object()
    let request = try object.required("request").integer(in: 1...ParameterReader.largestInteger)
    let ticket = try object.optional("ticket").map { try ParameterReader.ticket($0) }
    try object.finish()
    self.init(request: request, ticket: ticket)
  }
}
