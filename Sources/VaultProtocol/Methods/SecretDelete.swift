import StrictJSON
import VaultCalls
import VaultCore

extension SecretDelete: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    try reader.finish()
    let (environment, name) = try place.names()
    self.init(environment: environment, name: name)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
  }
}
