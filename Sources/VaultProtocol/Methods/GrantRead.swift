import StrictJSON
import VaultCalls
import VaultCore

extension GrantRead: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let ticket = try reader.ticket()
    let after = try reader.optionalText("after")
    try reader.finish()
    self.init(request: request, ticket: ticket, after: try after.map { try SecretName(wire: $0) })
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    writer.optional("after", after?.text)
  }
}
