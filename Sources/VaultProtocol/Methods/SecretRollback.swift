import StrictJSON
import VaultCalls
import VaultCore

extension SecretRollback: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    let to = try reader.version("to")
    let cas = try reader.optionalInteger("cas", in: 0...ParameterReader.largestInteger)
    try reader.finish()
    let (environment, name) = try place.names()
    self.init(environment: environment, name: name, to: to, cas: cas)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("to", to)
    writer.optional("cas", cas)
  }
}
