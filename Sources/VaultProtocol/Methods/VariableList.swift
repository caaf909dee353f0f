import StrictJSON
import VaultCalls
import VaultCore

extension VariableList: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let environment = try reader.text("environment")
    let after = try reader.optionalText("after")
    let limit = try reader.limit()
    try reader.finish()
    self.init(
      environment: try EnvironmentName(wire: environment),
      after: try after.map { try SecretName(wire: $0) }, limit: limit)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.optional("after", after?.text)
    writer.member("limit", Int64(limit))
  }
}
