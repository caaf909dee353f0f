import StrictJSON
import VaultCalls

extension GrantResume: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    guard let ticket = try reader.ticket() else { throw reader.missing("ticket") }
    try reader.finish()
    self.init(request: request, ticket: ticket)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.member("ticket", secret: ticket)
  }
}
