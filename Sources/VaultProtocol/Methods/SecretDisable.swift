import StrictJSON
import VaultCalls
import VaultCore

extension SecretDisable: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    let version = try reader.version("version")
    try reader.finish()
    let (environment, name) = try place.names()
    self.init(environment: environment, name: name, version: version)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("version", version)
  }
}
