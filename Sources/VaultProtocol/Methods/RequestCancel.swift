public import SecretMemory
import StrictJSON

/// `request.cancel`: its maker, or an admin, ends a request that waits or is approved.
public struct RequestCancel: CallParameters {
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
