public import SecretMemory
import StrictJSON

/// `grant.hold`: makes this connection the lifeline of a grant. Behind it nothing is a call any more; its
/// end is all that counts.
public struct GrantHold: CallParameters {
  static let method = Method.grantHold
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
