import StrictJSON
import VaultCalls
import VaultCore

extension EnvironmentGet: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let name = try reader.text("name")
    try reader.finish()
    self.init(name: try EnvironmentName(wire: name))
  }

  func write(to writer: inout JSONWriter) { writer.member("name", name.text) }
}
