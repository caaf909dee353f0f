public import SecretMemory
import StrictJSON

/// `request.get`: one request as it stands.
public struct RequestGet: CallParameters {
  /// The request.
  public let request: Int64
  /// Its ticket, for all of it where another connection of the account made it.
  public let ticket: SecretBuffer?

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil) {
    self.request = request
    self.ticket = ticket
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    ticket = try reader.ticket()
    try reader.finish()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
  }
}
