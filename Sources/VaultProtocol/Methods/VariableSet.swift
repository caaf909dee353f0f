import StrictJSON
import VaultCalls
import VaultCore

extension VariableSet: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    let value = try reader.text("value")
    try reader.finish()
    let (environment, name) = try place.names()
    self.init(environment: environment, name: name, value: value)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("value", value)
  }
}
