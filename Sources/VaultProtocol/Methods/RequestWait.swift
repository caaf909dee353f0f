public import SecretMemory
import StrictJSON

/// `request.wait`: answers when the request is decided, or when it has changed.
public struct RequestWait: CallParameters {
  /// The request.
  public let request: Int64
  /// The revision that the caller has seen: any other is an answer.
  public let revision: Int64?
  /// Its ticket, where another connection made it: for all of it, and so that the wait keeps it alive.
  public let ticket: SecretBuffer?

  /// Makes the parameters.
  public init(request: Int64, revision: Int64? = nil, ticket: SecretBuffer? = nil) {
    self.request = request
    self.revision = revision
    self.ticket = ticket
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    revision = try reader.optionalInteger("revision", in: 0...ParameterReader.largestInteger)
    ticket = try reader.ticket()
    try reader.finish()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("revision", revision)
    writer.optional("ticket", secret: ticket)
  }
}
