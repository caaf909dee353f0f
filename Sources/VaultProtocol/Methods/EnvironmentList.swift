import StrictJSON
import VaultCalls

extension EnvironmentList: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    let limit = try reader.limit()
    try reader.finish()
    self.init(after: after, limit: limit)
  }

  func write(to writer: inout JSONWriter) {
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
