import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

extension SecretSet: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let place = try SecretPlaceText(&reader)
    let value = try reader.required("value").secretValue()
    let cas = try reader.optionalInteger("cas", in: 0...ParameterReader.largestInteger)
    let revokePrevious = try reader.bool("revoke_previous", default: false)
    try reader.finish()
    let (environment, name) = try place.names()
    if value.count > reader.limits.value { throw Refusal.valueTooLarge(limit: reader.limits.value) }
    self.init(
      environment: environment, name: name, value: value, cas: cas, revokePrevious: revokePrevious)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.member("value", secret: value)
    writer.optional("cas", cas)
    if revokePrevious { writer.member("revoke_previous", true) }
  }
}
