import StrictJSON
import VaultCalls

extension RequestWait: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let revision = try reader.optionalInteger("revision", in: 0...ParameterReader.largestInteger)
    let ticket = try reader.ticket()
    try reader.finish()
    self.init(request: request, revision: revision, ticket: ticket)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("revision", revision)
    writer.optional("ticket", secret: ticket)
  }
}
