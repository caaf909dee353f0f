import StrictJSON
import VaultCalls
import VaultCore

extension PrincipalRemove: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let principal = try reader.text("principal")
    try reader.finish()
    self.init(principal: try PrincipalName(wire: principal))
  }

  func write(to writer: inout JSONWriter) { writer.member("principal", principal.text) }
}
