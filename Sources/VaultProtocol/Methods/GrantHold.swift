import StrictJSON
import VaultCalls

extension GrantHold: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let ticket = try reader.ticket()
    let replaces = try reader.bool("replaces", default: false)
    try reader.finish()
    self.init(request: request, ticket: ticket, replaces: replaces)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    if replaces { writer.member("replaces", true) }
  }
}
