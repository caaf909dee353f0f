import StrictJSON
import VaultCalls
import VaultCore

extension AuditList: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    let environment = try reader.optionalText("environment")
    let limit = try reader.limit()
    try reader.finish()
    self.init(
      after: after, environment: try environment.map { try EnvironmentName(wire: $0) }, limit: limit
    )
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("after", after)
    writer.optional("environment", environment?.text)
    writer.member("limit", Int64(limit))
  }
}
