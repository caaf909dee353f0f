public import SecretMemory
import StrictJSON

/// `grant.hold`: makes this connection the lifeline of a grant. Behind it nothing is a call any more; its
/// end is all that counts.
public struct GrantHold: CallParameters {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// Whether the caller becomes its command, so that nobody will tell how that went.
  public let replaces: Bool

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil, replaces: Bool = false) {
    self.request = request
    self.ticket = ticket
    self.replaces = replaces
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    ticket = try reader.ticket()
    replaces = try reader.bool("replaces", default: false)
    try reader.finish()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    if replaces { writer.member("replaces", true) }
  }
}
