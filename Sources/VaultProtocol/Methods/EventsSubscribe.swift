import StrictJSON
import VaultCalls

extension EventsSubscribe: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    try reader.finish()
    self.init(after: after)
  }

  func write(to writer: inout JSONWriter) { writer.optional("after", after) }
}
