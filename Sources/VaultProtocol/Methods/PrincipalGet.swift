import StrictJSON
import VaultCalls
import VaultCore

extension PrincipalGet: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let principal = try reader.text("principal")
    let after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    let limit = try reader.limit()
    try reader.finish()
    self.init(principal: try PrincipalName(wire: principal), after: after, limit: limit)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("principal", principal.text)
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
