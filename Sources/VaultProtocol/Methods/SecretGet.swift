public import SecretMemory
import StrictJSON
public import VaultCore

/// `secret.get`: one value, from an unprotected environment or under a grant. Never makes a request.
public struct SecretGet: CallParameters {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The request whose grant it is read under; nil reads only what nothing protects.
  public let request: Int64?
  /// The request's ticket, where another connection made it.
  public let ticket: SecretBuffer?

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, request: Int64? = nil,
    ticket: SecretBuffer? = nil
  ) {
    self.environment = environment
    self.name = name
    self.request = request
    self.ticket = ticket
  }

  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let name = try reader.text("name")
    request = try reader.optionalRequestID("request")
    ticket = try reader.ticket()
    try reader.finish()
    self.environment = try EnvironmentName(wire: environment)
    self.name = try SecretName(wire: name)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.optional("request", request)
    writer.optional("ticket", secret: ticket)
  }
}
