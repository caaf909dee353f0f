import StrictJSON
import VaultCalls
import VaultCore

extension SecretGet: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    let request = try reader.optionalRequestID("request")
    let ticket = try reader.ticket()
    try reader.finish()
    let (environment, name) = try place.names()
    self.init(
      environment: environment, name: name, request: request, ticket: ticket)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.optional("request", request)
    writer.optional("ticket", secret: ticket)
  }
}
