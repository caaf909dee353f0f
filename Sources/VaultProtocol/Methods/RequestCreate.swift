public import SecretMemory
import StrictJSON
public import VaultCore

/// `request.create`: asks for secrets of an environment. The answer holds the ticket, once.
public struct RequestCreate: CallParameters {
  static let method = Method.requestCreate
  /// The environment.
  public let environment: EnvironmentName
  /// The secrets; nil for all there are.
  public let secrets: [SecretName]?
  /// What the requester says; judged already: plain lines within their limits.
  public let context: RequestContext
  /// Whether somebody must keep waiting on it, else it ends by itself.
  public let attended: Bool
  /// An older request of the same maker's that this one takes the place of.
  public let supersede: Superseded?

  /// A request that a newer one ends.
  public struct Superseded: Sendable {
    /// Its number.
    public let request: Int64
    /// Its ticket, where another connection made it.
    public let ticket: SecretBuffer?

    /// Names it.
    public init(request: Int64, ticket: SecretBuffer? = nil) {
      self.request = request
      self.ticket = ticket
    }
  }

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, secrets: [SecretName]? = nil,
    context: RequestContext = RequestContext(), attended: Bool = false,
    supersede: Superseded? = nil
  ) {
    self.supersede = supersede
    self.environment = environment
    self.secrets = secrets
    self.context = context
    self.attended = attended
  }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let names = try Self.secretTexts(&reader)
    let context = RequestContext(
      reason: try reader.optionalText("reason"), ref: try reader.optionalText("ref"),
      commit: try reader.optionalText("commit"), runURL: try reader.optionalText("run_url"),
      command: try reader.optional("command")?.array().map { try $0.string() } ?? [],
      delivery: try reader.optionalText("delivery"), key: try reader.optionalText("key"))
    attended = try reader.bool("attended", default: false)
    supersede = try reader.optional("supersede").map { try Superseded($0) }
    try reader.finish()

    self.environment = try EnvironmentName(wire: environment)
    secrets = try names.map { texts in
      var seen: Set<SecretName> = []
      return try texts.map { try SecretName(wire: $0) }.filter { seen.insert($0).inserted }
    }
    try context.check()
    if context.wireSize > ProtocolLimits.longestContext {
      throw Refusal.contextInvalid(
        "command",
        "and the other texts together are longer than \(ProtocolLimits.longestContext) bytes")
    }
    self.context = context
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
    request = try object.required("request").integer(in: 1...ParameterReader.largestInteger)
    ticket = try object.optional("ticket").map { try ParameterReader.ticket($0) }
    try object.finish()
  }
}
