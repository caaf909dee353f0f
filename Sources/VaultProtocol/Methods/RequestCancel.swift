import StrictJSON
import VaultCalls

extension RequestCancel: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let ticket = try reader.ticket()
    try reader.finish()
    self.init(request: request, ticket: ticket)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
  }
}
