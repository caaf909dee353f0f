public import SecretMemory
import StrictJSON
public import VaultCore

/// `grant.read`: the values of a grant, page by page.
public struct GrantRead: CallParameters {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// The `next` of the page before; nil for the first, which makes the release's record.
  public let after: SecretName?

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil, after: SecretName? = nil) {
    self.request = request
    self.ticket = ticket
    self.after = after
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    ticket = try reader.ticket()
    let after = try reader.optionalText("after")
    try reader.finish()
    self.after = try after.map { try SecretName(wire: $0) }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    writer.optional("after", after?.text)
  }
}
