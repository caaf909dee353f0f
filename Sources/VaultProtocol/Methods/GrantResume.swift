public import SecretMemory
import StrictJSON

/// `grant.resume`: holds a grant again that a restart of the daemon has left without its connection.
public struct GrantResume: CallParameters {
  /// The request.
  public let request: Int64
  /// Its ticket.
  public let ticket: SecretBuffer

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer) {
    self.request = request
    self.ticket = ticket
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    guard let ticket = try reader.ticket() else { throw reader.missing("ticket") }
    try reader.finish()
    self.ticket = ticket
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.member("ticket", secret: ticket)
  }
}
