import StrictJSON
import VaultCalls
import VaultCore

extension SecretVersions: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    let after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    let limit = try reader.limit()
    try reader.finish()
    let (environment, name) = try place.names()
    self.init(environment: environment, name: name, after: after, limit: limit)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.optional("after", after)
    writer.member("limit", Int64(limit))
  }
}
