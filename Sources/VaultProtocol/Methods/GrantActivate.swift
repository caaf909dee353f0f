public import SecretMemory
import StrictJSON

/// `grant.activate`: makes a grant of an approved request, held by this connection.
public struct GrantActivate: CallParameters {
  static let method = Method.grantActivate
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
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
